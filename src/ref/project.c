/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of project: waves at the detector replaced according to the likelihood, and the misfit. */
#include "ref/field.h"

#include "ref/likelihood.h"
#include "ref/detector_response.h"

/* factor·Σ_p |waves|² at one pixel of one pattern, whose modes are `pixels` apart. */
static double power_at(const clpti_project_args *a, const double *waves, int64_t pixels, int64_t i)
{
    double sum = 0;
    for (int64_t p = 0; p < a->modes; p++) sum += clpti_magnitude2(clpti_field_get(waves, true, p * pixels + i));
    return a->factor * sum;
}

static void project_one(const clpti_project_args *a, int64_t k)
{
    int64_t size = a->size, pixels = size * size, row = a->order ? a->order->host[a->first + k] : a->first + k;
    double *waves = clpti_host(a->waves) + 2 * k * a->modes * pixels;
    const double *measured = clpti_host(a->measured) + row * pixels, *mask = clpti_host(a->mask);
    if (mask && a->mask_per_pattern) mask += row * pixels;
    int64_t shift = a->image ? 0 : size / 2;
    double misfit = 0, total = 0, gain = clpti_detector_response_gain(&a->response, k);
    for (int64_t i = 0; i < pixels; i++) {
        int64_t centred = (i / size + shift) % size * size + (i % size + shift) % size;
        double change = 0;
        if (!mask || mask[centred] > 0) {
            double power = gain * power_at(a, waves, pixels, i) + clpti_detector_response_extra(&a->response, centred);
            double model = sqrt(power), amplitude = measured[centred];
            misfit += fabs(model - amplitude);
            total += amplitude;
            change = a->scale * clpti_likelihood_gain(a->likelihood, amplitude, model);
        }
        for (int64_t p = 0; p < a->modes && !a->only_error; p++)
            clpti_field_set(waves, true, p * pixels + i, change * clpti_field_get(waves, true, p * pixels + i));
    }
    clpti_host(a->misfit)[k] = misfit;
    clpti_host(a->total)[k] = total;
}

clpt_status clpti_ref_project(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_project_args *a = args;
    for (int64_t k = 0; k < a->count; k++) project_one(a, k);
    return CLPT_OK;
}
