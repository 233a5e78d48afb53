/* SPDX-License-Identifier: Apache-2.0 */
/* Report of a failed build: the compiler's log, and the source lines it refers to. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cl/internal.h"
#include "core/memory.h"

enum { LOG_SHOWN = 1800, LINES_NAMED = 4, LINES_AROUND = 2 };

typedef struct report {
    char text[sizeof((clpt_message *)0)->text];
    size_t used;
} report;

__attribute__((format(printf, 2, 3))) static void add(report *r, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(r->text + r->used, sizeof r->text - r->used, format, arguments);
    va_end(arguments);
    if (written > 0) r->used += (size_t)written;
    if (r->used >= sizeof r->text) r->used = sizeof r->text - 1;
}

/* The line number in ":12:5: error" (Clang, NVIDIA, Intel, AMD), "(12)" or "line 12": a number after one of these
 * marks. */
static size_t next_line_number(const char **at)
{
    for (const char *c = *at; *c; c++) {
        bool mark = *c == ':' || *c == '(' || strncmp(c, "line ", 5) == 0;
        const char *digits = *c == 'l' ? c + 5 : c + 1;
        if (!mark || !isdigit((unsigned char)*digits)) continue;
        char *end;
        unsigned long number = strtoul(digits, &end, 10);
        if (*c != 'l' && *end != ':' && *end != ')' && *end != ',') continue;
        while (*end && *end != '\n') end++; /* a line of the log refers to one location */
        *at = end;
        return number;
    }
    *at += strlen(*at);
    return 0;
}

static void add_lines(report *r, const clpti_expanded_source *source, size_t number)
{
    size_t first = number > LINES_AROUND ? number - LINES_AROUND : 1, line = 1;
    for (const char *text = source->text; *text && line <= number + LINES_AROUND; line++) {
        size_t length = strcspn(text, "\n");
        if (line >= first && line <= source->line_count) {
            const struct clpti_origin *origin = &source->origins[line - 1];
            add(r, "%c%5zu %s:%d | %.*s\n", line == number ? '>' : ' ', line, source->names[origin->file], origin->line,
                (int)length, text);
        }
        text += length + (text[length] == '\n');
    }
}

static void add_named_lines(report *r, const clpti_expanded_source *source, const char *log)
{
    size_t shown[LINES_NAMED];
    int count = 0;
    for (const char *at = log; *at && count < LINES_NAMED;) {
        size_t number = next_line_number(&at);
        bool again = number == 0 || number > source->line_count;
        for (int i = 0; i < count && !again; i++)
            again = number + LINES_AROUND >= shown[i] && number <= shown[i] + LINES_AROUND;
        if (again) continue;
        if (count == 0)
            add(r, "Source lines (line of the whole text, file:line):\n");
        else
            add(r, "  ...\n");
        add_lines(r, source, number);
        shown[count++] = number;
    }
}

static char *build_log(cl_program program, cl_device_id device)
{
    size_t bytes = 0;
    if (clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, NULL, &bytes) != CL_SUCCESS) bytes = 0;
    char *log = clpti_calloc((int64_t)bytes + 1, 1);
    if (log && bytes && clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, bytes, log, NULL) != CL_SUCCESS)
        log[0] = '\0';
    return log;
}

clpt_status clpti_build_fail(clpt_context *context, cl_program program, cl_int error, const char *file,
                             const char *options, const clpti_expanded_source *source)
{
    char *log = build_log(program, context->cl->device);
    report *r = clpti_calloc(1, sizeof *r);
    if (!log || !r) {
        clpti_cl_fail(&context->message, error, "building '%s' on '%s'", file, context->device.name);
        goto cleanup;
    }
    add(r, "building '%s' [%s] on '%s' (%s, driver %s): %s (%d)\n", file, options, context->device.name,
        context->device.platform_name, context->device.driver, clpti_cl_error_name(error), (int)error);
    if (*log)
        add(r, "Compiler's log:\n%.*s%s\n", LOG_SHOWN, log, strlen(log) > LOG_SHOWN ? " ..." : "");
    else
        add(r, "The compiler left no log.\n");
    add_named_lines(r, source, log);
    clpti_fail(&context->message, CLPT_ERROR_BUILD, "%s", r->text);
cleanup:
    free(r);
    free(log);
    return CLPT_ERROR_BUILD;
}
