/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of smooth: 3×3 Gaussian of exit waves within the probe mask. */
#include "ref/field.h"
#include "ref/probe_mask.h"
#include "ref/smooth.h"

#include "ops/ops.h"

static clpti_value smoothed(const double *wave, int64_t size, int64_t x, int64_t y, const double weights[3])
{
    clpti_value sum = 0;
    for (int64_t j = -1; j <= 1; j++)
        for (int64_t i = -1; i <= 1; i++) {
            int64_t from = clpti_reflected(y + j, size) * size + clpti_reflected(x + i, size);
            sum += weights[j + 1] * weights[i + 1] * clpti_field_get(wave, true, from);
        }
    return sum;
}

clpt_status clpti_ref_smooth(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_smooth_args *a = args;
    double weights[3];
    clpti_smooth_weights(a->sigma, weights);
    int64_t size = a->size, pixels = size * size;
    for (int64_t k = 0; k < a->count; k++) {
        const double *in = clpti_host(clpti_view_at(a->in, k * pixels));
        double *out = clpti_host(clpti_view_at(a->out, k * pixels));
        for (int64_t i = 0; i < pixels; i++) {
            int64_t y = i / size, x = i % size;
            bool kept = !a->probe_mask || clpti_in_probe_mask(x, y, size);
            clpti_field_set(out, true, i, kept ? smoothed(in, size, x, y, weights) : 0);
        }
    }
    return CLPT_OK;
}
