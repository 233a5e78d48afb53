/* SPDX-License-Identifier: Apache-2.0 */
/* Operation step_fit: normal equations for the step lengths of object and probe, per pattern. */
#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"

#define FIT_ARGS(a)                                                                                                    \
    CLPTI_VIEW((a)->object), CLPTI_VIEW((a)->object_direction), CLPTI_LONG((a)->height), CLPTI_LONG((a)->width),       \
        CLPTI_SELECTION((a)->at), CLPTI_LONG((a)->at.count), CLPTI_VIEW((a)->probe), CLPTI_LONG((a)->probe_stride),    \
        CLPTI_VIEW((a)->probe_direction), CLPTI_LONG((a)->direction_stride), CLPTI_VIEW((a)->waves),                   \
        CLPTI_LONG((a)->modes), CLPTI_LONG((a)->size), CLPTI_VIEW((a)->sums)

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_step_fit_args *a = args;
    int32_t columns = clpti_group_columns(context), rows = clpti_group_rows(context);
    return clpti_run_kernel(context,
                            &(clpti_launch){.file = "step_fit",
                                            .kernel = "step_fit_general",
                                            .options = "",
                                            .global = {a->at.count * columns, rows},
                                            .local = {columns, rows, 1},
                                            .args = CLPTI_ARGS(FIT_ARGS(a), CLPTI_LOCAL(20 * columns * rows))});
}

static bool lanes_apply(const clpt_context *context, const void *args)
{
    const clpti_step_fit_args *a = args;
    return clpti_capabilities_of(context)->cpu_shaped && a->size % 8 == 0;
}

static clpt_status lanes(clpt_context *context, const void *args)
{
    const clpti_step_fit_args *a = args;
    return clpti_run_kernel(context, &(clpti_launch){.file = "step_fit_lanes",
                                                     .kernel = "step_fit_lanes",
                                                     .options = "",
                                                     .global = {a->at.count},
                                                     .local = {1, 1, 1},
                                                     .args = CLPTI_ARGS(FIT_ARGS(a))});
}

enum { block_side = 32, block_rows = 2, block_patterns = 4, block_items = 256, sums_items = 64 };

static bool blocks_apply(const clpt_context *context, const void *args)
{
    const clpti_step_fit_args *a = args;
    char requested[40];
    /* A forced variant is tried on any device. */
    bool gpu = context->device.type == CLPT_DEVICE_GPU ||
               clpti_requested_variant(context, "step_fit", requested, sizeof requested);
    return gpu && context->device.max_work_group >= block_items && a->size <= 32768 && a->height <= 1 << 28 &&
           a->width <= 1 << 28;
}

static clpt_status add_blocks(clpt_context *context, const clpti_step_fit_args *a, clpt_buffer *parts, int64_t blocks)
{
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "step_fit_blocks",
                                 .kernel = "step_fit_sums",
                                 .options = "",
                                 .global = {a->at.count * sums_items},
                                 .local = {sums_items, 1, 1},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(parts), CLPTI_INT(blocks), CLPTI_VIEW(a->sums))});
}

static clpt_status blocks(clpt_context *context, const void *args)
{
    const clpti_step_fit_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *parts = NULL;
    int64_t wide = (a->size + block_side - 1) / block_side, count = wide * wide;
    int64_t patterns = (a->at.count + block_patterns - 1) / block_patterns;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 5 * a->at.count * count, &parts));
    CLPTI_TRY(clpti_run_kernel(
        context, &(clpti_launch){.file = "step_fit_blocks",
                                 .kernel = "step_fit_blocks",
                                 .options = "",
                                 .global = {block_side * count * patterns, block_rows, block_patterns},
                                 .local = {block_side, block_rows, block_patterns},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_VIEW(a->object_direction),
                                                    CLPTI_INT(a->height), CLPTI_INT(a->width), CLPTI_SELECTION(a->at),
                                                    CLPTI_INT(a->at.count), CLPTI_VIEW(a->probe),
                                                    CLPTI_LONG(a->probe_stride), CLPTI_VIEW(a->probe_direction),
                                                    CLPTI_LONG(a->direction_stride), CLPTI_VIEW(a->waves),
                                                    CLPTI_INT(a->modes), CLPTI_INT(a->size), CLPTI_BUFFER(parts))}));
    CLPTI_TRY(add_blocks(context, a, parts, count));
cleanup:
    clpti_scratch_give(&parts);
    return status;
}

static const clpti_variant variants[] = {
    {"lanes", "a CPU and a side divisible by 8", lanes_apply, lanes},
    {"blocks", "a GPU with work-groups of 256, a side up to 32768, and an object of up to 2^28 rows and columns",
     blocks_apply, blocks},
    {"general", NULL, NULL, general},
    {0}};
const clpti_operation clpti_operation_step_fit = {"step_fit", clpti_ref_step_fit, variants};

clpt_status clpti_step_fit(clpt_context *context, const clpti_step_fit_args *args)
{
    return clpti_operation_run(context, &clpti_operation_step_fit, args);
}
