/* SPDX-License-Identifier: Apache-2.0 */
/* largest_lanes: largest.cl for CPUs: one work-item per block, 16 values at a time. Preconditions: none. */
kernel void largest_lanes(global const float *values, long values_offset, long count, long block, long blocks,
                          global float *out, long out_offset)
{
    long b = get_global_id(0), g = get_global_id(1);
    if (b >= blocks) return;
    global const float *from = values + values_offset + g * count;
    long i = b * block, end = min((b + 1) * block, count);
    float16 maximum = (float16)(0.0f);
    for (; i + 16 <= end; i += 16) maximum = fmax(maximum, fabs(vload16(0, from + i)));
    float8 eight = fmax(maximum.lo, maximum.hi);
    float4 four = fmax(eight.lo, eight.hi);
    float one = fmax(fmax(four.x, four.y), fmax(four.z, four.w));
    for (; i < end; i++) one = fmax(one, fabs(from[i]));
    out[out_offset + g * blocks + b] = one;
}
