/* SPDX-License-Identifier: Apache-2.0 */
/* Parts: state that a file keeps with an object (a context, a solver) whose struct knows nothing of it. A part is
 * described by a static constant, and its state is found again by that constant's address. Parts are closed in reverse
 * order of creation, so a part that uses another until its end requests it before its own state. */
#ifndef CLPTI_CORE_PART_H
#define CLPTI_CORE_PART_H

#include "core/status.h"

typedef struct clpti_part {
    const char *name;           /* for messages */
    size_t size;                /* of the state, in bytes */
    void (*close)(void *state); /* releases the contents of the state, not its own memory; NULL: there are none */
} clpti_part;

/* Those of one object, all zeros at first. */
typedef struct clpti_parts {
    struct clpti_part_entry *newest;
} clpti_parts;

/* The state of a part, created at the first request with every byte zero. NULL, with a message, when host memory runs
 * out. */
void *clpti_part_get(clpti_parts *parts, const clpti_part *part, clpt_message *message);
/* NULL where it has not been created. */
void *clpti_part_find(const clpti_parts *parts, const clpti_part *part);
/* While one is being closed, those created before it are still there. */
void clpti_parts_close(clpti_parts *parts);

#endif
