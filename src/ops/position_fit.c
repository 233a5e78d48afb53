/* SPDX-License-Identifier: Apache-2.0 */
/* Operation position_fit: normal equations for the displacement of each position. */
#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"

#define FIT_ARGS(a)                                                                                                    \
    CLPTI_VIEW((a)->object), CLPTI_LONG((a)->height), CLPTI_LONG((a)->width), CLPTI_SELECTION((a)->at),                \
        CLPTI_LONG((a)->at.count), CLPTI_VIEW((a)->probe), CLPTI_LONG((a)->probe_stride), CLPTI_VIEW((a)->waves),      \
        CLPTI_LONG((a)->modes), CLPTI_LONG((a)->size), CLPTI_VIEW((a)->sums)

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_position_fit_args *a = args;
    int32_t columns = clpti_group_columns(context), rows = clpti_group_rows(context);
    return clpti_run_kernel(context,
                            &(clpti_launch){.file = "position_fit",
                                            .kernel = "position_fit_general",
                                            .options = "",
                                            .global = {a->at.count * columns, rows},
                                            .local = {columns, rows, 1},
                                            .args = CLPTI_ARGS(FIT_ARGS(a), CLPTI_LOCAL(4 * 8 * columns * rows))});
}

static bool lanes_apply(const clpt_context *context, const void *args)
{
    const clpti_position_fit_args *a = args;
    return clpti_capabilities_of(context)->cpu_shaped && a->size % 8 == 0;
}

static clpt_status lanes(clpt_context *context, const void *args)
{
    const clpti_position_fit_args *a = args;
    return clpti_run_kernel(context, &(clpti_launch){.file = "position_fit_lanes",
                                                     .kernel = "position_fit_lanes",
                                                     .options = "",
                                                     .global = {a->at.count},
                                                     .local = {1, 1, 1},
                                                     .args = CLPTI_ARGS(FIT_ARGS(a))});
}

static const clpti_variant variants[] = {
    {"lanes", "a CPU and a side divisible by 8", lanes_apply, lanes}, {"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_position_fit = {"position_fit", clpti_ref_position_fit, variants};

clpt_status clpti_position_fit(clpt_context *context, const clpti_position_fit_args *args)
{
    return clpti_operation_run(context, &clpti_operation_position_fit, args);
}
