/* SPDX-License-Identifier: Apache-2.0 */
/* backproject: step[k, i] = Σ_p conj(probe[p, i])·waves[k, p, i]. waves [count, modes, pixels], probe [modes, pixels],
 * step [count, pixels]. Preconditions: none. */
#include "common/complex.clh"

kernel void backproject_general(global const float2 *waves, long waves_offset, global const float2 *probe,
                                long probe_offset, long count, long modes, long pixels, global float2 *step,
                                long step_offset)
{
    long i = get_global_id(0), k = get_global_id(1);
    if (i >= pixels || k >= count) return;
    float2 sum = (float2)(0.0f);
    for (long p = 0; p < modes; p++)
        sum += complex_conj_times(probe[probe_offset + p * pixels + i], waves[waves_offset + (k * modes + p) * pixels + i]);
    step[step_offset + k * pixels + i] = sum;
}
