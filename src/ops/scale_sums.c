/* SPDX-License-Identifier: Apache-2.0 */
/* Operation scale_sums: sums for the scale factor of each pattern. */
#include "ops/correction.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_misfit_args *a = args;
    int32_t columns = clpti_group_columns(context), rows = clpti_group_rows(context);
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "scale_sums",
                                 .kernel = "scale_sums_general",
                                 .options = "",
                                 .global = {a->count * columns, rows},
                                 .local = {columns, rows, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->intensity), CLPTI_LONG(a->count), CLPTI_LONG(a->size),
                                                    CLPTI_RESPONSE(a->response), CLPTI_VIEW(a->measured),
                                                    CLPTI_VIEW(a->mask), CLPTI_INT(a->mask_per_pattern),
                                                    CLPTI_ORDER(a->order), CLPTI_LONG(a->first), CLPTI_FLOAT(a->floor),
                                                    CLPTI_VIEW(a->sums), CLPTI_LOCAL(8 * columns * rows))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_scale_sums = {"scale_sums", clpti_ref_scale_sums, variants};

clpt_status clpti_scale_sums(clpt_context *context, const clpti_misfit_args *args)
{
    return clpti_operation_run(context, &clpti_operation_scale_sums, args);
}
