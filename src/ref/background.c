/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of background: sums and step of the refinement of an additive background. */
#include <math.h>

#include "ops/correction.h"
#include "ref/detector_response.h"

static void add_pattern(const clpti_misfit_args *a, int64_t k)
{
    int64_t pixels = a->size * a->size, row = a->order ? a->order->host[a->first + k] : a->first + k;
    const double *intensity = clpti_host(a->intensity) + k * pixels, *measured = clpti_host(a->measured) + row * pixels;
    const double *mask = clpti_host(a->mask);
    double *sums = clpti_host(a->sums), gain = clpti_detector_response_gain(&a->response, k);
    if (mask && a->mask_per_pattern) mask += row * pixels;
    for (int64_t i = 0; i < pixels; i++) {
        if (mask && !(mask[i] > 0)) continue;
        double model = gain * intensity[i] + clpti_detector_response_extra(&a->response, i),
               weight = 1 / (model + a->floor);
        sums[2 * i] += weight * (measured[i] * measured[i] - model);
        sums[2 * i + 1] += weight;
    }
}

clpt_status clpti_ref_background_sums(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_misfit_args *a = args;
    for (int64_t k = 0; k < a->count; k++) add_pattern(a, k);
    return CLPT_OK;
}

clpt_status clpti_ref_background_step(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_background_step_args *a = args;
    const double *sums = clpti_host(a->sums);
    double *background = clpti_host(a->background);
    for (int64_t i = 0; i < a->count; i++)
        if (sums[2 * i + 1] > 0) background[i] = fmax(0, background[i] + a->step * sums[2 * i] / sums[2 * i + 1]);
    return CLPT_OK;
}
