/* SPDX-License-Identifier: Apache-2.0 */
/* convolve_tile: convolve (convolve.cl) for GPUs, as a product of matrices [pixels, 9·inputs]·[9·inputs, outputs]
 * whose first factor is read from the image. A work-group of 256 computes TILE_M pixels × TILE_N outputs, 4×4 per
 * work-item, from 16 channels of a tap at a time in local memory. With splits > 1 work-group z sums 9 / splits taps
 * into part[z, pixel, output], and convolve_tile_sum adds the parts in order. Preconditions: work-groups of 256. */
#include "common/group.clh"

#ifndef CLPT_TILE_N
#define CLPT_TILE_N 64
#endif
enum { TILE_N = CLPT_TILE_N, TILE_M = 4096 / CLPT_TILE_N, DEPTH = 16, COLUMNS = TILE_N / 4 };

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
    local float a[DEPTH][TILE_M], b[DEPTH][TILE_N];
    int me = get_local_id(0), column = me % COLUMNS, line = me / COLUMNS;
    long pixels = count * height * width, first = (long)get_group_id(0) * TILE_M;
    int n0 = get_group_id(1) * TILE_N, z = get_group_id(2);
    float4 sum[4] = {(float4)(0.0f), (float4)(0.0f), (float4)(0.0f), (float4)(0.0f)};
    for (int t = z * 9 / splits; t < (z + 1) * 9 / splits; t++)
        for (int c0 = 0; c0 < inputs; c0 += DEPTH) {
            for (int e = me; e < DEPTH * TILE_M; e += 256) {
                int c = c0 + e % DEPTH, m = e / DEPTH;
                long pixel = first + m;
                int x = pixel % width, y = pixel / width % height, v = y + t / 3 - 1, u = x + t % 3 - 1;
                bool inside = pixel < pixels && c < inputs && v >= 0 && u >= 0 && v < height && u < width;
                a[e % DEPTH][m] =
                    inside ? in[in_offset + (pixel + (long)(v - y) * width + u - x) * in_pitch + c] : 0.0f;
            }
            for (int e = me; e < DEPTH * TILE_N; e += 256) {
                int k = back ? e % DEPTH : e / TILE_N, n = back ? e / DEPTH : e % TILE_N, c = c0 + k;
                float value = 0.0f;
                if (c < inputs && n0 + n < outputs)
                    value = weights[weights_offset + (back ? ((long)(8 - t) * outputs + n0 + n) * inputs + c
                                                           : ((long)t * inputs + c) * outputs + n0 + n)];
                b[k][n] = value;
            }
            barrier(CLK_LOCAL_MEM_FENCE);
            for (int k = 0; k < DEPTH; k++) {
                float4 left = vload4(0, &a[k][4 * line]), right = vload4(0, &b[k][4 * column]);
                sum[0] = fma((float4)(left.x), right, sum[0]);
                sum[1] = fma((float4)(left.y), right, sum[1]);
                sum[2] = fma((float4)(left.z), right, sum[2]);
                sum[3] = fma((float4)(left.w), right, sum[3]);
            }
            barrier(CLK_LOCAL_MEM_FENCE);
        }
    for (int p = 0; p < 4; p++) {
        long pixel = first + 4 * line + p;
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
