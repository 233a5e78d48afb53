/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings with codes, and the log file. */
#include "cli/warning.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "cli/document.h"

const clpti_warning clpti_warnings[] = {
    {"W001", "of the library: a driver's peculiarity, an FFT provider that failed and was replaced"},
    {"W002", "an option that has no effect in a run of this length"},
    {"W003", "--probe-power far from the counts of the patterns"},
    {"W004", "patches that extend beyond the object"},
    {"W005", "a checkpoint of another device, driver or version: results may differ in the last bits"},
    {"W006", "a checkpoint could not be written; the run continues"},
    {"W007", "two files to compare are hardly correlated"},
    {"W008", "a mask that does not match the scan and is ignored"},
    {"W010", "a remark of the reader of a file"},
    {"W011", "positions that would require an object beyond --object-limit"},
    {"W012", "a scan without patterns"},
    {"W013", "a scan without probe"},
    {NULL, NULL}};

/* ---- lists of codes ---- */

static bool has_code(const char *list, const char *code)
{
    for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',') {
        size_t length = strcspn(at, ",");
        if ((length == 3 && !strncasecmp(at, "all", 3)) || (length == strlen(code) && !strncasecmp(at, code, length)))
            return true;
    }
    return false;
}

static bool is_code(const char *at, size_t length)
{
    if (length == 3 && !strncasecmp(at, "all", 3)) return true;
    return length == 4 && toupper((unsigned char)at[0]) == 'W' && isdigit((unsigned char)at[1]) &&
           isdigit((unsigned char)at[2]) && isdigit((unsigned char)at[3]);
}

clpt_status clpti_warnings_check(clpti_session *session)
{
    const clpti_arguments *given = session->arguments;
    const char *const lists[] = {given->ignore, given->error}, *const names[] = {"ignore", "error"};
    for (int k = 0; k < 2; ++k)
        for (const char *at = lists[k]; at && *at; at += strcspn(at, ","), at += *at == ',')
            if (!is_code(at, strcspn(at, ",")))
                return clpti_session_usage(session,
                                           "--%s requires codes of warnings, W101,W012, or all, not '%.*s'; 'clptycho "
                                           "help warnings' lists them",
                                           names[k], (int)strcspn(at, ","), at);
    return CLPT_OK;
}

/* ---- warnings ---- */

bool clpti_warn_quietly(clpti_session *session, const char *code, const char *sentence)
{
    if (has_code(session->arguments->ignore, code)) return false;
    clpti_run_log(session, "warning: %s [%s]", sentence, code);
    clpti_document_warning(session, code, sentence);
    if (has_code(session->arguments->error, code) && !*session->refused.text)
        clpti_fail(&session->refused, CLPT_ERROR_ARGUMENT, "--error %s: %s", code, sentence);
    return true;
}

void clpti_warn(clpti_session *session, const char *code, const char *format, ...)
{
    va_list arguments;
    clpt_message message;
    va_start(arguments, format);
    vsnprintf(message.text, sizeof message.text, format, arguments);
    va_end(arguments);
    if (!clpti_warn_quietly(session, code, clpti_text_clean(message.text, true))) return;
    clpti_terminal_clear();
    fprintf(stderr, "clptycho: warning: %s [%s]\n", message.text, code);
}

clpt_status clpti_warnings_refuse(clpti_session *session)
{
    if (!*session->refused.text) return CLPT_OK;
    return clpti_fail(&session->message, CLPT_ERROR_ARGUMENT, "%s", session->refused.text);
}

/* ---- log ---- */

void clpti_run_log(clpti_session *session, const char *format, ...)
{
    va_list arguments;
    char stamp[64] = "";
    struct timespec now;
    struct tm parts;
    if (!session->log) return;
    clock_gettime(CLOCK_REALTIME, &now);
    if (localtime_r(&now.tv_sec, &parts)) strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &parts);
    fprintf(session->log, "%s.%03ld  ", stamp, now.tv_nsec / 1000000);
    va_start(arguments, format);
    vfprintf(session->log, format, arguments);
    va_end(arguments);
    fputc('\n', session->log);
    fflush(session->log); /* a scheduler may end the process at any time */
}

clpt_status clpti_run_log_open(clpti_session *session, int argc, char **argv)
{
    const char *path = session->arguments->log;
    char line[2048] = "";
    if (!path) return CLPT_OK;
    if (!strcmp(path, "-"))
        return clpti_session_usage(session, "--log - is not supported: name a file, or use --verbose");
    session->log = fopen(path, "ae");
    if (!session->log)
        return clpti_fail(&session->message, CLPT_ERROR_FILE, "%s: cannot be written: %s", path, strerror(errno));
    for (int k = 0; k < argc; ++k) {
        size_t used = strlen(line);
        snprintf(line + used, sizeof line - used, " %s", argv[k]);
    }
    clpti_run_log(session, "clptycho %s: %s%s", clpt_version(), session->arguments->command->name,
                  clpti_text_clean(line, false));
    return CLPT_OK;
}
