/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/constraint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status find(clpt_context *context, const clpti_centre_args *a, clpt_buffer *shift)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *power = NULL;
    int32_t columns = clpti_group_columns(context), rows = clpti_group_rows(context);
    int64_t pixels = a->size * a->size;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, pixels, &power));
    CLPTI_TRY(clpti_power(
        context, &(clpti_power_args){
                     .modes = a->probe, .mode_count = a->modes, .count = pixels, .power = clpti_view_of(power)}));
    CLPTI_TRY(clpti_run_kernel(
        context, &(clpti_launch){.file = "centre",
                                 .kernel = "centre_find",
                                 .options = "",
                                 .global = {columns, rows},
                                 .local = {columns, rows, 1},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(power), CLPTI_LONG(a->size), CLPTI_BUFFER(shift),
                                                    CLPTI_LOCAL(16 * columns * rows))}));
cleanup:
    clpti_scratch_give(&power);
    return status;
}

static clpt_status move(clpt_context *context, clpti_view field, int64_t repeats, int64_t height, int64_t width,
                        bool clamped, clpt_buffer *shift)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *before = NULL;
    int64_t count = repeats * height * width;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, count, &before));
    CLPTI_TRY(clpti_copy(field, clpti_view_of(before), count));
    CLPTI_TRY(clpti_run_kernel(
        context, &(clpti_launch){.file = "centre",
                                 .kernel = "centre_move",
                                 .options = "",
                                 .global = {width, height, repeats},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(before), CLPTI_LONG(repeats), CLPTI_LONG(height),
                                                    CLPTI_LONG(width), CLPTI_INT(clamped), CLPTI_BUFFER(shift),
                                                    CLPTI_VIEW(field))}));
cleanup:
    clpti_scratch_give(&before);
    return status;
}

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_centre_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *shift = NULL;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_INDEX, 2, &shift));
    CLPTI_TRY(find(context, a, shift));
    CLPTI_TRY(move(context, a->probe, a->modes, a->size, a->size, false, shift));
    if (a->object.buffer) CLPTI_TRY(move(context, a->object, 1, a->height, a->width, true, shift));
cleanup:
    clpti_scratch_give(&shift);
    return status;
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_centre = {"centre", clpti_ref_centre, variants};

clpt_status clpti_centre(clpt_context *context, const clpti_centre_args *args)
{
    return clpti_operation_run(context, &clpti_operation_centre, args);
}
