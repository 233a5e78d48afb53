/* SPDX-License-Identifier: Apache-2.0 */
/* convolve_weights_tile: convolve_weights (convolve_weights.cl) for GPUs. A work-group of 128 computes 64 inputs of a
 * tap × TILE_N outputs of a slot, ROWS×4 per work-item, from 16 pixels at a time in local memory; the next ones are
 * read meanwhile. convolve_weights_tile_bias sums the bias. Preconditions: work-groups of 128. */
#include "common/convolve_rows.clh"
#include "common/group.clh"

#ifndef CLPT_TILE_N
#define CLPT_TILE_N 64
#endif
#if CLPT_TILE_N == 64
#define ROWS 8
#else
#define ROWS 2
#endif
enum { TILE_N = CLPT_TILE_N, TILE_C = 64, DEPTH = 16, COLUMNS = TILE_N / 4 };
enum { LOADS_A = DEPTH * TILE_C / 128, LOADS_B = DEPTH * TILE_N / 128 };

kernel WORK_GROUP(128) void convolve_weights_tile(global const float *in, long in_offset, int count, int height,
                                                  int width, int inputs, int in_pitch, int outputs,
                                                  global const float *cotangent, long cotangent_offset, int slots,
                                                  global float *gradient, long gradient_offset)
{
    local float4 a[DEPTH * TILE_C / 4], b[DEPTH * TILE_N / 4];
    int me = get_local_id(0), column = me % COLUMNS, line = me / COLUMNS;
    int parts = (inputs + TILE_C - 1) / TILE_C, k = get_group_id(0), n0 = get_group_id(1) * TILE_N;
    long s = get_group_id(2);
    int t = k / parts, c0 = k % parts * TILE_C, dy = t / 3 - 1, dx = t % 3 - 1;
    int start = slot_start(s, slots, height), lines = slot_start(s + 1, slots, height) - start;
    global float *to = gradient + gradient_offset + s * (9L * inputs + 1) * outputs;
    float sum[ROWS][4], next_a[LOADS_A], next_b[LOADS_B];
    int pixels = lines * width, per_image = (pixels + DEPTH - 1) / DEPTH, steps = count * per_image;
    int c = c0 + me % TILE_C, image = 0, chunk = 0;
#pragma unroll
    for (int i = 0; i < ROWS; i++)
#pragma unroll
        for (int j = 0; j < 4; j++) {
            int row = c0 + ROWS * line + i, n = n0 + 4 * column + j;
            sum[i][j] = row < inputs && n < outputs ? to[((long)t * inputs + row) * outputs + n] : 0.0f;
        }
    for (int step = 0; step <= steps; step++) {
        if (step < steps) {
            global const float *source = in + in_offset + c;
            global const float *given =
                cotangent + cotangent_offset + ((long)image * height + start) * width * outputs + n0;
#pragma unroll
            for (int i = 0; i < LOADS_A; i++) {
                int p = chunk * DEPTH + me / TILE_C + i * (128 / TILE_C), y = start + p / width + dy,
                    x = p % width + dx;
                bool inside = p < pixels && c < inputs && y >= 0 && y < height && x >= 0 && x < width;
                next_a[i] = inside ? source[(((long)image * height + y) * width + x) * in_pitch] : 0.0f;
            }
#pragma unroll
            for (int i = 0; i < LOADS_B; i++) {
                int e = me + 128 * i, p = chunk * DEPTH + e / TILE_N, n = e % TILE_N;
                next_b[i] = p < pixels && n0 + n < outputs ? given[(long)p * outputs + n] : 0.0f;
            }
            if (++chunk == per_image) {
                chunk = 0;
                image++;
            }
        }
        if (step > 0) {
#pragma unroll
            for (int p = 0; p < DEPTH; p++) {
                float4 right = b[p * TILE_N / 4 + column];
#if ROWS == 8
                float4 left = a[(p * TILE_C + ROWS * line) / 4], below = a[(p * TILE_C + ROWS * line) / 4 + 1];
                float lefts[ROWS] = {left.x, left.y, left.z, left.w, below.x, below.y, below.z, below.w};
#else
                float2 left = ((local const float2 *)a)[(p * TILE_C + ROWS * line) / 2];
                float lefts[ROWS] = {left.x, left.y};
#endif
                float rights[4] = {right.x, right.y, right.z, right.w};
#pragma unroll
                for (int i = 0; i < ROWS; i++)
#pragma unroll
                    for (int j = 0; j < 4; j++) sum[i][j] = fma(lefts[i], rights[j], sum[i][j]);
            }
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        if (step < steps) {
#pragma unroll
            for (int i = 0; i < LOADS_A; i++) ((local float *)a)[me + 128 * i] = next_a[i];
#pragma unroll
            for (int i = 0; i < LOADS_B; i++) ((local float *)b)[me + 128 * i] = next_b[i];
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
#pragma unroll
    for (int i = 0; i < ROWS; i++)
#pragma unroll
        for (int j = 0; j < 4; j++) {
            int row = c0 + ROWS * line + i, n = n0 + 4 * column + j;
            if (row < inputs && n < outputs) to[((long)t * inputs + row) * outputs + n] = sum[i][j];
        }
}

/* One work-group of 64 per output and slot; lanes are added in order. */
kernel WORK_GROUP(64) void convolve_weights_tile_bias(int count, int height, int width, int outputs, int inputs,
                                                      global const float *cotangent, long cotangent_offset, int slots,
                                                      global float *gradient, long gradient_offset)
{
    local float lanes[64];
    int me = get_local_id(0);
    long n = get_group_id(0), s = get_group_id(1);
    int start = slot_start(s, slots, height), pixels = (slot_start(s + 1, slots, height) - start) * width;
    global float *to = gradient + gradient_offset + ((s + 1) * (9L * inputs + 1) - 1) * outputs + n;
    float total = me ? 0.0f : *to;
    for (int image = 0; image < count; image++) {
        float sum = 0.0f;
        for (int p = me; p < pixels; p += 64)
            sum += cotangent[cotangent_offset + (((long)image * height + start) * width + p) * outputs + n];
        lanes[me] = sum;
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int i = 0; me == 0 && i < 64; i++) total += lanes[i];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (me == 0) *to = total;
}
