/* SPDX-License-Identifier: Apache-2.0 */
/* Compact batches: neighbouring patterns, by recursive bisection of the scan. */
#include "solve/compact_batches.h"

#include <stdlib.h>

#include "core/memory.h"

typedef struct entry {
    double key;
    int32_t index;
} entry;

typedef struct cut {
    const double *xy;
    int64_t count, batches;
    entry *entries;
} cut;

static int by_key(const void *a, const void *b)
{
    const entry *one = a, *other = b;
    if (one->key != other->key) return one->key < other->key ? -1 : 1;
    return one->index < other->index ? -1 : one->index > other->index;
}

static int64_t start_of(const cut *c, int64_t batch)
{
    return c->count * batch / c->batches;
}

/* 0 if entries first … last − 1 extend farther in x, else 1. */
static int longer_side(const cut *c, int64_t first, int64_t last)
{
    double extent[2];
    for (int axis = 0; axis < 2; axis++) {
        double minimum = c->xy[2 * c->entries[first].index + axis], maximum = minimum;
        for (int64_t i = first + 1; i < last; i++) {
            double at = c->xy[2 * c->entries[i].index + axis];
            if (at < minimum) minimum = at;
            if (at > maximum) maximum = at;
        }
        extent[axis] = maximum - minimum;
    }
    return extent[0] >= extent[1] ? 0 : 1;
}

/* Divides batches low … high − 1. Patterns of a single batch are in order of their indices. */
static void divide(const cut *c, int64_t low, int64_t high)
{
    int64_t first = start_of(c, low), last = start_of(c, high), middle = (low + high) / 2;
    bool whole = high - low == 1;
    int axis = whole ? 0 : longer_side(c, first, last);
    for (int64_t i = first; i < last; i++) {
        entry *e = &c->entries[i];
        e->key = whole ? 0.0 : c->xy[2 * e->index + axis];
    }
    qsort(c->entries + first, (size_t)(last - first), sizeof *c->entries, by_key);
    if (whole) return;
    divide(c, low, middle);
    divide(c, middle, high);
}

clpt_status clpti_compact_batches(clpt_message *message, const double *xy, int64_t count, int64_t batches,
                                  int32_t *order)
{
    cut c = {xy, count, batches, clpti_malloc(count, sizeof *c.entries)};
    if (!c.entries)
        return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for batches of %lld patterns", (long long)count);
    for (int64_t i = 0; i < count; i++) c.entries[i].index = (int32_t)i;
    divide(&c, 0, batches);
    for (int64_t i = 0; i < count; i++) order[i] = c.entries[i].index;
    free(c.entries);
    return CLPT_OK;
}
