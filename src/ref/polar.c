/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of stack, polar and polar_back: between patterns or patches, channels first, and images, channels last. */
#include <math.h>

#include "buffer/buffer.h"
#include "ops/layers.h"

clpt_status clpti_ref_stack(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_stack_args *a = args;
    const double *amplitudes = clpti_host(a->amplitudes);
    double *stacked = clpti_host(a->stacked), *counts = clpti_host(a->counts);
    int64_t pixels = a->size * a->size;
    for (int64_t k = 0; k < a->groups * a->channels; k++) {
        int64_t row = a->order ? a->order->host[a->first + k] : a->first + k;
        for (int64_t i = 0; i < pixels; i++) {
            double value = amplitudes[row * pixels + i], root = a->scale * value;
            stacked[(k / a->channels * pixels + i) * a->channels + k % a->channels] = a->gain * value;
            if (counts) counts[k * pixels + i] = root * root;
        }
    }
    return CLPT_OK;
}

clpt_status clpti_ref_polar(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_polar_args *a = args;
    const double *amplitude = clpti_host(a->amplitude), *phase = clpti_host(a->phase);
    double *patches = clpti_host(a->patches);
    for (int64_t k = 0; k < a->groups * a->channels; k++)
        for (int64_t i = 0; i < a->pixels; i++) {
            int64_t from = (k / a->channels * a->pixels + i) * a->channels + k % a->channels, to = k * a->pixels + i;
            patches[2 * to] = amplitude[from] * cos(phase[from]);
            patches[2 * to + 1] = amplitude[from] * sin(phase[from]);
        }
    return CLPT_OK;
}

clpt_status clpti_ref_polar_back(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_polar_args *a = args;
    const double *amplitude = clpti_host(a->amplitude), *phase = clpti_host(a->phase), *given = clpti_host(a->patches);
    double *d_amplitude = clpti_host(a->d_amplitude), *d_phase = clpti_host(a->d_phase);
    for (int64_t k = 0; k < a->groups * a->channels; k++)
        for (int64_t i = 0; i < a->pixels; i++) {
            int64_t to = (k / a->channels * a->pixels + i) * a->channels + k % a->channels;
            const double *z = given + 2 * (k * a->pixels + i), c = cos(phase[to]), s = sin(phase[to]);
            d_amplitude[to] = a->factor * (c * z[0] + s * z[1]);
            d_phase[to] = a->factor * amplitude[to] * (c * z[1] - s * z[0]);
        }
    return CLPT_OK;
}
