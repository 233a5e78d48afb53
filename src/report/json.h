/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of reports: texts, and numbers, with null for an unknown number. */
#ifndef CLPTI_REPORT_JSON_H
#define CLPTI_REPORT_JSON_H

#include <stdio.h>

#include <cjson/cJSON.h>

#include "core/status.h"

/* False if out of memory. */
bool clpti_json_add_text(cJSON *object, const char *name, const char *text);
bool clpti_json_add_number(cJSON *object, const char *name, double number); /* null if it is not finite */

/* Writes a document and deletes it. Fails for NULL, a document for which memory was insufficient. */
clpt_status clpti_json_write(FILE *stream, cJSON *root, clpt_message *message);

/* Reads a whole file; the caller passes *root to cJSON_Delete. Messages do not name the file. */
clpt_status clpti_json_read(const char *path, cJSON **root, clpt_message *message);
/* The same for a file written by people, with comments as in C. */
clpt_status clpti_json_read_commented(const char *path, cJSON **root, clpt_message *message);

/* Path to the current object, for messages: "devices[0].figures[3]". */
typedef struct clpti_json_context {
    clpt_message *message;
    char path[96];
} clpti_json_context;

/* "PATH: 'NAME' WHAT". */
clpt_status clpti_json_fail(const clpti_json_context *at, const char *name, const char *what);

/* Members of an object; a missing one or one of another type is an error. */
clpt_status clpti_json_text(const clpti_json_context *at, const cJSON *object, const char *name, char *text,
                            size_t size);
/* null gives NAN if `unknown` is true. */
clpt_status clpti_json_number(const clpti_json_context *at, const cJSON *object, const char *name, bool unknown,
                              double *number);
clpt_status clpti_json_whole(const clpti_json_context *at, const cJSON *object, const char *name, int64_t *number);

#endif
