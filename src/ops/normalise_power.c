/* SPDX-License-Identifier: Apache-2.0 */
/* Operation normalise_power: a field scaled to a given power. */
#include "ops/constraint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status add_up(clpt_context *context, const clpti_normalise_power_args *a, clpt_buffer *total)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *power = NULL;
    int64_t pixels = a->size * a->size;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, pixels, &power));
    CLPTI_TRY(clpti_power(
        context, &(clpti_power_args){
                     .modes = a->field, .mode_count = a->modes, .count = pixels, .power = clpti_view_of(power)}));
    CLPTI_TRY(clpti_totals(context, &(clpti_totals_args){.values = clpti_view_of(power),
                                                         .groups = 1,
                                                         .height = a->size,
                                                         .width = a->size,
                                                         .out = clpti_view_of(total)}));
cleanup:
    clpti_scratch_give(&power);
    return status;
}

static clpt_status scale(clpt_context *context, const clpti_scaled_field *what, double power, clpt_buffer *total)
{
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "normalise_power",
                        .kernel = "normalise_power_general",
                        .options = "",
                        .global = {what->count},
                        .args = CLPTI_ARGS(CLPTI_VIEW(what->field), CLPTI_LONG(what->count), CLPTI_FLOAT(power),
                                           CLPTI_INT(what->inverse), CLPTI_BUFFER(total))});
}

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_normalise_power_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *total = NULL;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 1, &total));
    CLPTI_TRY(add_up(context, a, total));
    CLPTI_TRY(scale(context, &(clpti_scaled_field){.field = a->field, .count = a->modes * a->size * a->size}, a->power,
                    total));
    for (int k = 0; k < a->other_count; k++) CLPTI_TRY(scale(context, &a->others[k], a->power, total));
cleanup:
    clpti_scratch_give(&total);
    return status;
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_normalise_power = {"normalise_power", clpti_ref_normalise_power, variants};

clpt_status clpti_normalise_power(clpt_context *context, const clpti_normalise_power_args *args)
{
    return clpti_operation_run(context, &clpti_operation_normalise_power, args);
}
