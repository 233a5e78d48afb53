/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of smooth_back: adjoint of `smooth`. */
#include "ref/field.h"
#include "ref/probe_mask.h"
#include "ref/smooth.h"

#include "ops/adjoint.h"

/* Distributes `value` over the pixels that the smoothing at (x, y) reads. */
static void spread(double *out, int64_t size, int64_t x, int64_t y, const double weights[3], clpti_value value)
{
    for (int64_t j = -1; j <= 1; j++)
        for (int64_t i = -1; i <= 1; i++) {
            int64_t to = clpti_reflected(y + j, size) * size + clpti_reflected(x + i, size);
            clpti_field_add(out, true, to, weights[j + 1] * weights[i + 1] * value);
        }
}

clpt_status clpti_ref_smooth_back(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_smooth_back_args *a = args;
    double weights[3];
    clpti_smooth_weights(a->sigma, weights);
    int64_t size = a->size, pixels = size * size;
    for (int64_t k = 0; k < a->count; k++) {
        const double *in = clpti_host(clpti_view_at(a->in, k * pixels));
        double *out = clpti_host(clpti_view_at(a->out, k * pixels));
        for (int64_t i = 0; i < pixels; i++) clpti_field_set(out, true, i, 0);
        for (int64_t i = 0; i < pixels; i++) {
            int64_t y = i / size, x = i % size;
            if (a->probe_mask && !clpti_in_probe_mask(x, y, size)) continue;
            spread(out, size, x, y, weights, clpti_field_get(in, true, i));
        }
    }
    return CLPT_OK;
}
