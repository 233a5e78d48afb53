/* SPDX-License-Identifier: Apache-2.0 */
/* convolve_weights_lanes: convolve_weights (convolve_weights.cl) for CPUs. A work-item computes 8 inputs of a tap ×
 * 16·CLPT_BLOCKS outputs of a slot in registers. The cotangent has a pitch that is a multiple of 16·CLPT_BLOCKS, zeros
 * beyond the last output (convolve_weights_lanes_pad). Preconditions: none; few inputs waste lanes. */
#include "common/convolve_rows.clh"
#include "common/wide.clh"

#ifndef CLPT_BLOCKS
#define CLPT_BLOCKS 1
#endif
enum { CHANNELS = 8, PARTS = LANE_PARTS * CLPT_BLOCKS };

kernel void convolve_weights_lanes_pad(global const float *cotangent, long cotangent_offset, long pixels, int outputs,
                                       int pitch, global float *padded, long padded_offset)
{
    long n = get_global_id(0), i = get_global_id(1);
    if (n >= pitch || i >= pixels) return;
    padded[padded_offset + i * pitch + n] = n < outputs ? cotangent[cotangent_offset + i * outputs + n] : 0.0f;
}

kernel void convolve_weights_lanes_bias(int count, int height, int width, int outputs, int inputs,
                                        global const float *cotangent, long cotangent_offset, int pitch, int slots,
                                        global float *gradient, long gradient_offset)
{
    long n = get_global_id(0), s = get_global_id(1);
    if (n >= outputs || s >= slots) return;
    long at = gradient_offset + ((s + 1) * (9L * inputs + 1) - 1) * outputs + n;
    float sum = gradient[at];
    int start = slot_start(s, slots, height), end = slot_start(s + 1, slots, height);
    for (int b = 0; b < count; b++) {
        global const float *given = cotangent + cotangent_offset + ((long)b * height + start) * width * pitch + n;
        for (long i = 0; i < (long)(end - start) * width; i++) sum += given[i * pitch];
    }
    gradient[at] = sum;
}

kernel void convolve_weights_lanes(global const float *in, long in_offset, int count, int height, int width, int inputs,
                                   int in_pitch, int outputs, global const float *cotangent, long cotangent_offset,
                                   int pitch, int slots, global float *gradient, long gradient_offset)
{
    int parts = (inputs + CHANNELS - 1) / CHANNELS, n0 = get_global_id(0) * 16 * CLPT_BLOCKS, k = get_global_id(1);
    long s = get_global_id(2);
    if (n0 >= outputs || k >= 9 * parts || s >= slots) return;
    int t = k / parts, c0 = k % parts * CHANNELS, dy = t / 3 - 1, dx = t % 3 - 1, channels = min(CHANNELS, inputs - c0);
    global float *to = gradient + gradient_offset + (s * (9L * inputs + 1) + (long)t * inputs + c0) * outputs + n0;
    int end = min(outputs - n0, 16 * CLPT_BLOCKS);
    floatv sum[CHANNELS][PARTS];
    float values[16 * CLPT_BLOCKS];
#pragma unroll
    for (int c = 0; c < CHANNELS; c++) {
        for (int n = 0; n < 16 * CLPT_BLOCKS; n++)
            values[n] = c < channels && n < end ? to[(long)c * outputs + n] : 0.0f;
#pragma unroll
        for (int p = 0; p < PARTS; p++) sum[c][p] = get_v(values + p * CLPT_LANES);
    }
    int left = max(0, -dx), right = min(width, width - dx);
    for (int b = 0; b < count; b++)
        for (int y = slot_start(s, slots, height); y < slot_start(s + 1, slots, height); y++) {
            if (y + dy < 0 || y + dy >= height) continue;
            long line = ((long)b * height + y) * width;
            global const float *given = cotangent + cotangent_offset + (line + left) * pitch + n0;
            global const float *pixel = in + in_offset + (line + (long)dy * width + left + dx) * in_pitch + c0;
            for (int x = left; x < right; x++, given += pitch, pixel += in_pitch) {
                floatv part[PARTS];
#pragma unroll
                for (int p = 0; p < PARTS; p++) part[p] = get_v(given + p * CLPT_LANES);
#pragma unroll
                for (int c = 0; c < CHANNELS; c++) {
                    floatv value = (floatv)(pixel[min(c, channels - 1)]);
#pragma unroll
                    for (int p = 0; p < PARTS; p++) sum[c][p] = fma(value, part[p], sum[c][p]);
                }
            }
        }
#pragma unroll
    for (int c = 0; c < CHANNELS; c++) {
        if (c >= channels) break;
#pragma unroll
        for (int p = 0; p < PARTS; p++) put_v(sum[c][p], values + p * CLPT_LANES);
        for (int n = 0; n < end; n++) to[(long)c * outputs + n] = values[n];
    }
}
