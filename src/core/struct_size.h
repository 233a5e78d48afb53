/* SPDX-License-Identifier: Apache-2.0 */
/* Public structs that later versions extend begin with `size`, the sizeof in the header that the caller was compiled
 * with. A shorter one is an older caller's: the fields that it lacks take their defaults. A longer one is a newer
 * caller's, and accepted where all that this library does not know is 0. */
#ifndef CLPTI_CORE_STRUCT_SIZE_H
#define CLPTI_CORE_STRUCT_SIZE_H

#include "core/status.h"

typedef struct clpti_struct {
    const char *name; /* "clpt_forward_options" */
    size_t size;
    const void *defaults; /* NULL: all zeros */
} clpti_struct;

/* Defaults into the caller's struct of `size` bytes, zeros beyond those that are known. Nothing for NULL, or where
 * there is no place for `size` itself. */
void clpti_struct_init(const clpti_struct *type, void *target, size_t size);

/* The caller's struct as this library has it: `copy` holds type->size bytes.
 * @param given  NULL: all defaults
 * @return CLPT_OK, CLPT_ERROR_ARGUMENT (no size, or a field set that this library does not know). */
clpt_status clpti_struct_read(const clpti_struct *type, const char *function, const void *given, void *copy,
                              clpt_message *message);

/* The library's struct into the caller's, as far as its size, which clpti_struct_read has checked, goes. */
void clpti_struct_write(const clpti_struct *type, const void *made, void *target);

#endif
