/* SPDX-License-Identifier: Apache-2.0 */
/* One run of a subcommand: its arguments, its context, and what went wrong. */
#ifndef CLPTI_CLI_SESSION_H
#define CLPTI_CLI_SESSION_H

#include <pthread.h>

#include "cli/options.h"
#include "cli/progress.h"

typedef struct clpti_session {
    const clpti_arguments *arguments;
    clpt_message message;  /* of a failure */
    bool usage;            /* the failure lies in how the command was called */
    bool stopped;          /* no failure: a signal asked to stop, and what was done is saved */
    clpt_context *context; /* NULL until clpti_session_open */
    pthread_t drivers;     /* loads them meanwhile */
    bool drivers_loading;
    clpti_building building;
    bool explained; /* clpti_session_explain has said something */
} clpti_session;

/* Lets the OpenCL drivers load, which takes tenths of a second, while the caller reads files. */
void clpti_session_prepare(clpti_session *session);

/* Opens the device that the arguments name. */
clpt_status clpti_session_open(clpti_session *session);
void clpti_session_close(clpti_session *session);
/* With --explain: what a context chose, on stderr; `of` says what for, "" where that is plain. */
void clpti_session_explain(clpti_session *session, const char *of, const char *text);

/* Options of a context of the device of that name (NULL: the default), with the session's log and report of builds. */
clpt_context_options clpti_session_options(clpti_session *session, const char *device);
/* A further context, of the device of that name (NULL: the default), with the session's log; and its end, which with
 * --verbose says what it used. */
clpt_status clpti_session_open_device(clpti_session *session, const char *device, clpt_context **context);
void clpti_session_close_device(clpti_session *session, clpt_context **context);

/* Passes a library call's status on, with the context's message where it failed. */
clpt_status clpti_session_check(clpti_session *session, clpt_status status);

/* A failure of the call itself: exit status 2. */
clpt_status clpti_session_usage(clpti_session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One line on stderr, "clptycho: warning: …". */
void clpti_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Fails early where `path` could not be written at the end of long work: no such directory, not writable, a directory
 * or a device. */
clpt_status clpti_output_check(const char *path, clpt_message *message);

/* Fails where a name promises another format than the NPZ, or HDF5, that will be in it. A name without an ending
 * promises nothing. */
clpt_status clpti_output_check_ending(const char *path, bool hdf5, clpt_message *message);

/* Both for commands that write an NPZ and nothing else. */
clpt_status clpti_output_check_npz(const char *path, clpt_message *message);

/* Fails where writing `path` would replace `input`, whatever the two are called; either may be NULL. `option` names
 * what to give otherwise. */
clpt_status clpti_output_refuse_overwrite(const char *path, const char *option, const char *input,
                                          clpt_message *message);

/* Bytes for people, "1.5 GiB". */
const char *clpti_bytes_text(uint64_t bytes, char text[32]);

#endif
