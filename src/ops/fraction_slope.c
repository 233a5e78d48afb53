/* SPDX-License-Identifier: Apache-2.0 */
/* Operation fraction_slope: derivatives with respect to positions through moved probes. */
#include "ops/operation.h"
#include "ops/selection.h"
#include "ops/subpixel.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_fraction_slope_args *a = args;
    int32_t columns = clpti_group_columns(context), rows = clpti_group_rows(context);
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "fraction_slope",
                                 .kernel = "fraction_slope_general",
                                 .options = "",
                                 .global = {a->at.count * columns, rows},
                                 .local = {columns, rows, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                                    CLPTI_SELECTION(a->at), CLPTI_LONG(a->at.count),
                                                    CLPTI_VIEW(a->by_x), CLPTI_VIEW(a->by_y), CLPTI_VIEW(a->waves),
                                                    CLPTI_LONG(a->modes), CLPTI_LONG(a->size), CLPTI_LONG(a->stride),
                                                    CLPTI_VIEW(a->slopes), CLPTI_LOCAL(4 * 2 * columns * rows))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_fraction_slope = {"fraction_slope", clpti_ref_fraction_slope, variants};

clpt_status clpti_fraction_slope(clpt_context *context, const clpti_fraction_slope_args *args)
{
    return clpti_operation_run(context, &clpti_operation_fraction_slope, args);
}
