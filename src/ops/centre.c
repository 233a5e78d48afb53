/* SPDX-License-Identifier: Apache-2.0 */
/* Operation centre: centroid of the probe's power, and images moved by whole pixels. */
#include "ops/constraint.h"
#include "ops/operation.h"
#include "ops/selection.h"

enum { copied_max = 1 << 22 }; /* elements, unless one image is larger */

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

/* Moves images first … first + repeats − 1 of a field through a copy. */
static clpt_status move_some(clpt_context *context, const clpti_centred_field *f, int64_t first, int64_t repeats,
                             clpt_buffer *before, clpt_buffer *shift)
{
    clpt_status status = CLPT_OK;
    clpti_view field = clpti_view_at(f->field, first * f->height * f->width);
    CLPTI_TRY(clpti_copy(field, clpti_view_of(before), repeats * f->height * f->width));
    CLPTI_TRY(clpti_run_kernel(
        context, &(clpti_launch){.file = "centre",
                                 .kernel = "centre_move",
                                 .options = "",
                                 .global = {f->width, f->height, repeats},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(before), CLPTI_LONG(repeats), CLPTI_LONG(f->height),
                                                    CLPTI_LONG(f->width), CLPTI_INT(!f->wraps), CLPTI_BUFFER(shift),
                                                    CLPTI_VIEW(field))}));
cleanup:
    return status;
}

/* An engine's waves may fill most of the memory: a few images at a time. */
static clpt_status move(clpt_context *context, const clpti_centred_field *f, clpt_buffer *shift)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *before = NULL;
    int64_t image = f->height * f->width, capacity = copied_max / image > 1 ? copied_max / image : 1;
    if (capacity > f->count) capacity = f->count;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, capacity * image, &before));
    for (int64_t done = 0; done < f->count; done += capacity)
        CLPTI_TRY(move_some(context, f, done, f->count - done < capacity ? f->count - done : capacity, before, shift));
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
    for (int i = 0; i < a->field_count; i++) CLPTI_TRY(move(context, &a->fields[i], shift));
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
