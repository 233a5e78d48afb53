/* SPDX-License-Identifier: Apache-2.0 */
/* How an operation finds the code that does it: the plain C reference in a reference context, else the first variant of
 * its table that applies on this device (or the one that the options force). */
#ifndef CLPTI_OPS_OPERATION_H
#define CLPTI_OPS_OPERATION_H

#include "core/context.h"

typedef struct clpti_variant {
    const char *name;  /* "general", "vec4": what it assumes */
    const char *needs; /* the preconditions in words, as its kernel file lists them; NULL: none */
    bool (*applicable)(const clpt_context *context, const void *args); /* NULL: always */
    clpt_status (*run)(clpt_context *context, const void *args);
} clpti_variant;

typedef struct clpti_operation {
    const char *name;
    clpt_status (*reference)(clpt_context *context, const void *args); /* src/ref */
    const clpti_variant *variants; /* fastest first, the general one last, then a NULL name */
} clpti_operation;

bool clpti_is_operation(const char *name);
/* Whether "operation=variant,…" is well formed and names operations that there are. */
clpt_status clpti_variants_check(const char *wanted, clpt_message *message);

/* The variant that clpti_operation_run would take; NULL in a reference context, or where none applies. */
const clpti_variant *clpti_operation_choice(clpt_context *context, const clpti_operation *operation, const void *args);
clpt_status clpti_operation_run(clpt_context *context, const clpti_operation *operation, const void *args);

#endif
