/* SPDX-License-Identifier: Apache-2.0 */
/* convolve_lanes: convolve (convolve.cl) for CPUs. A work-item computes 16·CLPT_BLOCKS outputs of 8 pixels of an image
 * row in registers. Weights are packed by convolve_lanes_pack: packed[n / 16, t·inputs + c, n % 16] = W[t, c, n], 0
 * beyond the last output; `zeros` has `inputs` zeros, for pixels outside the image. Preconditions: none; narrow images
 * waste pixels. */
#include "common/wide.clh"

#ifndef CLPT_BLOCKS
#define CLPT_BLOCKS 1
#endif
enum { PIXELS = 8, PARTS = LANE_PARTS * CLPT_BLOCKS };

kernel void convolve_lanes_pack(global const float *weights, long weights_offset, int inputs, int outputs, int back,
                                int blocks, global float *packed, long packed_offset, global float *zeros,
                                long zeros_offset)
{
    int n = get_global_id(0), k = get_global_id(1);
    if (n >= 16 * blocks || k >= 9 * inputs) return;
    int t = k / inputs, c = k % inputs;
    float value = 0.0f;
    if (n < outputs)
        value = weights[weights_offset + (back ? ((long)(8 - t) * outputs + n) * inputs + c : (long)k * outputs + n)];
    packed[packed_offset + ((long)(n / 16) * 9 * inputs + k) * 16 + n % 16] = value;
    if (n == 0 && t == 0) zeros[zeros_offset + c] = 0.0f;
}

kernel void convolve_lanes(global const float *in, long in_offset, long count, int height, int width, int inputs,
                           int in_pitch, int outputs, int out_pitch, global const float *packed, long packed_offset,
                           global const float *zeros, long zeros_offset, global const float *bias, long bias_offset,
                           int relu, int add, global const float *gate, long gate_offset, global float *out,
                           long out_offset)
{
    int columns = (width + PIXELS - 1) / PIXELS, block = get_global_id(1) * CLPT_BLOCKS;
    long i = get_global_id(0);
    if (i >= count * height * columns || 16 * block >= outputs) return;
    int x = i % columns * PIXELS, y = i / columns % height;
    long row = i / columns * width;
    floatv sum[PIXELS][PARTS];
#pragma unroll
    for (int p = 0; p < PIXELS; p++)
#pragma unroll
        for (int k = 0; k < PARTS; k++) sum[p][k] = (floatv)(0.0f);
    global const float *w = packed + packed_offset + (long)block * 9 * inputs * 16;
    for (int t = 0; t < 9; t++) {
        int v = y + t / 3 - 1;
        if (v < 0 || v >= height) {
            w += 16 * inputs;
            continue;
        }
        global const float *from[PIXELS];
#pragma unroll
        for (int p = 0; p < PIXELS; p++) {
            int u = x + p + t % 3 - 1;
            from[p] = u < 0 || u >= width ? zeros + zeros_offset
                                          : in + in_offset + (row + (long)(v - y) * width + u) * in_pitch;
        }
        for (int c = 0; c < inputs; c++, w += 16) {
            floatv part[PARTS];
#pragma unroll
            for (int k = 0; k < PARTS; k++)
                part[k] = get_v(w + k / LANE_PARTS * (9 * 16) * (long)inputs + k % LANE_PARTS * CLPT_LANES);
#pragma unroll
            for (int p = 0; p < PIXELS; p++)
#pragma unroll
                for (int k = 0; k < PARTS; k++) sum[p][k] = fma((floatv)(from[p][c]), part[k], sum[p][k]);
        }
    }
#pragma unroll
    for (int p = 0; p < PIXELS; p++) {
        if (x + p >= width) break;
        float results[16 * CLPT_BLOCKS];
#pragma unroll
        for (int k = 0; k < PARTS; k++) put_v(sum[p][k], results + k * CLPT_LANES);
        long at = (row + x + p) * out_pitch;
        int end = min(outputs - 16 * block, 16 * CLPT_BLOCKS);
        for (int k = 0; k < end; k++) {
            int n = 16 * block + k;
            float value = results[k] + (bias_offset < 0 ? 0.0f : bias[bias_offset + n]);
            if (add) value += out[out_offset + at + n];
            if (relu) value = fmax(value, 0.0f);
            if (gate_offset >= 0 && !(gate[gate_offset + at + n] > 0.0f)) value = 0.0f;
            out[out_offset + at + n] = value;
        }
    }
}
