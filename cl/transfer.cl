/* SPDX-License-Identifier: Apache-2.0 */
/* transfer: waves[k, i] *= factor·H[i], or factor·conj(H[i]). waves [count, pixels], transfer [pixels], both complex.
 * Preconditions: none. */
#include "common/complex.clh"

kernel void transfer_general(global float2 *waves, long waves_offset, global const float2 *transfer,
                             long transfer_offset, long count, long pixels, float factor, int conjugate)
{
    long i = get_global_id(0), k = get_global_id(1);
    if (i >= pixels || k >= count) return;
    float2 h = factor * transfer[transfer_offset + i], wave = waves[waves_offset + k * pixels + i];
    waves[waves_offset + k * pixels + i] = conjugate ? complex_conj_times(h, wave) : complex_times(h, wave);
}
