/* SPDX-License-Identifier: Apache-2.0 */
/* Distribution of lines over work-groups, for sides that are products of small radices. */
#include "fft/mixed_radix.h"

#include <stdio.h>

enum { side_min = 16, side_max = 1024, group_max = 256, lines_max = 16, lines_min = 4, values_max = 24 };

static const int radices[] = {16, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
enum { radix_count = sizeof radices / sizeof *radices };

static int rounds(int64_t side, int radix, int items)
{
    return (int)((side / radix + items - 1) / items);
}

/* Maximum number of values per work-item. */
static int values_of(const clpti_mixed_radix *m, int64_t side)
{
    int maximum = 0;
    for (int i = 0; i < CLPTI_MIXED_RADICES; i++) {
        int values = m->radices[i] > 1 ? rounds(side, m->radices[i], m->items) * m->radices[i] : 0;
        if (values > maximum) maximum = values;
    }
    return maximum;
}

/* Cost of a line: each radix costs a pass through local memory, for values held and for idle ones. */
static int64_t cost_of(const clpti_mixed_radix *m, int64_t side)
{
    int64_t cost = 0;
    for (int i = 0; i < CLPTI_MIXED_RADICES; i++)
        if (m->radices[i] > 1) cost += side + (int64_t)rounds(side, m->radices[i], m->items) * m->radices[i] * m->items;
    return cost;
}

/* Fills radices[depth…] with factors of `left`, none larger than the previous one; `best` keeps the cheapest. */
static void search(int64_t side, int64_t left, int depth, clpti_mixed_radix *m, int64_t *minimum,
                   clpti_mixed_radix *best)
{
    if (left == 1 && depth > 0) {
        for (int i = depth; i < CLPTI_MIXED_RADICES; i++) m->radices[i] = 1;
        m->items = (int)side / m->radices[0];
        int64_t cost = cost_of(m, side);
        if (values_of(m, side) <= values_max && (*minimum == 0 || cost < *minimum)) {
            *minimum = cost;
            *best = *m;
        }
        return;
    }
    for (int i = 0; i < radix_count && depth < CLPTI_MIXED_RADICES; i++) {
        if (left % radices[i] || (depth && radices[i] > m->radices[depth - 1])) continue;
        m->radices[depth] = radices[i];
        search(side, left / radices[i], depth + 1, m, minimum, best);
    }
}

static int64_t local_bytes(int64_t side, int lines)
{
    return 8 * lines * (side + side / 16);
}

bool clpti_mixed_radix_find(const clpt_context *context, int64_t side, clpti_mixed_radix *mixed)
{
    clpti_mixed_radix trial = {0};
    int64_t minimum = 0;
    if (side < side_min || side > side_max || context->device.max_work_group < group_max) return false;
    search(side, side, 0, &trial, &minimum, mixed);
    if (!minimum) return false;
    for (mixed->lines = lines_max; mixed->lines >= lines_min; mixed->lines /= 2)
        if (mixed->lines * mixed->items <= group_max && local_bytes(side, mixed->lines) <= 35 * 1024 &&
            local_bytes(side, mixed->lines) <= (int64_t)context->device.local_memory)
            return true;
    return false;
}

void clpti_mixed_radix_options(const clpti_mixed_radix *m, int64_t side, char options[CLPTI_MIXED_OPTIONS])
{
    snprintf(options, CLPTI_MIXED_OPTIONS,
             "-DCLPT_N=%d -DCLPT_R0=%d -DCLPT_R1=%d -DCLPT_R2=%d -DCLPT_ITEMS=%d -DCLPT_LINES=%d", (int)side,
             m->radices[0], m->radices[1], m->radices[2], m->items, m->lines);
}
