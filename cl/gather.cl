/* SPDX-License-Identifier: Apache-2.0 */
/* gather: canvas[y, x] += Σ_k block_k(y − position_k.y, x − position_k.x), and weight_sum[y, x] += Σ_k of the weights
 * (absent: 1), moved likewise; bilinear, accumulated in ascending k.
 *
 * patches [.., size, size], of which only the central crop×crop block is used; weights [size, size]; canvas, weight_sum
 * [height, width]; counts and lists from tiles.cl. The work-group is one tile: CLPT_TILE×CLPT_TILE. */
#include "common/element.clh"
#include "common/position.clh"
#include "shared/tile.h"

/* A block shifted by a fraction: canvas pixel u takes (1 − f)·block[u] + f·block[u − 1], 0 outside the block. */
#define SHIFTED_SAMPLE(value, block)                                                                                   \
    (wy0 * (wx0 * (value)((block)[at]) + wx1 * (value)((block)[at - sx])) +                                            \
     wy1 * (wx0 * (value)((block)[at - sy]) + wx1 * (value)((block)[at - sy - sx])))

kernel __attribute__((reqd_work_group_size(CLPT_TILE, CLPT_TILE, 1))) void
gather_general(global const element *patches, long patches_offset, long size, long crop, SELECTION_ARGS,
               global const float *weights, long weights_offset, global element *canvas, long canvas_offset,
               global float *weight_sum, long weight_sum_offset, long height, long width, long tiles_x, long length,
               global const int *counts, long counts_offset, global const int *lists, long lists_offset)
{
    long x = get_global_id(0), y = get_global_id(1);
    long tile = get_group_id(1) * tiles_x + get_group_id(0);
    int used = counts[counts_offset + tile];
    if (used == 0 || x >= width || y >= height) return;
    global const int *list = lists + lists_offset + tile * length;
    long start = size / 2 - crop / 2;
    int block = (int)crop;
    element sum = canvas[canvas_offset + y * width + x];
    float total = weight_sum_offset >= 0 ? weight_sum[weight_sum_offset + y * width + x] : 0.0f;
    for (int i = 0; i < used; i++) {
        long k = list[i];
        sample_position position = selected_position(SELECTION, k);
        int u = (int)x - position.x, v = (int)y - position.y;
        if (u < 0 || u > block || v < 0 || v > block) continue;
        float wx0 = u < block ? position.gx : 0.0f, wx1 = u > 0 ? position.fx : 0.0f;
        float wy0 = v < block ? position.gy : 0.0f, wy1 = v > 0 ? position.fy : 0.0f;
        /* Neighbours outside the block have weight 0; reading the block's edge instead keeps every read inside. */
        int cu = min(u, block - 1), cv = min(v, block - 1);
        int sx = u > 0 && u < block ? 1 : 0;
        long sy = v > 0 && v < block ? size : 0, at = (start + cv) * size + start + cu;
        sum += SHIFTED_SAMPLE(element, patches + patches_offset + k * size * size);
        total += weights_offset >= 0 ? SHIFTED_SAMPLE(float, weights + weights_offset) : (wx0 + wx1) * (wy0 + wy1);
    }
    canvas[canvas_offset + y * width + x] = sum;
    if (weight_sum_offset >= 0) weight_sum[weight_sum_offset + y * width + x] = total;
}
