/* SPDX-License-Identifier: Apache-2.0 */
/* Parts: state that a source file attaches to an object (a context, a solver) without a member in its struct. A static
 * constant describes a part and identifies its state. Parts are closed in reverse order of creation, so a part that
 * uses another until its end requests it before its own state. */
#ifndef CLPTI_CORE_PART_H
#define CLPTI_CORE_PART_H

#include "core/status.h"

typedef struct clpti_part {
    const char *name;           /* for messages */
    size_t size;                /* size of the state in bytes */
    void (*close)(void *state); /* releases the contents of the state, not its own memory; may be NULL */
} clpti_part;

/* The parts of one object, initially all zeros. */
typedef struct clpti_parts {
    struct clpti_part_entry *newest;
} clpti_parts;

/* The state of a part, zeroed and created at the first call. NULL, with a message, if out of memory. */
void *clpti_part_get(clpti_parts *parts, const clpti_part *part, clpt_message *message);
/* NULL if it has not been created. */
void *clpti_part_find(const clpti_parts *parts, const clpti_part *part);
/* While one is being closed, those created before it still exist. */
void clpti_parts_close(clpti_parts *parts);

#endif
