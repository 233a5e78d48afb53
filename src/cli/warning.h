/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings of the command: one line each on stderr with a stable code, which --ignore and --error accept. */
#ifndef CLPTI_CLI_WARNING_H
#define CLPTI_CLI_WARNING_H

#include "cli/session.h"

/* Code and meaning of each warning of the command itself; ends with a NULL code. Those of the checks of scans, W101
 * and following, are described in docs/scan_checks.md. */
typedef struct clpti_warning {
    const char *code, *meaning;
} clpti_warning;
extern const clpti_warning clpti_warnings[];

/* Fails if --ignore or --error is not a list of codes. */
clpt_status clpti_warnings_check(clpti_session *session);

/* Warns, unless --ignore has the code: "clptycho: warning: … [W012]", in the log and in the document too. */
void clpti_warn(clpti_session *session, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same without the line on stderr, for a command that prints warnings in its report; false if it is ignored. */
bool clpti_warn_quietly(clpti_session *session, const char *code, const char *sentence);

/* Fails with the first warning so far that --error has. To be called before work that takes long. */
clpt_status clpti_warnings_refuse(clpti_session *session);

/* A line of the file of --log, with the time; nothing without that option. */
void clpti_run_log(clpti_session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));
clpt_status clpti_run_log_open(clpti_session *session, int argc, char **argv);

#endif
