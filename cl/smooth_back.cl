/* SPDX-License-Identifier: Apache-2.0 */
/* smooth_back: adjoint of smooth.cl: 0 outside the probe mask, then the transposed convolution. Along an axis, pixel i
 * takes itself and its neighbours, and the terms of the reflection at the edges: pixel 1 again from 0, pixel N − 2
 * again from N − 1; a single pixel all three weights. in, out [count, size, size]. Preconditions: in and out do not
 * alias. */
#include "common/probe_mask.clh"

/* Weight of input pixel `to` in output pixel `from` along one axis. */
inline float taken(long from, long to, long size, float centre, float side)
{
    if (size == 1) return centre + 2.0f * side;
    float weight = from == to ? centre : 0.0f;
    long before = from == 0 ? 1 : from - 1, after = from == size - 1 ? size - 2 : from + 1;
    return weight + (before == to ? side : 0.0f) + (after == to ? side : 0.0f);
}

kernel void smooth_back_general(global const float2 *in, long in_offset, global float2 *out, long out_offset,
                                long count, long size, float centre, float side, int probe_mask)
{
    long x = get_global_id(0), y = get_global_id(1), k = get_global_id(2);
    if (x >= size || y >= size || k >= count) return;
    global const float2 *wave = in + in_offset + k * size * size;
    float2 sum = (float2)(0.0f);
    for (long v = max(y - 1, 0L); v <= min(y + 1, size - 1); v++) {
        float2 row = (float2)(0.0f);
        for (long u = max(x - 1, 0L); u <= min(x + 1, size - 1); u++)
            if (!probe_mask || within_probe_mask(v, u, size))
                row += taken(u, x, size, centre, side) * wave[v * size + u];
        sum += taken(v, y, size, centre, side) * row;
    }
    out[out_offset + (k * size + y) * size + x] = sum;
}
