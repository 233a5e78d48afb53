/* SPDX-License-Identifier: Apache-2.0 */
/* Operation project: waves at the detector replaced according to the likelihood, and the misfit. */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_project_args *a = args;
    int32_t columns = clpti_group_columns(context), rows = clpti_group_rows(context);
    return clpti_run_kernel(
        context, &(clpti_launch){
                     .file = "project",
                     .kernel = "project_general",
                     .options = clpti_likelihood_option(a->likelihood),
                     .global = {a->count * columns, rows},
                     .local = {columns, rows, 1},
                     .args = CLPTI_ARGS(CLPTI_VIEW(a->waves), CLPTI_LONG(a->count), CLPTI_LONG(a->modes),
                                        CLPTI_LONG(a->size), CLPTI_LONG(a->image ? 0 : a->size / 2),
                                        CLPTI_FLOAT(a->factor), CLPTI_FLOAT(a->scale), CLPTI_RESPONSE(a->response),
                                        CLPTI_VIEW(a->measured), CLPTI_VIEW(a->mask), CLPTI_INT(a->mask_per_pattern),
                                        CLPTI_ORDER(a->order), CLPTI_LONG(a->first), CLPTI_INT(a->only_error),
                                        CLPTI_VIEW(a->misfit), CLPTI_VIEW(a->total), CLPTI_LOCAL(8 * columns * rows))});
}

static bool lanes_apply(const clpt_context *context, const void *args)
{
    const clpti_project_args *a = args;
    return clpti_capabilities_of(context)->cpu_shaped && a->size % (a->image ? 8 : 16) == 0;
}

static clpt_status lanes(clpt_context *context, const void *args)
{
    const clpti_project_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "project_lanes",
                        .kernel = "project_lanes",
                        .options = clpti_likelihood_option(a->likelihood),
                        .global = {a->count},
                        .local = {1, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->waves), CLPTI_LONG(a->modes), CLPTI_LONG(a->size),
                                           CLPTI_LONG(a->image ? 0 : a->size / 2), CLPTI_FLOAT(a->factor),
                                           CLPTI_FLOAT(a->scale), CLPTI_RESPONSE(a->response), CLPTI_VIEW(a->measured),
                                           CLPTI_VIEW(a->mask), CLPTI_INT(a->mask_per_pattern), CLPTI_ORDER(a->order),
                                           CLPTI_LONG(a->first), CLPTI_INT(a->only_error), CLPTI_VIEW(a->misfit),
                                           CLPTI_VIEW(a->total))});
}

enum { block_pixels = 4096, block_items = 256 };

static bool blocks_apply(const clpt_context *context, const void *args)
{
    const clpti_project_args *a = args;
    char requested[40];
    /* A forced variant is tried on any device. */
    bool gpu = context->device.type == CLPT_DEVICE_GPU ||
               clpti_requested_variant(context, "project", requested, sizeof requested);
    return gpu && context->device.max_work_group >= block_items && a->size <= 32768;
}

static clpt_status add_blocks(clpt_context *context, const clpti_project_args *a, clpt_buffer *parts, int64_t blocks)
{
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "project_blocks",
                                 .kernel = "project_sums",
                                 .options = "",
                                 .global = {a->count},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(parts), CLPTI_LONG(a->count), CLPTI_LONG(blocks),
                                                    CLPTI_VIEW(a->misfit), CLPTI_VIEW(a->total))});
}

static clpt_status blocks(clpt_context *context, const void *args)
{
    const clpti_project_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *parts = NULL;
    int64_t count = (a->size * a->size + block_pixels - 1) / block_pixels;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, a->count * count, &parts));
    CLPTI_TRY(clpti_run_kernel(
        context,
        &(clpti_launch){.file = "project_blocks",
                        .kernel = "project_blocks",
                        .options = clpti_likelihood_option(a->likelihood),
                        .global = {count * block_items, a->count},
                        .local = {block_items, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->waves), CLPTI_LONG(a->modes), CLPTI_LONG(a->size),
                                           CLPTI_LONG(a->image ? 0 : a->size / 2), CLPTI_FLOAT(a->factor),
                                           CLPTI_FLOAT(a->scale), CLPTI_RESPONSE(a->response), CLPTI_VIEW(a->measured),
                                           CLPTI_VIEW(a->mask), CLPTI_INT(a->mask_per_pattern), CLPTI_ORDER(a->order),
                                           CLPTI_LONG(a->first), CLPTI_INT(a->only_error), CLPTI_BUFFER(parts),
                                           CLPTI_LONG(count))}));
    CLPTI_TRY(add_blocks(context, a, parts, count));
cleanup:
    clpti_scratch_give(&parts);
    return status;
}

static const clpti_variant variants[] = {
    {"lanes", "a CPU and a side divisible by 16 (of near fields, by 8)", lanes_apply, lanes},
    {"blocks", "a GPU with work-groups of 256, and a side up to 32768", blocks_apply, blocks},
    {"general", NULL, NULL, general},
    {0}};
const clpti_operation clpti_operation_project = {"project", clpti_ref_project, variants};

clpt_status clpti_project(clpt_context *context, const clpti_project_args *args)
{
    return clpti_operation_run(context, &clpti_operation_project, args);
}
