/* SPDX-License-Identifier: Apache-2.0 */
/* stack: stacked[g, i, c] = gain·a, counts[k, i] = (scale·a)² with a = amplitudes[order[first + k], i], k = g·channels
 * + c. polar: patches[g, c, i] = amplitude[g, i, c]·e, e = exp(i·phase[g, i, c]). polar_back, with the cotangent z of
 * patches: d_amplitude = factor·Re(conj(e)·z), d_phase = factor·amplitude·Im(conj(e)·z). One work-item per (i, k).
 * Preconditions: none. */
#include "common/position.clh"

kernel void stack_general(global const float *amplitudes, long amplitudes_offset, global const int *order,
                          long order_offset, long first, long patterns, int channels, long pixels, float gain,
                          float scale, global float *stacked, long stacked_offset, global float *counts,
                          long counts_offset)
{
    long i = get_global_id(0), k = get_global_id(1);
    if (i >= pixels || k >= patterns) return;
    float value = amplitudes[amplitudes_offset + selected(order, order_offset, first, k) * pixels + i];
    float root = scale * value;
    stacked[stacked_offset + (k / channels * pixels + i) * channels + k % channels] = gain * value;
    if (counts_offset >= 0) counts[counts_offset + k * pixels + i] = root * root;
}

kernel void polar_general(global const float *amplitude, long amplitude_offset, global const float *phase,
                          long phase_offset, long patterns, int channels, long pixels, global float2 *patches,
                          long patches_offset)
{
    long i = get_global_id(0), k = get_global_id(1);
    if (i >= pixels || k >= patterns) return;
    long from = (k / channels * pixels + i) * channels + k % channels;
    float size = amplitude[amplitude_offset + from], angle = phase[phase_offset + from];
    patches[patches_offset + k * pixels + i] = size * (float2)(cos(angle), sin(angle));
}

kernel void polar_back_general(global const float *amplitude, long amplitude_offset, global const float *phase,
                               long phase_offset, long patterns, int channels, long pixels, global const float2 *given,
                               long given_offset, float factor, global float *d_amplitude, long d_amplitude_offset,
                               global float *d_phase, long d_phase_offset)
{
    long i = get_global_id(0), k = get_global_id(1);
    if (i >= pixels || k >= patterns) return;
    long to = (k / channels * pixels + i) * channels + k % channels;
    float angle = phase[phase_offset + to], c = cos(angle), s = sin(angle);
    float2 z = given[given_offset + k * pixels + i];
    d_amplitude[d_amplitude_offset + to] = factor * (c * z.x + s * z.y);
    d_phase[d_phase_offset + to] = factor * amplitude[amplitude_offset + to] * (c * z.y - s * z.x);
}
