/* SPDX-License-Identifier: Apache-2.0 */
/* Status, error messages and the cleanup macro; independent of OpenCL. */
#ifndef CLPTI_CORE_STATUS_H
#define CLPTI_CORE_STATUS_H

#include "clptycho/clptycho.h"

/* Writes the message (unless it is NULL) and returns `status`, so that `return clpti_fail(…)` is one statement. */
clpt_status clpti_fail(clpt_message *message, clpt_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the message, replacing a leading function name. */
void clpti_message_prefix(clpt_message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The message without its leading function name ("clpt_forward: …"), for users of the command. */
const char *clpti_message_sentence(const char *text);

/* Replaces control characters by '?' in place, C1 in UTF-8 too: texts of files must not reach a terminal as commands.
 * Line ends and tabs stay with `lines`. Returns the text. */
char *clpti_text_clean(char *text, bool lines);

/* In a function with `clpt_status status` and a `cleanup:` label: jumps to cleanup on any failure. */
#define CLPTI_TRY(expression)                                                                                          \
    do {                                                                                                               \
        status = (expression);                                                                                         \
        if (status != CLPT_OK) goto cleanup;                                                                           \
    } while (0)

#endif
