/* SPDX-License-Identifier: Apache-2.0 */
/* convolve_weights_tile: convolve_weights (convolve_weights.cl) for GPUs. A work-group of 256 computes 64 inputs of a
 * tap × TILE_N outputs of a slot, from 16 pixels at a time in local memory.
 * convolve_weights_tile_bias sums the bias. Preconditions: work-groups of 256. */
#include "common/convolve_rows.clh"
#include "common/group.clh"

#ifndef CLPT_TILE_N
#define CLPT_TILE_N 64
#endif
enum { TILE_N = CLPT_TILE_N, TILE_C = 4096 / CLPT_TILE_N, DEPTH = 16, COLUMNS = TILE_N / 4 };

kernel WORK_GROUP(256) void convolve_weights_tile(global const float *in, long in_offset, int count, int height,
                                                  int width, int inputs, int in_pitch, int outputs,
                                                  global const float *cotangent, long cotangent_offset, int slots,
                                                  global float *gradient, long gradient_offset)
{
    local float a[DEPTH][TILE_C], b[DEPTH][TILE_N];
    int me = get_local_id(0), column = me % COLUMNS, line = me / COLUMNS;
    int parts = (inputs + TILE_C - 1) / TILE_C, k = get_group_id(0), n0 = get_group_id(1) * TILE_N;
    long s = get_group_id(2);
    int t = k / parts, c0 = k % parts * TILE_C, dy = t / 3 - 1, dx = t % 3 - 1;
    int start = slot_start(s, slots, height), lines = slot_start(s + 1, slots, height) - start;
    global float *to = gradient + gradient_offset + s * (9L * inputs + 1) * outputs;
    float sum[4][4];
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
            int c = c0 + 4 * line + i, n = n0 + 4 * column + j;
            sum[i][j] = c < inputs && n < outputs ? to[((long)t * inputs + c) * outputs + n] : 0.0f;
        }
    int pixels = lines * width;
    for (int image = 0; image < count; image++)
        for (int first = 0; first < pixels; first += DEPTH) {
            for (int e = me; e < DEPTH * TILE_C; e += 256) {
                int p = first + e / TILE_C, c = c0 + e % TILE_C, y = start + p / width, x = p % width;
                bool inside =
                    p < pixels && c < inputs && y + dy >= 0 && y + dy < height && x + dx >= 0 && x + dx < width;
                a[e / TILE_C][e % TILE_C] =
                    inside ? in[in_offset + (((long)image * height + y + dy) * width + x + dx) * in_pitch + c] : 0.0f;
            }
            for (int e = me; e < DEPTH * TILE_N; e += 256) {
                int p = first + e / TILE_N, n = n0 + e % TILE_N;
                b[e / TILE_N][e % TILE_N] =
                    p < pixels && n < outputs
                        ? cotangent[cotangent_offset + (((long)image * height + start) * width + p) * outputs + n]
                        : 0.0f;
            }
            barrier(CLK_LOCAL_MEM_FENCE);
            for (int p = 0; p < DEPTH; p++) {
                float4 left = vload4(0, &a[p][4 * line]), right = vload4(0, &b[p][4 * column]);
                float lefts[4] = {left.x, left.y, left.z, left.w}, rights[4] = {right.x, right.y, right.z, right.w};
#pragma unroll
                for (int i = 0; i < 4; i++)
#pragma unroll
                    for (int j = 0; j < 4; j++) sum[i][j] = fma(lefts[i], rights[j], sum[i][j]);
            }
            barrier(CLK_LOCAL_MEM_FENCE);
        }
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
            int c = c0 + 4 * line + i, n = n0 + 4 * column + j;
            if (c < inputs && n < outputs) to[((long)t * inputs + c) * outputs + n] = sum[i][j];
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
