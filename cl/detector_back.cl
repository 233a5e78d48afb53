/* SPDX-License-Identifier: Apache-2.0 */
/* detector_back: waves[k, p, i] *= 2·f·g, or f·g/A with `amplitude` (0 where A = 0), f = s_k²·factor, g = cotangent[k,
 * i + shift] and A = √I (common/detector_response.clh). Adjoint of intensity.cl: the inverse transform of the result is
 * the gradient with respect to the exit waves. waves [count, modes, size, size], zero frequency at [0, 0]; cotangent
 * [count, size, size]. Preconditions: none. */
#include "common/complex.clh"
#include "common/detector_response.clh"

kernel void detector_back_general(global float2 *waves, long waves_offset, long count, long modes, long size,
                                  long shift, float factor, RESPONSE_ARGS, int amplitude, global const float *cotangent,
                                  long cotangent_offset)
{
    long x = get_global_id(0), y = get_global_id(1), k = get_global_id(2), pixels = size * size;
    if (x >= size || y >= size || k >= count) return;
    long rest = size - shift;
    long cx = x < rest ? x + shift : x - rest, cy = y < rest ? y + shift : y - rest;
    global float2 *wave = waves + waves_offset + k * modes * pixels + y * size + x;
    response pattern_response = response_of(RESPONSE, factor, k);
    float gain = pattern_response.factor * cotangent[cotangent_offset + (k * size + cy) * size + cx];
    if (amplitude) {
        float power = 0.0f;
        for (long p = 0; p < modes; p++) power += complex_power(wave[p * pixels]);
        power = response_intensity(&pattern_response, power, cy * size + cx);
        gain = power > 0.0f ? gain / sqrt(power) : 0.0f;
    } else {
        gain *= 2.0f;
    }
    for (long p = 0; p < modes; p++) wave[p * pixels] *= gain;
}
