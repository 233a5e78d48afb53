/* SPDX-License-Identifier: Apache-2.0 */
/* The object gradient in one kernel for CPUs, by bands of the canvas: see cl/object_gradient_lanes.cl. */
#include "ops/object_gradient_lanes.h"

#include "ops/adjoint.h"
#include "ops/selection.h"

enum { items_per_unit = 4, bands_per_item = 4, rows_min = 8 };

bool clpti_object_gradient_lanes_applies(const clpt_context *context, const void *args)
{
    const clpti_object_gradient_args *a = args;
    bool whole = a->pad == 0 && (a->patch == 0 || a->patch == a->size);
    bool weighed = !a->weight_sum.buffer || a->weights.buffer || a->own_weights;
    return clpti_capabilities_of(context)->cpu_shaped && a->size % 16 == 0 && whole && !a->per_image && weighed;
}

clpt_status clpti_object_gradient_lanes(clpt_context *context, const void *args)
{
    const clpti_object_gradient_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *scratch = NULL;
    int64_t items = (int64_t)context->device.compute_units * items_per_unit;
    int64_t rows = (a->height + items * bands_per_item - 1) / (items * bands_per_item);
    if (rows < rows_min) rows = rows_min;
    if (items * rows > a->height) items = (a->height + rows - 1) / rows;
    CLPTI_TRY(clpti_object_gradient_start(a));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, items * (3 * a->size + 48), &scratch));
    CLPTI_TRY(clpti_run_kernel(
        context,
        &(clpti_launch){.file = "object_gradient_lanes",
                        .kernel = "object_gradient_lanes",
                        .options = "",
                        .global = {items},
                        .local = {1, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->waves), CLPTI_VIEW(a->probe), CLPTI_LONG(a->probe_stride),
                                           CLPTI_LONG(a->modes), CLPTI_INT(a->size), CLPTI_SELECTION(a->at),
                                           CLPTI_LONG(a->at.count), CLPTI_VIEW(a->weights), CLPTI_VIEW(a->canvas),
                                           CLPTI_VIEW(a->weight_sum), CLPTI_INT(a->height), CLPTI_INT(a->width),
                                           CLPTI_INT(rows), CLPTI_BUFFER(scratch))}));
cleanup:
    clpti_scratch_give(&scratch);
    return status;
}
