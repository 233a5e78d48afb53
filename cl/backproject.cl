/* SPDX-License-Identifier: Apache-2.0 */
/* backproject: step[k, v, u] = Σ_p conj(probe[p, i])·waves[k, p, i] at i = (v + pad, u + pad). waves [count, modes,
 * size, size], probe [modes, size, size] (stride as in illuminate.cl), step [count, patch, patch]. Preconditions: none.
 */
#include "common/complex.clh"

kernel void backproject_general(global const float2 *waves, long waves_offset, global const float2 *probe,
                                long probe_offset, long probe_stride, long count, long modes, long size, long patch,
                                long pad, global float2 *step, long step_offset)
{
    long u = get_global_id(0), v = get_global_id(1), k = get_global_id(2), pixels = size * size;
    if (u >= patch || v >= patch || k >= count) return;
    long i = (v + pad) * size + u + pad;
    float2 sum = (float2)(0.0f);
    for (long p = 0; p < modes; p++)
        sum += complex_conj_times(probe[probe_offset + k * probe_stride + p * pixels + i],
                                  waves[waves_offset + (k * modes + p) * pixels + i]);
    step[step_offset + (k * patch + v) * patch + u] = sum;
}
