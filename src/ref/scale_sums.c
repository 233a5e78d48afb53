/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of scale_sums: sums for the scale factor of each pattern. */
#include "ops/correction.h"
#include "ref/detector_response.h"

static void add_up(const clpti_misfit_args *a, int64_t k)
{
    int64_t pixels = a->size * a->size, row = a->order ? a->order->host[a->first + k] : a->first + k;
    const double *intensity = clpti_host(a->intensity) + k * pixels, *measured = clpti_host(a->measured) + row * pixels;
    const double *mask = clpti_host(a->mask);
    double *sums = clpti_host(a->sums) + 2 * k, gain = clpti_detector_response_gain(&a->response, k);
    if (mask && a->mask_per_pattern) mask += row * pixels;
    sums[0] = sums[1] = 0;
    for (int64_t i = 0; i < pixels; i++) {
        if (mask && !(mask[i] > 0)) continue;
        double model = gain * intensity[i] + clpti_detector_response_extra(&a->response, i),
               weight = intensity[i] / (model + a->floor);
        sums[0] += weight * (measured[i] * measured[i] - model);
        sums[1] += weight * intensity[i];
    }
}

clpt_status clpti_ref_scale_sums(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_misfit_args *a = args;
    for (int64_t k = 0; k < a->count; k++) add_up(a, k);
    return CLPT_OK;
}
