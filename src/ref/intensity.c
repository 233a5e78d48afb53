/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of intensity: intensity or amplitude of modes at the detector. */
#include "ref/field.h"

#include "ref/detector_response.h"

clpt_status clpti_ref_intensity(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_intensity_args *a = args;
    const double *waves = clpti_host(a->waves);
    double *out = clpti_host(a->out);
    int64_t size = a->size, pixels = size * size, shift = a->image ? 0 : size / 2;
    for (int64_t k = 0; k < a->count; k++)
        for (int64_t v = 0; v < size; v++)
            for (int64_t u = 0; u < size; u++) {
                double sum = 0;
                for (int64_t p = 0; p < a->modes; p++)
                    sum += clpti_magnitude2(clpti_field_get(waves, true, (k * a->modes + p) * pixels + v * size + u));
                int64_t y = (v + shift) % size, x = (u + shift) % size;
                double response = clpti_detector_response_gain(&a->response, k) * a->factor * sum +
                                  clpti_detector_response_extra(&a->response, y * size + x);
                out[k * pixels + y * size + x] = a->amplitude ? sqrt(response) : response;
            }
    return CLPT_OK;
}
