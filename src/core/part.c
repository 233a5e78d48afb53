/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of an object: creation on first use, lookup by description, closing in reverse order. */
#include "core/part.h"

#include <stdlib.h>

typedef struct clpti_part_entry {
    struct clpti_part_entry *older;
    const clpti_part *part;
    _Alignas(max_align_t) unsigned char state[];
} entry;

void *clpti_part_find(const clpti_parts *parts, const clpti_part *part)
{
    for (entry *e = parts->newest; e; e = e->older)
        if (e->part == part) return e->state;
    return NULL;
}

void *clpti_part_get(clpti_parts *parts, const clpti_part *part, clpt_message *message)
{
    void *found = clpti_part_find(parts, part);
    if (found) return found;
    entry *made = calloc(1, sizeof *made + part->size);
    if (!made) {
        clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for %s", part->name);
        return NULL;
    }
    made->older = parts->newest;
    made->part = part;
    parts->newest = made;
    return made->state;
}

void clpti_parts_close(clpti_parts *parts)
{
    while (parts->newest) {
        entry *closed = parts->newest;
        parts->newest = closed->older;
        if (closed->part->close) closed->part->close(closed->state);
        free(closed);
    }
}
