/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of smooth_object: one pass of a separable convolution of the object. */
#include "ref/field.h"

#include <stdlib.h>

#include "core/memory.h"
#include "ops/constraint.h"

/* Σ_k e^(−k²/2σ²)·in(k) / Σ_k e^(−k²/2σ²) along a line of `length` pixels `stride` apart, at pixel `at`. */
static clpti_value blurred(const double *in, int64_t length, int64_t stride, int64_t at, double sigma)
{
    int64_t radius = (int64_t)ceil(3 * sigma);
    clpti_value sum = 0;
    double total = 0;
    for (int64_t k = -radius; k <= radius; k++) {
        int64_t from = at + k < 0 ? 0 : at + k >= length ? length - 1 : at + k;
        double weight = exp(-0.5 * (double)(k * k) / (sigma * sigma));
        sum += weight * clpti_field_get(in, true, from * stride);
        total += weight;
    }
    return sum / total;
}

clpt_status clpti_ref_smooth_object(clpt_context *context, const void *args)
{
    const clpti_smooth_object_args *a = args;
    double *field = clpti_host(a->field), *along = clpti_malloc(a->height * a->width, 2 * sizeof *along);
    if (!along) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of host memory for smoothing an object");
    for (int64_t y = 0; y < a->height; y++)
        for (int64_t x = 0; x < a->width; x++)
            clpti_field_set(along, true, y * a->width + x, blurred(field + 2 * y * a->width, a->width, 1, x, a->sigma));
    for (int64_t y = 0; y < a->height; y++)
        for (int64_t x = 0; x < a->width; x++) {
            clpti_value smooth = blurred(along + 2 * x, a->height, a->width, y, a->sigma);
            int64_t at = y * a->width + x;
            clpti_field_set(field, true, at, (1 - a->mix) * clpti_field_get(field, true, at) + a->mix * smooth);
        }
    free(along);
    return CLPT_OK;
}
