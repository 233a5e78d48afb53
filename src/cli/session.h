/* SPDX-License-Identifier: Apache-2.0 */
/* One run of a subcommand: its arguments, its context, and its message. */
#ifndef CLPTI_CLI_SESSION_H
#define CLPTI_CLI_SESSION_H

#include <pthread.h>

#include <cjson/cJSON.h>

#include "cli/options.h"
#include "cli/progress.h"

typedef struct clpti_session {
    const clpti_arguments *arguments;
    clpt_message message;  /* of a failure */
    bool usage;            /* it is a usage error */
    bool stopped;          /* not a failure: a signal requested a stop, and results are saved */
    clpt_context *context; /* NULL until clpti_session_open */
    pthread_t drivers;     /* loads them in the background */
    bool drivers_loading;
    clpti_building building;
    bool explained;       /* clpti_session_explain has printed something */
    double started;       /* clpti_seconds */
    cJSON *document;      /* of --json; NULL: none */
    int document_stream;  /* file descriptor of stdout for --json -; 0: none */
    FILE *log;            /* of --log; NULL: none */
    clpt_message refused; /* the first warning that --error has; "": none */
} clpti_session;

/* Loads the OpenCL drivers in the background, which takes tenths of a second, while the caller reads files. */
void clpti_session_prepare(clpti_session *session);

/* Opens the device named by the arguments. */
clpt_status clpti_session_open(clpti_session *session);
void clpti_session_close(clpti_session *session);
/* With --explain: prints a context's choices to stderr; `of` names its purpose, "" if there is only one. */
void clpti_session_explain(clpti_session *session, const char *of, const char *text);

/* Options for a context on the device of that name (NULL: the default), with the session's log and report of builds. */
clpt_context_options clpti_session_options(clpti_session *session, const char *device);
/* An additional context on the device of that name (NULL: the default), with the session's log; and its end, which
 * prints its choices with --verbose. */
clpt_status clpti_session_open_device(clpti_session *session, const char *device, clpt_context **context);
void clpti_session_close_device(clpti_session *session, clpt_context **context);

/* Returns a library call's status, and copies the context's message on failure. */
clpt_status clpti_session_check(clpti_session *session, clpt_status status);

/* A usage error: exit status 2. */
clpt_status clpti_session_usage(clpti_session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Fails early if `path` could not be written at the end of long work: missing directory, not writable, a directory or a
 * device. */
clpt_status clpti_output_check(const char *path, clpt_message *message);

/* Fails if a name has the ending of a format other than the NPZ, or HDF5, that is written. A name without an ending is
 * accepted. */
clpt_status clpti_output_check_ending(const char *path, bool hdf5, clpt_message *message);

/* Both checks, for commands that write only an NPZ. */
clpt_status clpti_output_check_npz(const char *path, clpt_message *message);

/* Fails if writing `path` would replace `input`, under any name; either may be NULL. `option` sets another name. */
clpt_status clpti_output_refuse_overwrite(const char *path, const char *option, const char *input,
                                          clpt_message *message);

/* Bytes as text, "1.5 GiB". */
const char *clpti_bytes_text(uint64_t bytes, char text[32]);

#endif
