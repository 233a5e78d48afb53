/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON document of a run, --json: filled by the command while it runs, completed and written at its end, also after
 * a failure. Without --json nothing is recorded and all of these do nothing. */
#ifndef CLPTI_CLI_DOCUMENT_H
#define CLPTI_CLI_DOCUMENT_H

#include <cjson/cJSON.h>

#include "cli/session.h"

/* Begins a document if the arguments request one. With "-" it will be alone on stdout: from now on, other output to
 * stdout is dropped. */
clpt_status clpti_document_begin(clpti_session *session);

/* The document, and an object in it, made on first use; NULL without --json. */
cJSON *clpti_document(clpti_session *session);
cJSON *clpti_document_section(clpti_session *session, const char *name);

/* Adds a member; a NULL object is ignored. A number that is not finite becomes null. */
void clpti_document_text(cJSON *object, const char *name, const char *text);
void clpti_document_number(cJSON *object, const char *name, double number);
void clpti_document_numbers(cJSON *object, const char *name, const double *numbers, int64_t count);

/* Appends a file that the run has written. */
void clpti_document_output(clpti_session *session, const char *path);

/* Appends a warning. */
void clpti_document_warning(clpti_session *session, const char *code, const char *sentence);

/* Completes the document with command, status, message, times, device and choices, and writes it. To be called before
 * the session's context is closed. */
clpt_status clpti_document_end(clpti_session *session, int exit_status, clpt_message *message);

#endif
