/* SPDX-License-Identifier: Apache-2.0 */
/* Operation largest: maximum magnitude of values. */
#include "ops/operation.h"
#include "ops/selection.h"

/* Up to `whole` values, a single work-group is faster than two launches. */
enum { block_length = 4096, whole = 16384, group = 256 };

static int64_t block_of(int64_t count)
{
    return count <= whole ? whole : block_length;
}

/* One level: [groups, count] to [groups, blocks]. */
typedef clpt_status (*level)(clpt_context *context, clpti_view values, int64_t groups, int64_t count, clpti_view out);

static clpt_status general_level(clpt_context *context, clpti_view values, int64_t groups, int64_t count,
                                 clpti_view out)
{
    int64_t block = block_of(count), blocks = (count + block - 1) / block;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "largest",
                                 .kernel = "largest_general",
                                 .options = "",
                                 .global = {blocks * group, groups},
                                 .local = {group, 1, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(values), CLPTI_LONG(count), CLPTI_LONG(block),
                                                    CLPTI_LONG(blocks), CLPTI_VIEW(out), CLPTI_LOCAL(4 * group))});
}

static clpt_status lanes_level(clpt_context *context, clpti_view values, int64_t groups, int64_t count, clpti_view out)
{
    int64_t block = block_of(count), blocks = (count + block - 1) / block;
    return clpti_run_kernel(context,
                            &(clpti_launch){.file = "largest_lanes",
                                            .kernel = "largest_lanes",
                                            .options = "",
                                            .global = {blocks, groups},
                                            .local = {1, 1, 1},
                                            .args = CLPTI_ARGS(CLPTI_VIEW(values), CLPTI_LONG(count), CLPTI_LONG(block),
                                                               CLPTI_LONG(blocks), CLPTI_VIEW(out))});
}

static clpt_status by_levels(clpt_context *context, const clpti_largest_args *a, level run)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *from = NULL, *to = NULL;
    clpti_view values = a->values;
    int64_t count = a->count;
    while (count > whole) {
        int64_t blocks = (count + block_length - 1) / block_length;
        CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, a->groups * blocks, &to));
        CLPTI_TRY(run(context, values, a->groups, count, clpti_view_of(to)));
        clpti_scratch_give(&from);
        from = to;
        to = NULL;
        values = clpti_view_of(from);
        count = blocks;
    }
    CLPTI_TRY(run(context, values, a->groups, count, a->out));
cleanup:
    clpti_scratch_give(&from);
    clpti_scratch_give(&to);
    return status;
}

static clpt_status general(clpt_context *context, const void *args)
{
    return by_levels(context, args, general_level);
}

static bool lanes_apply(const clpt_context *context, const void *args)
{
    (void)args;
    return clpti_capabilities_of(context)->cpu_shaped;
}

static clpt_status lanes(clpt_context *context, const void *args)
{
    return by_levels(context, args, lanes_level);
}

static const clpti_variant variants[] = {{"lanes", "a CPU", lanes_apply, lanes}, {"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_largest = {"largest", clpti_ref_largest, variants};

clpt_status clpti_largest(clpt_context *context, const clpti_largest_args *args)
{
    return clpti_operation_run(context, &clpti_operation_largest, args);
}
