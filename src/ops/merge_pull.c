/* SPDX-License-Identifier: Apache-2.0 */
/* Operation merge_pull: gradients of a merge with respect to its patches. */
#include "ops/adjoint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_merge_pull_args *a = args;
    const clpti_merge_geometry *g = &a->g;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "merge_pull",
                        .kernel = "merge_pull_general",
                        .options = clpti_element_option(g->complex),
                        .global = {g->size, g->size, g->at.count},
                        .args = CLPTI_ARGS(CLPTI_INT(g->merge), CLPTI_SELECTION(g->at), CLPTI_LONG(g->at.count),
                                           CLPTI_LONG(g->per_group), CLPTI_LONG(g->size), CLPTI_LONG(g->crop),
                                           CLPTI_LONG(g->height), CLPTI_LONG(g->width), CLPTI_VIEW(g->d_sum),
                                           CLPTI_VIEW(a->total), CLPTI_VIEW(a->largest), CLPTI_VIEW(g->power),
                                           CLPTI_VIEW(a->d_patches))});
}

enum { columns_across = 32, columns_rows = 4, columns_down = 2 };

static bool columns_apply(const clpt_context *context, const void *args)
{
    const clpti_merge_pull_args *a = args;
    char requested[40];
    /* A forced variant is tried on any device. */
    bool gpu = context->device.type == CLPT_DEVICE_GPU ||
               clpti_requested_variant(context, "merge_pull", requested, sizeof requested);
    return gpu && context->device.max_work_group >= columns_across * columns_down && a->g.size <= 32768 &&
           a->g.height <= 1 << 14 && a->g.width <= 1 << 14;
}

static clpt_status columns(clpt_context *context, const void *args)
{
    const clpti_merge_pull_args *a = args;
    const clpti_merge_geometry *g = &a->g;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "merge_pull_columns",
                        .kernel = "merge_pull_columns",
                        .options = clpti_element_option(g->complex),
                        .global = {g->size, (g->size + columns_rows - 1) / columns_rows, g->at.count},
                        .local = {columns_across, columns_down, 1},
                        .args = CLPTI_ARGS(CLPTI_INT(g->merge), CLPTI_SELECTION(g->at), CLPTI_INT(g->per_group),
                                           CLPTI_INT(g->size), CLPTI_INT(g->crop), CLPTI_INT(g->height),
                                           CLPTI_INT(g->width), CLPTI_VIEW(g->d_sum), CLPTI_VIEW(a->total),
                                           CLPTI_VIEW(a->largest), CLPTI_VIEW(g->power), CLPTI_VIEW(a->d_patches))});
}

static const clpti_variant variants[] = {
    {"columns", "a GPU, and sides up to 32768 of a patch and 16384 of a canvas", columns_apply, columns},
    {"general", NULL, NULL, general},
    {0}};
const clpti_operation clpti_operation_merge_pull = {"merge_pull", clpti_ref_merge_pull, variants};

clpt_status clpti_merge_pull(clpt_context *context, const clpti_merge_pull_args *args)
{
    return clpti_operation_run(context, &clpti_operation_merge_pull, args);
}
