/* SPDX-License-Identifier: Apache-2.0 */
/* intensity: out[k, y, x] = I (common/detector_response.clh) of waves[k, .., y', x'], or its square root; (y', x') =
 * (y, x) − shift mod N: a shift of ⌊N/2⌋ moves zero frequency from [0, 0] to [N/2, N/2]; near fields have no shift.
 * waves [count, modes, size, size], out [count, size, size]. Preconditions: none. */
#include "common/complex.clh"
#include "common/detector_response.clh"

kernel void intensity_general(global const float2 *waves, long waves_offset, long count, long modes, long size,
                              long shift, float factor, RESPONSE_ARGS, int amplitude, global float *out,
                              long out_offset)
{
    int x = (int)get_global_id(0), y = (int)get_global_id(1), side = (int)size, half_up = side - (int)shift;
    long k = get_global_id(2), pixels = size * size, at = y * size + x;
    if (x >= side || y >= side || k >= count) return;
    int from_x = x + half_up < side ? x + half_up : x + half_up - side;
    int from_y = y + half_up < side ? y + half_up : y + half_up - side;
    global const float2 *wave = waves + waves_offset + k * modes * pixels + from_y * size + from_x;
    float sum = 0.0f;
    for (long p = 0; p < modes; p++) sum += complex_power(wave[p * pixels]);
    response pattern_response = response_of(RESPONSE, factor, k);
    sum = response_intensity(&pattern_response, sum, at);
    out[out_offset + k * pixels + at] = amplitude ? sqrt(sum) : sum;
}
