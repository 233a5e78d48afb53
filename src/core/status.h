/* SPDX-License-Identifier: Apache-2.0 */
/* Status, messages and the one cleanup macro. Nothing here knows OpenCL. */
#ifndef CLPTI_CORE_STATUS_H
#define CLPTI_CORE_STATUS_H

#include "clptycho/clptycho.h"

/* Writes the message (when there is one) and returns `status`, so that `return clpti_fail(…)` reads as one step. */
clpt_status clpti_fail(clpt_message *message, clpt_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the message, in place of a function that it begins with. */
void clpti_message_prefix(clpt_message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The message without the function that it begins with, "clpt_forward: …": for people, who did not call it. */
const char *clpti_message_sentence(const char *text);

/* In a function with `clpt_status status` and a `cleanup:` label: leave through cleanup on any failure. */
#define CLPTI_TRY(expression)                                                                                          \
    do {                                                                                                               \
        status = (expression);                                                                                         \
        if (status != CLPT_OK) goto cleanup;                                                                           \
    } while (0)

#endif
