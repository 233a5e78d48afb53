/* SPDX-License-Identifier: Apache-2.0 */
/* lanes_probe: the probe in the layout of the CPU-shaped kernels, blocks of 16 columns: planes[p, x / 16, y, 0 or 1, x
 * % 16] = real or imaginary part of probe[p, y, x], 0 outside the probe mask, if requested. Preconditions: side
 * divisible by 16. */
#include "common/probe_mask.clh"

kernel void lanes_probe(global const float2 *probe, long probe_offset, long modes, int side, int probe_mask,
                        global float *planes, long planes_offset)
{
    int x = get_global_id(0), y = get_global_id(1);
    long p = get_global_id(2);
    if (x >= side || y >= side || p >= modes) return;
    float2 value = probe[probe_offset + (p * side + y) * side + x];
    if (probe_mask && !within_probe_mask(y, x, side)) value = (float2)(0.0f);
    global float *at = planes + planes_offset + 2 * p * side * side + ((long)(x / 16) * side + y) * 32 + x % 16;
    at[0] = value.x;
    at[16] = value.y;
}
