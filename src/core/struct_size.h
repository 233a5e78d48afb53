/* SPDX-License-Identifier: Apache-2.0 */
/* Public structs that later versions may extend begin with `size`, the sizeof in the header that the caller was
 * compiled with. A shorter struct comes from an older caller: missing fields take their defaults. A longer one comes
 * from a newer caller, and is accepted if all bytes beyond the known ones are 0. */
#ifndef CLPTI_CORE_STRUCT_SIZE_H
#define CLPTI_CORE_STRUCT_SIZE_H

#include "core/status.h"

typedef struct clpti_struct {
    const char *name; /* "clpt_forward_options" */
    size_t size;
    const void *defaults; /* NULL: all zeros */
} clpti_struct;

/* Writes defaults into the caller's struct of `size` bytes, zeros beyond the known ones. No effect for NULL, or if
 * `size` is too small for the member itself. */
void clpti_struct_init(const clpti_struct *type, void *target, size_t size);

/* The caller's struct in the library's size: `copy` has type->size bytes.
 * @param given  NULL: all defaults
 * @return CLPT_OK, CLPT_ERROR_ARGUMENT (no size, or a field set beyond those of this library). */
clpt_status clpti_struct_read(const clpti_struct *type, const char *function, const void *given, void *copy,
                              clpt_message *message);

/* The library's struct into the caller's, up to its size, which clpti_struct_read has checked. */
void clpti_struct_write(const clpti_struct *type, const void *made, void *target);

#endif
