/* SPDX-License-Identifier: Apache-2.0 */
/* power: power[i] = Σ_p |modes[p, i]|². Preconditions: none. */
#include "common/complex.clh"

kernel void power_general(global const float2 *modes, long modes_offset, long mode_count, long count,
                          global float *power, long power_offset)
{
    long i = get_global_id(0);
    if (i >= count) return;
    float sum = 0.0f;
    for (long p = 0; p < mode_count; p++) sum += complex_power(modes[modes_offset + p * count + i]);
    power[power_offset + i] = sum;
}
