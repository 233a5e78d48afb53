/* SPDX-License-Identifier: Apache-2.0 */
/* self_check: features that every other kernel relies on, each tested with values unknown to the compiler.
 *
 * The host (src/cl/self_check.c) computes the same and compares: integers exactly, and floats exactly too, since every
 * float result here is representable or determined by IEEE 754 rounding. */
#pragma OPENCL FP_CONTRACT OFF
#include "common/pair.clh"
#include "shared/position.h"

/* out[i] for i < n: 32-bit and 64-bit integer arithmetic, with offsets beyond 2³². */
kernel void self_check_integer(global int *out, long out_at, long far, int n)
{
    long i = get_global_id(0);
    if (i >= n) return;
    long index = (far + i) * 3 - 2 * far - 2 * i; /* = far + i, computed with numbers above 2³⁴ */
    int value = ((int)i - 50) / 7 * 1000 + ((int)i - 50) % 7;
    out[out_at + (index - far)] = value + (int)((far + i) >> 33) * 100000;
}

/* out[4i …]: sum and its rounding error, product and its rounding error; 1 where a NaN is detected as one. */
kernel void self_check_float(global const float *a, long a_at, global const float *b, long b_at, global float *out,
                             long out_at, int n)
{
    long i = get_global_id(0);
    if (i >= n) return;
    float x = a[a_at + i], y = b[b_at + i];
    float2 sum = two_sum(x, y), product = two_product(x, y);
    float undefined = (x - x) / (y - y);
    global float *mine = out + out_at + 5 * i;
    mine[0] = sum.x;
    mine[1] = sum.y;
    mine[2] = product.x;
    mine[3] = product.y;
    mine[4] = undefined != undefined && isnan(undefined) && !isfinite(undefined) ? 1.0f : 0.0f;
}

/* out[i]: sum of the group's items 0 … i, through local memory and barriers. */
kernel __attribute__((reqd_work_group_size(64, 1, 1))) void self_check_group(global int *out, long out_at)
{
    local int sums[64];
    int me = get_local_id(0);
    sums[me] = (int)get_group_id(0) + me;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int step = 1; step < 64; step *= 2) {
        int other = me >= step ? sums[me - step] : 0;
        barrier(CLK_LOCAL_MEM_FENCE);
        sums[me] += other;
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    out[out_at + (long)get_global_id(0)] = sums[me];
}

/* out[i] = x + 100·y + fx + fy/4 of a clpt_position laid out by the host. */
kernel void self_check_position(global const clpt_position *positions, long positions_at, global float *out,
                                long out_at, int n)
{
    long i = get_global_id(0);
    if (i >= n) return;
    clpt_position position = positions[positions_at + i];
    out[out_at + i] = (float)(position.x + 100 * position.y) + position.fx + 0.25f * position.fy;
}

/* out[i]: a linear congruential generator after `steps` steps, with its results spread over a private array. */
kernel void self_check_loop(global int *out, long out_at, int steps, int n)
{
    long i = get_global_id(0);
    if (i >= n) return;
    uint bins[16], state = (uint)i, sum = 0;
    for (int k = 0; k < 16; k++) bins[k] = 0;
    for (int k = 0; k < steps; k++) {
        state = state * 1664525u + 1013904223u;
        bins[state >> 28] += state;
    }
    for (int k = 0; k < 16; k++) sum = sum * 31u + bins[k];
    out[out_at + i] = (int)sum;
}
