/* SPDX-License-Identifier: Apache-2.0 */
/* gather_lanes: gather.cl for CPUs; one work-item per eight pixels of a row of the canvas. Preconditions: complex
 * patches, weights present. */
#include "common/lanes.clh"
#include "common/position.clh"
#include "shared/tile.h"

/* Contribution of one block, lane by lane: where the eight pixels are not all well inside it. */
inline void add_edge(global const float2 *block, global const float *weights, long pitch, long crop, long u, long v,
                     sample_position position, float16 *sum, float8 *total)
{
    float values[16], weight[8];
    for (int i = 0; i < 8; i++, u++) {
        bool touches = u >= 0 && u <= crop;
        float wx0 = touches && u < crop ? position.gx : 0.0f, wx1 = touches && u > 0 ? position.fx : 0.0f;
        float wy0 = v < crop ? position.gy : 0.0f, wy1 = v > 0 ? position.fy : 0.0f;
        long cu = clamp(u, 0L, crop - 1), cv = min(v, crop - 1);
        long sx = u > 0 && u < crop ? 1 : 0, sy = v > 0 && v < crop ? pitch : 0, at = cv * pitch + cu;
        float2 value =
            wy0 * (wx0 * block[at] + wx1 * block[at - sx]) + wy1 * (wx0 * block[at - sy] + wx1 * block[at - sy - sx]);
        values[2 * i] = value.x;
        values[2 * i + 1] = value.y;
        weight[i] = wy0 * (wx0 * weights[at] + wx1 * weights[at - sx]) +
                    wy1 * (wx0 * weights[at - sy] + wx1 * weights[at - sy - sx]);
    }
    *sum += vload16(0, values);
    *total += vload8(0, weight);
}

kernel void gather_lanes(global const float2 *patches, long patches_offset, long size, long crop, SELECTION_ARGS,
                         global const float *weights, long weights_offset, global float2 *canvas, long canvas_offset,
                         global float *weight_sum, long weight_sum_offset, long height, long width, long tiles_x,
                         long length, global const int *counts, long counts_offset, global const int *lists,
                         long lists_offset)
{
    long x = 8 * get_global_id(0), y = get_global_id(1), start = size / 2 - crop / 2;
    if (x >= width || y >= height) return;
    long tile = y / CLPT_TILE * tiles_x + x / CLPT_TILE, at = y * width + x;
    int used = counts[counts_offset + tile];
    if (used == 0) return;
    global const int *list = lists + lists_offset + tile * length;
    int lanes = (int)min(width - x, 8L);
    float values[16], powers[8];
    for (int i = 0; i < 8; i++) {
        float2 value = i < lanes ? canvas[canvas_offset + at + i] : (float2)(0.0f);
        values[2 * i] = value.x;
        values[2 * i + 1] = value.y;
        powers[i] = i < lanes ? weight_sum[weight_sum_offset + at + i] : 0.0f;
    }
    float16 sum = vload16(0, values);
    float8 total = vload8(0, powers);
    global const float *weight_block = weights + weights_offset + start * size + start;
    for (int i = 0; i < used; i++) {
        long k = list[i];
        sample_position position = selected_position(SELECTION, k);
        long u = x - position.x, v = y - position.y;
        if (u <= -8 || u > crop || v < 0 || v > crop) continue;
        global const float2 *block = patches + patches_offset + k * size * size + start * size + start;
        if (u < 1 || u + 8 > crop || v < 1 || v >= crop) {
            add_edge(block, weight_block, size, crop, u, v, position, &sum, &total);
            continue;
        }
        float wx0 = position.gx, wx1 = position.fx, wy0 = position.gy, wy1 = position.fy;
        global const float *b = (global const float *)(block + v * size + u), *w = weight_block + v * size + u;
        sum += wy0 * (wx0 * vload16(0, b) + wx1 * vload16(0, b - 2)) +
               wy1 * (wx0 * vload16(0, b - 2 * size) + wx1 * vload16(0, b - 2 * size - 2));
        total += wy0 * (wx0 * vload8(0, w) + wx1 * vload8(0, w - 1)) +
                 wy1 * (wx0 * vload8(0, w - size) + wx1 * vload8(0, w - size - 1));
    }
    vstore16(sum, 0, values);
    vstore8(total, 0, powers);
    for (int i = 0; i < lanes; i++) {
        canvas[canvas_offset + at + i] = (float2)(values[2 * i], values[2 * i + 1]);
        weight_sum[weight_sum_offset + at + i] = powers[i];
    }
}
