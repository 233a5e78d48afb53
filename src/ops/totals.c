/* SPDX-License-Identifier: Apache-2.0 */
/* Operation totals: sums of groups of values. */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_totals_args *a = args;
    int32_t columns = clpti_group_columns(context), rows = clpti_group_rows(context);
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "totals",
                        .kernel = "totals_general",
                        .options = "",
                        .global = {a->groups * columns, rows},
                        .local = {columns, rows, 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->values), CLPTI_LONG(a->groups), CLPTI_LONG(a->height),
                                           CLPTI_LONG(a->width), CLPTI_VIEW(a->out), CLPTI_LOCAL(4 * columns * rows))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_totals = {"totals", clpti_ref_totals, variants};

clpt_status clpti_totals(clpt_context *context, const clpti_totals_args *args)
{
    return clpti_operation_run(context, &clpti_operation_totals, args);
}
