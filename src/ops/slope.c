/* SPDX-License-Identifier: Apache-2.0 */
/* Operation slope: derivatives of patches with respect to positions. */
#include "ops/adjoint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_slope_args *a = args;
    int32_t columns = clpti_group_columns(context), rows = clpti_group_rows(context);
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "slope",
                        .kernel = "slope_general",
                        .options = clpti_element_option(a->complex),
                        .global = {a->at.count * columns, rows},
                        .local = {columns, rows, 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->images), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                           CLPTI_LONG(a->per_image), CLPTI_SELECTION(a->at), CLPTI_LONG(a->at.count),
                                           CLPTI_VIEW(a->cotangent), CLPTI_LONG(a->rows), CLPTI_LONG(a->columns),
                                           CLPTI_VIEW(a->out), CLPTI_LOCAL(16 * columns * rows))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_slope = {"slope", clpti_ref_slope, variants};

clpt_status clpti_slope(clpt_context *context, const clpti_slope_args *args)
{
    return clpti_operation_run(context, &clpti_operation_slope, args);
}

clpt_status clpti_slope_read(clpt_context *context, const clpti_slope_args *args, double sign, double *out)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *slopes = NULL;
    clpti_slope_args there = *args;
    int64_t count = 2 * args->at.count;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, count, &slopes));
    there.out = clpti_view_of(slopes);
    CLPTI_TRY(clpti_slope(context, &there));
    CLPTI_TRY(clpti_field_download(there.out, out, CLPT_TYPE_F64, count));
    for (int64_t i = 0; i < count; i++) out[i] *= sign;
cleanup:
    clpti_scratch_give(&slopes);
    return status;
}
