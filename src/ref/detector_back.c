/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of detector_back: adjoint of the detector's intensity or amplitude. */
#include "ref/field.h"

#include "ops/adjoint.h"
#include "ref/detector_response.h"

/* Factor on the waves of pattern k at pixel i, which is pixel `centred` of the detector. */
static double gain_at(const clpti_detector_back_args *a, int64_t k, int64_t i, int64_t centred)
{
    int64_t pixels = a->size * a->size;
    const double *waves = clpti_host(a->waves) + 2 * k * a->modes * pixels;
    double factor = clpti_detector_response_gain(&a->response, k) * a->factor,
           cotangent = clpti_host(a->cotangent)[k * pixels + centred];
    if (!a->amplitude) return 2 * factor * cotangent;
    double sum = 0;
    for (int64_t p = 0; p < a->modes; p++) sum += clpti_magnitude2(clpti_field_get(waves, true, p * pixels + i));
    double amplitude = sqrt(factor * sum + clpti_detector_response_extra(&a->response, centred));
    return amplitude > 0 ? factor * cotangent / amplitude : 0;
}

clpt_status clpti_ref_detector_back(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_detector_back_args *a = args;
    int64_t size = a->size, pixels = size * size, shift = a->image ? 0 : size / 2;
    for (int64_t k = 0; k < a->count; k++) {
        double *waves = clpti_host(a->waves) + 2 * k * a->modes * pixels;
        for (int64_t i = 0; i < pixels; i++) {
            int64_t centred = (i / size + shift) % size * size + (i % size + shift) % size;
            double gain = gain_at(a, k, i, centred);
            for (int64_t p = 0; p < a->modes; p++)
                clpti_field_set(waves, true, p * pixels + i, gain * clpti_field_get(waves, true, p * pixels + i));
        }
    }
    return CLPT_OK;
}
