/* SPDX-License-Identifier: Apache-2.0 */
/* One run of a subcommand: device, log, warnings, messages, and checks of output files. */
#include "cli/session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/explain.h"
#include "cli/warning.h"
#include "core/memory.h"
#include "io/h5.h"

static void log_line(void *user, clpt_log_level level, const char *line)
{
    clpti_session *session = user;
    if (level == CLPT_LOG_WARNING) {
        clpti_warn(session, "W001", "%s", line);
        return;
    }
    clpti_run_log(session, "%s", line);
    if (session->arguments->verbose) fprintf(stderr, "clptycho: %s\n", line);
}

static void *load_drivers(void *unused)
{
    clpt_device_info **devices = NULL;
    size_t count = 0;
    (void)unused;
    clpt_devices_list(&devices, &count, NULL); /* errors are reported when the device is opened */
    clpt_devices_free(&devices);
    return NULL;
}

void clpti_session_prepare(clpti_session *session)
{
    const char *device = session->arguments->device;
    if (device && !strcmp(device, "reference")) return;
    session->drivers_loading = pthread_create(&session->drivers, NULL, load_drivers, NULL) == 0;
}

static void join_drivers(clpti_session *session)
{
    if (session->drivers_loading) pthread_join(session->drivers, NULL);
    session->drivers_loading = false;
}

clpt_context_options clpti_session_options(clpti_session *session, const char *device)
{
    clpt_context_options options = clpt_context_options_default();
    options.device = device;
    options.log = log_line;
    options.log_user = session;
    options.build = clpti_building_report;
    options.build_user = &session->building;
    return options;
}

clpt_status clpti_session_open_device(clpti_session *session, const char *device, clpt_context **context)
{
    join_drivers(session);
    clpt_context_options options = clpti_session_options(session, device);
    return clpt_context_create(&options, context, &session->message);
}

clpt_status clpti_session_open(clpti_session *session)
{
    return clpti_session_open_device(session, session->arguments->device, &session->context);
}

void clpti_session_close_device(clpti_session *session, clpt_context **context)
{
    if (*context && session->arguments->verbose) {
        const char *choices = clpti_choices_summary(*context);
        if (choices && *choices)
            fprintf(stderr, "clptycho: used\n%s%s", choices, choices[strlen(choices) - 1] == '\n' ? "" : "\n");
    }
    if (*context) clpti_session_explain(session, "", clpt_context_explain(*context));
    clpt_context_destroy(context);
}

void clpti_session_close(clpti_session *session)
{
    join_drivers(session);
    clpti_session_close_device(session, &session->context);
    if (session->arguments->explain && !session->explained && !*session->message.text)
        fprintf(stderr, "clptycho: nothing to explain: no device was opened\n");
}

void clpti_session_explain(clpti_session *session, const char *of, const char *text)
{
    if (!session->arguments->explain) return;
    session->explained = true;
    fprintf(stderr, "clptycho: what was chosen%s%s, and why\n%s", *of ? " for " : "", of, text);
}

clpt_status clpti_session_check(clpti_session *session, clpt_status status)
{
    if (status == CLPT_OK) return status;
    const char *text = clpt_context_get_message(session->context);
    return clpti_fail(&session->message, status, "%s", *text ? clpti_message_sentence(text) : clpt_status_name(status));
}

clpt_status clpti_session_usage(clpti_session *session, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(session->message.text, sizeof session->message.text, format, arguments);
    va_end(arguments);
    session->usage = true;
    return CLPT_ERROR_ARGUMENT;
}

clpt_status clpti_output_check(const char *path, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    struct stat entry;
    char *directory = clpti_strdup(path);
    if (!directory) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path");
    char *slash = strrchr(directory, '/');
    if (slash == directory)
        slash[1] = '\0';
    else if (slash)
        *slash = '\0';
    const char *folder = slash ? directory : ".";
    if (!strcmp(path, "-")) {
        free(directory);
        return clpti_fail(message, CLPT_ERROR_FILE,
                          "standard output, '-', is not supported for this file, which is not written in order; name a "
                          "file");
    }
    bool exists = stat(path, &entry) == 0;
    if (exists && S_ISDIR(entry.st_mode))
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: is a directory, not a file to write", path);
    else if (exists && !S_ISREG(entry.st_mode))
        status =
            clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be written: it exists and is not a regular file", path);
    else if (exists && access(path, W_OK) != 0)
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be written: %s", path, strerror(errno));
    else if (access(folder, W_OK | X_OK) != 0)
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot write in %s: %s", path, folder, strerror(errno));
    free(directory);
    return status;
}

/* The last ".…" of a path's last component; "" if there is none, as in ".hidden". */
static const char *ending_of(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    return dot && dot > name ? dot : "";
}

clpt_status clpti_output_check_ending(const char *path, bool hdf5, clpt_message *message)
{
    const char *ending = ending_of(path), *names = hdf5 ? ".npz, .h5, .hdf5, .hdf or .ptyr" : ".npz";
    if (!*ending || !strcasecmp(ending, ".npz") || (hdf5 && clpti_h5_is_name(path))) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: the output is %s; use a name that ends in %s, not in %s", path,
                      hdf5 ? "an NPZ or HDF5" : "an NPZ and not HDF5 or anything else", names, ending);
}

clpt_status clpti_output_check_npz(const char *path, clpt_message *message)
{
    clpt_status status = clpti_output_check_ending(path, false, message);
    return status == CLPT_OK ? clpti_output_check(path, message) : status;
}

clpt_status clpti_output_refuse_overwrite(const char *path, const char *option, const char *input,
                                          clpt_message *message)
{
    struct stat out, in;
    if (!path || !input || stat(path, &out) != 0 || stat(input, &in) != 0 || out.st_dev != in.st_dev ||
        out.st_ino != in.st_ino)
        return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE,
                      "%s: is an input of this run, which the output would replace; name another file with %s", path,
                      option);
}

const char *clpti_bytes_text(uint64_t bytes, char text[32])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    double number = (double)bytes;
    while (number >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        number /= 1024;
        ++unit;
    }
    snprintf(text, 32, number < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", number, units[unit]);
    return text;
}
