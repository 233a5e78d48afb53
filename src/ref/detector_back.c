/* SPDX-License-Identifier: Apache-2.0 */
#include "ref/field.h"

#include "ops/adjoint.h"

/* What the waves of one pattern are multiplied by at a pixel, whose modes lie `pixels` apart. */
static double gain_at(const clpti_detector_back_args *a, const double *waves, int64_t pixels, int64_t i,
                      double cotangent)
{
    if (!a->amplitude) return 2 * a->factor * cotangent;
    double sum = 0;
    for (int64_t p = 0; p < a->modes; p++) sum += clpti_magnitude2(clpti_field_get(waves, true, p * pixels + i));
    double amplitude = sqrt(a->factor * sum);
    return amplitude > 0 ? a->factor * cotangent / amplitude : 0;
}

clpt_status clpti_ref_detector_back(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_detector_back_args *a = args;
    const double *cotangent = clpti_host(a->cotangent);
    int64_t size = a->size, pixels = size * size, shift = a->image ? 0 : size / 2;
    for (int64_t k = 0; k < a->count; k++) {
        double *waves = clpti_host(a->waves) + 2 * k * a->modes * pixels;
        for (int64_t i = 0; i < pixels; i++) {
            int64_t centred = (i / size + shift) % size * size + (i % size + shift) % size;
            double gain = gain_at(a, waves, pixels, i, cotangent[k * pixels + centred]);
            for (int64_t p = 0; p < a->modes; p++)
                clpti_field_set(waves, true, p * pixels + i, gain * clpti_field_get(waves, true, p * pixels + i));
        }
    }
    return CLPT_OK;
}
