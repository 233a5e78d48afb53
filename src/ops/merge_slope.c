/* SPDX-License-Identifier: Apache-2.0 */
/* Operation merge_slope: gradients of a merge with respect to the positions of its blocks. */
#include "ops/adjoint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_merge_slope_args *a = args;
    const clpti_merge_geometry *g = &a->g;
    int32_t columns = clpti_group_columns(context), rows = clpti_group_rows(context);
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "merge_slope",
                        .kernel = "merge_slope_general",
                        .options = clpti_element_option(g->complex),
                        .global = {g->at.count * columns, rows},
                        .local = {columns, rows, 1},
                        .args = CLPTI_ARGS(CLPTI_INT(g->merge), CLPTI_SELECTION(g->at), CLPTI_LONG(g->at.count),
                                           CLPTI_LONG(g->per_group), CLPTI_LONG(g->size), CLPTI_LONG(g->crop),
                                           CLPTI_LONG(g->height), CLPTI_LONG(g->width), CLPTI_VIEW(g->d_sum),
                                           CLPTI_VIEW(g->d_total), CLPTI_VIEW(g->power), CLPTI_VIEW(a->patches),
                                           CLPTI_VIEW(a->out), CLPTI_LOCAL(16 * columns * rows))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_merge_slope = {"merge_slope", clpti_ref_merge_slope, variants};

clpt_status clpti_merge_slope(clpt_context *context, const clpti_merge_slope_args *args)
{
    return clpti_operation_run(context, &clpti_operation_merge_slope, args);
}
