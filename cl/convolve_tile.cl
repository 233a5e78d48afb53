/* SPDX-License-Identifier: Apache-2.0 */
/* convolve_tile: convolve (convolve.cl) for GPUs, as a product of matrices [pixels, 9·inputs]·[9·inputs, outputs]
 * whose first factor is read from the image. A work-group of 256 computes TILE_M pixels × TILE_N outputs, ROWS×4 per
 * work-item, from DEPTH channels of a tap at a time in local memory; those of the next step are read meanwhile. With
 * splits > 1 work-group z sums 9 / splits taps into part[z, pixel, output], and convolve_tile_sum adds the parts in
 * order. Preconditions: work-groups of 256. */
#include "common/group.clh"

#ifndef CLPT_TILE_N
#define CLPT_TILE_N 64
#endif
#if CLPT_TILE_N == 64
#define ROWS 8
#else
#define ROWS 4
#endif
enum { TILE_N = CLPT_TILE_N, DEPTH = 16, COLUMNS = TILE_N / 4, TILE_M = ROWS * 256 / COLUMNS };
enum { LOADS_A = DEPTH * TILE_M / 256, LOADS_B = DEPTH * TILE_N / 256 };
enum { PITCH_A = TILE_M + 4 }; /* DEPTH channels of a pixel are stored to different banks */

inline float finish(float sum, long pixel, int n, int out_pitch, global const float *bias, long bias_offset, int relu,
                    int add, global const float *gate, long gate_offset, float before)
{
    if (bias_offset >= 0) sum += bias[bias_offset + n];
    if (add) sum += before;
    if (relu) sum = fmax(sum, 0.0f);
    if (gate_offset >= 0 && !(gate[gate_offset + pixel * out_pitch + n] > 0.0f)) sum = 0.0f;
    return sum;
}

kernel WORK_GROUP(256) void convolve_tile(global const float *in, long in_offset, long count, int height, int width,
                                          int inputs, int in_pitch, int outputs, int out_pitch,
                                          global const float *weights, long weights_offset, int back,
                                          global const float *bias, long bias_offset, int relu, int add,
                                          global const float *gate, long gate_offset, global float *out,
                                          long out_offset, int splits, global float *part, long part_offset)
{
    local float4 a[DEPTH * PITCH_A / 4], b[DEPTH * TILE_N / 4];
    int me = get_local_id(0), column = me % COLUMNS, line = me / COLUMNS, channel = me % DEPTH;
    long pixels = count * height * width, first = (long)get_group_id(0) * TILE_M;
    int n0 = get_group_id(1) * TILE_N, z = get_group_id(2), chunks = (inputs + DEPTH - 1) / DEPTH;
    int tap = z * 9 / splits, steps = ((z + 1) * 9 / splits - tap) * chunks, c0 = 0;
    float4 sum[ROWS];
    float next_a[LOADS_A], next_b[LOADS_B];
    int x[LOADS_A], y[LOADS_A]; /* of the pixels that this work-item reads; y far outside: none */
#pragma unroll
    for (int i = 0; i < ROWS; i++) sum[i] = (float4)(0.0f);
#pragma unroll
    for (int i = 0; i < LOADS_A; i++) {
        long pixel = first + me / DEPTH + i * (256 / DEPTH);
        x[i] = (int)(pixel % width);
        y[i] = pixel < pixels ? (int)(pixel / width % height) : -9;
    }
    global const float *source = in + in_offset + (first + me / DEPTH) * in_pitch + channel;
    for (int step = 0; step <= steps; step++) {
        if (step < steps) {
            int dy = tap / 3 - 1, dx = tap % 3 - 1, c = c0 + channel;
            global const float *moved = source + (dy * width + dx) * in_pitch + c0;
#pragma unroll
            for (int i = 0; i < LOADS_A; i++) {
                int v = y[i] + dy, u = x[i] + dx;
                bool inside = c < inputs && v >= 0 && u >= 0 && v < height && u < width;
                next_a[i] = inside ? moved[i * (256 / DEPTH) * in_pitch] : 0.0f;
            }
#pragma unroll
            for (int i = 0; i < LOADS_B; i++) {
                int e = me + 256 * i, k = back ? e % DEPTH : e / TILE_N, n = n0 + (back ? e / DEPTH : e % TILE_N);
                bool inside = c0 + k < inputs && n < outputs;
                long at = back ? ((long)(8 - tap) * outputs + n) * inputs + c0 + k
                               : ((long)tap * inputs + c0 + k) * outputs + n;
                next_b[i] = inside ? weights[weights_offset + at] : 0.0f;
            }
            c0 += DEPTH;
            if (c0 >= inputs) {
                c0 = 0;
                tap++;
            }
        }
        if (step > 0) {
#pragma unroll
            for (int k = 0; k < DEPTH; k++) {
                float4 right = b[(k * TILE_N) / 4 + column];
#pragma unroll
                for (int i = 0; i < ROWS; i += 4) {
                    float4 left = a[(k * PITCH_A + ROWS * line + i) / 4];
                    sum[i] = fma((float4)(left.x), right, sum[i]);
                    sum[i + 1] = fma((float4)(left.y), right, sum[i + 1]);
                    sum[i + 2] = fma((float4)(left.z), right, sum[i + 2]);
                    sum[i + 3] = fma((float4)(left.w), right, sum[i + 3]);
                }
            }
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        if (step < steps) {
#pragma unroll
            for (int i = 0; i < LOADS_A; i++)
                ((local float *)a)[channel * PITCH_A + me / DEPTH + i * (256 / DEPTH)] = next_a[i];
#pragma unroll
            for (int i = 0; i < LOADS_B; i++) {
                int e = me + 256 * i;
                ((local float *)b)[back ? (e % DEPTH) * TILE_N + e / DEPTH : e] = next_b[i];
            }
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    for (int p = 0; p < ROWS; p++) {
        long pixel = first + ROWS * line + p;
        float values[4] = {sum[p].x, sum[p].y, sum[p].z, sum[p].w};
        for (int k = 0; k < 4; k++) {
            int n = n0 + 4 * column + k;
            if (pixel >= pixels || n >= outputs) continue;
            global float *to = out + out_offset + pixel * out_pitch + n;
            if (splits > 1)
                part[part_offset + ((long)z * pixels + pixel) * outputs + n] = values[k];
            else
                *to = finish(values[k], pixel, n, out_pitch, bias, bias_offset, relu, add, gate, gate_offset,
                             add ? *to : 0.0f);
        }
    }
}

kernel void convolve_tile_sum(global const float *part, long part_offset, int splits, long pixels, int outputs,
                              int out_pitch, global const float *bias, long bias_offset, int relu, int add,
                              global const float *gate, long gate_offset, global float *out, long out_offset)
{
    long i = get_global_id(0), pixel = i / outputs;
    int n = i % outputs;
    if (pixel >= pixels) return;
    float sum = 0.0f;
    for (int z = 0; z < splits; z++) sum += part[part_offset + (long)z * pixels * outputs + i];
    global float *to = out + out_offset + pixel * out_pitch + n;
    *to = finish(sum, pixel, n, out_pitch, bias, bias_offset, relu, add, gate, gate_offset, add ? *to : 0.0f);
}
