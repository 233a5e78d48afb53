/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of one side for the in-place transforms of lines on CPUs. */
#include "fft/line_tables.h"

#include <string.h>

#include "cl/runtime.h"
#include "fft/twiddles.h"

enum { largest_side = 1024, items_per_unit = 4 };

/* 8·2 becomes 4·4, which costs less. Primes above 5 come last. */
static int factor(int64_t side, int64_t factors[CLPTI_MAX_FACTORS])
{
    static const int radices[] = {8, 4, 2, 3, 5, 0};
    int count = clpti_factors(side, radices, factors), eights = 0;
    while (eights < count && factors[eights] == 8) eights++;
    if (eights && eights < count && factors[eights] == 2) factors[eights - 1] = factors[eights] = 4;
    return count;
}

bool clpti_line_tables_apply(const clpt_context *context, int64_t side)
{
    /* A request for another kind of transform must be honoured. */
    if (strcmp(context->fft_requested, "auto") != 0 && strcmp(context->fft_requested, "lanes") != 0) return false;
    int64_t factors[CLPTI_MAX_FACTORS];
    const clpti_capabilities *c = clpti_capabilities_of(context);
    if (!c->cpu_shaped || c->loop_limit || side % 16 || side > largest_side) return false;
    int count = factor(side, factors);
    return factors[count - 1] <= 5 || factors[count - 1] == 8;
}

/* slot(k' + R·f') = m·k' + slot_m(f'). */
static int32_t slot_of(int64_t frequency, int64_t side, const int64_t *radices)
{
    int64_t slot = 0;
    for (; side > 1; radices++) {
        side /= *radices;
        slot += side * (frequency % *radices);
        frequency /= *radices;
    }
    return (int32_t)slot;
}

static clpt_status upload_tables(clpti_line_tables *lines, int64_t side)
{
    int64_t factors[CLPTI_MAX_FACTORS];
    int32_t tables[CLPTI_LINES_RADICES + 2 * largest_side] = {0};
    int32_t *slots = tables + CLPTI_LINES_RADICES, *centred = slots + side;
    lines->radix_count = factor(side, factors);
    for (int i = 0; i < lines->radix_count; i++) tables[i] = (int32_t)factors[i];
    for (int64_t i = 0; i < side; i++) {
        slots[i] = slot_of((i + side / 2) % side, side, factors);
        centred[slots[i]] = (int32_t)i;
    }
    return clpti_upload(clpti_view_of(lines->tables), tables, CLPTI_LINES_RADICES + 2 * side);
}

clpt_status clpti_line_tables_take(clpt_context *context, int64_t side, int64_t count, int64_t floats,
                                   clpti_line_tables *lines)
{
    clpt_status status = CLPT_OK;
    *lines = (clpti_line_tables){.items = (int64_t)context->device.compute_units * items_per_unit};
    if (lines->items > count) lines->items = count;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, side, &lines->twiddles));
    CLPTI_TRY(clpti_twiddles_upload(lines->twiddles, side));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_INDEX, CLPTI_LINES_RADICES + 2 * side, &lines->tables));
    CLPTI_TRY(upload_tables(lines, side));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, lines->items * floats, &lines->scratch));
cleanup:
    return status;
}

void clpti_line_tables_give(clpti_line_tables *lines)
{
    clpti_scratch_give(&lines->scratch);
    clpti_scratch_give(&lines->tables);
    clpti_scratch_give(&lines->twiddles);
}

clpt_status clpti_line_tables_probe(clpt_context *context, clpti_view probe, int64_t modes, int64_t side,
                                    bool probe_mask, clpt_buffer **planes)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 2 * modes * side * side, planes));
    CLPTI_TRY(clpti_run_kernel(context,
                               &(clpti_launch){.file = "lanes_probe",
                                               .kernel = "lanes_probe",
                                               .options = "",
                                               .global = {side, side, modes},
                                               .args = CLPTI_ARGS(CLPTI_VIEW(probe), CLPTI_LONG(modes), CLPTI_INT(side),
                                                                  CLPTI_INT(probe_mask), CLPTI_BUFFER(*planes))}));
cleanup:
    return status;
}
