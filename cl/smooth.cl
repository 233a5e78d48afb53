/* SPDX-License-Identifier: Apache-2.0 */
/* smooth: out = in convolved with (side, centre, side)⊗(side, centre, side), edges reflected without repeating the edge
 * pixel, then 0 outside the probe mask. in, out [count, size, size]. Preconditions: in and out do not alias. */
#include "common/probe_mask.clh"

inline long reflected(long i, long size)
{
    if (size == 1) return 0;
    return i < 0 ? -i : i >= size ? 2 * size - 2 - i : i;
}

kernel void smooth_general(global const float2 *in, long in_offset, global float2 *out, long out_offset, long count,
                           long size, float centre, float side, int probe_mask)
{
    long x = get_global_id(0), y = get_global_id(1), k = get_global_id(2);
    if (x >= size || y >= size || k >= count) return;
    global const float2 *wave = in + in_offset + k * size * size;
    long left = reflected(x - 1, size), right = reflected(x + 1, size);
    float2 sum = (float2)(0.0f);
    if (!probe_mask || within_probe_mask(y, x, size))
        for (long dy = -1; dy <= 1; dy++) {
            global const float2 *row = wave + reflected(y + dy, size) * size;
            sum += (dy ? side : centre) * (side * row[left] + centre * row[x] + side * row[right]);
        }
    out[out_offset + (k * size + y) * size + x] = sum;
}
