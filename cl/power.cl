/* SPDX-License-Identifier: Apache-2.0 */
/* power: power[r, i] = Σ_p |modes[r, p, i]|². Preconditions: none. */
#include "common/complex.clh"

kernel void power_general(global const float2 *modes, long modes_offset, long repeats, long mode_count, long count,
                          global float *power, long power_offset)
{
    long i = get_global_id(0), r = get_global_id(1);
    if (i >= count || r >= repeats) return;
    float sum = 0.0f;
    for (long p = 0; p < mode_count; p++) sum += complex_power(modes[modes_offset + (r * mode_count + p) * count + i]);
    power[power_offset + r * count + i] = sum;
}
