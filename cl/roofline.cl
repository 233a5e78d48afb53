/* SPDX-License-Identifier: Apache-2.0 */
/* roofline: the maximum rates of a device, as a reference for measured rates.
 *   copy        out[i] = in[i], four floats per work-item. in, out [4·items], offsets multiples of 4.
 *   copy_wide   the same, sixteen floats per work-item, four loads in flight. in, out [16·items], items a multiple of
 *   64.
 *   fma         out[i] = result of CHAINS independent chains x ← a·x + b after `steps` steps, with vectorisation left
 *   to the device: 2·CHAINS·steps operations per work-item.
 *   fma_lanes   the same with 16 explicit lanes per chain: 32·LANE_CHAINS·steps operations per work-item.
 * out [items]. Preconditions: steps ≤ 512 (some devices limit a work-item's loops). a and b are arguments, so that
 * nothing can be precomputed; with a < 1 the numbers stay normal. */
#include "common/unroll.clh"

#define CHAINS 16
#define LANE_CHAINS 12

kernel void roofline_copy(global const float4 *in, long in_offset, global float4 *out, long out_offset, long items)
{
    long i = get_global_id(0);
    if (i < items) out[out_offset / 4 + i] = in[in_offset / 4 + i];
}

kernel void roofline_copy_wide(global const float4 *in, long in_offset, global float4 *out, long out_offset, long items)
{
    long i = get_global_id(0), at = i / 64 * 256 + i % 64;
    if (i >= items) return;
    global const float4 *from = in + in_offset / 4 + at;
    global float4 *to = out + out_offset / 4 + at;
    float4 a = from[0], b = from[64], c = from[128], d = from[192];
    to[0] = a;
    to[64] = b;
    to[128] = c;
    to[192] = d;
}

kernel void roofline_fma(global float *out, long out_offset, long items, int steps, float a, float b)
{
    long i = get_global_id(0);
    if (i >= items) return;
    float x[CHAINS];
#pragma unroll
    for (int c = 0; c < CHAINS; c++) x[c] = (float)(i + c);
    for (int s = 0; s < steps; s++) {
#pragma unroll
        for (int c = 0; c < CHAINS; c++) x[c] = mad(a, x[c], b);
    }
    float sum = 0.0f;
#pragma unroll
    for (int c = 0; c < CHAINS; c++) sum += x[c];
    out[out_offset + i] = sum;
}

kernel void roofline_fma_lanes(global float *out, long out_offset, long items, int steps, float a, float b)
{
    long i = get_global_id(0);
    if (i >= items) return;
    const float16 ramp = (float16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    float16 x0 = ramp + (float)i, x1 = x0 + 1.0f, x2 = x0 + 2.0f, x3 = x0 + 3.0f, x4 = x0 + 4.0f, x5 = x0 + 5.0f;
    float16 x6 = x0 + 6.0f, x7 = x0 + 7.0f, x8 = x0 + 8.0f, x9 = x0 + 9.0f, x10 = x0 + 10.0f, x11 = x0 + 11.0f;
    const float16 aa = a, bb = b;
    for (int s = 0; s < steps; s++) {
        x0 = mad(aa, x0, bb), x1 = mad(aa, x1, bb), x2 = mad(aa, x2, bb), x3 = mad(aa, x3, bb);
        x4 = mad(aa, x4, bb), x5 = mad(aa, x5, bb), x6 = mad(aa, x6, bb), x7 = mad(aa, x7, bb);
        x8 = mad(aa, x8, bb), x9 = mad(aa, x9, bb), x10 = mad(aa, x10, bb), x11 = mad(aa, x11, bb);
    }
    float16 sum = x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10 + x11;
    float8 half_sum = sum.lo + sum.hi;
    float4 quarter = half_sum.lo + half_sum.hi;
    out[out_offset + i] = quarter.x + quarter.y + quarter.z + quarter.w;
}
