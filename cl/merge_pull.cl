/* SPDX-License-Identifier: Apache-2.0 */
/* merge_pull: d_patches[k, v, u] = bilinear sample at position_k + (u, v) of d_sum (times the moved weight of block k,
 * where values were weighted): adjoint of the contribution of block pixel (v, u) to the canvas. 0 outside the block.
 * d_sum [.., height, width], canvas k / per_group for block k (0: one for all); d_patches [count, size, size]. If total
 * [.., height, width] is present, d_sum is the cotangent of the canvas, divided here (largest [..] for the probe
 * weighting). Preconditions: none. */
#include "common/merge.clh"

kernel void merge_pull_general(int merge, SELECTION_ARGS, long count, long per_group, long size, long crop, long height,
                               long width, global const element *d_sum, long d_sum_offset, global const float *total,
                               long total_offset, global const float *largest, long largest_offset,
                               global const float *power, long power_offset, global element *d_patches,
                               long d_patches_offset)
{
    long px = get_global_id(0), py = get_global_id(1), k = get_global_id(2);
    if (px >= size || py >= size || k >= count) return;
    long start = size / 2 - crop / 2, u = px - start, v = py - start;
    element sum = ELEMENT_ZERO;
    if (u >= 0 && u < crop && v >= 0 && v < crop) {
        sample_position position = selected_position(SELECTION, k);
        long image = per_group ? k / per_group : 0;
        float maximum = total_offset >= 0 && merge == MERGE_PROBE ? largest[largest_offset + image] : 0.0f;
        for (int corner = 0; corner < 4; corner++) {
            long x = position.x + u + (corner & 1), y = position.y + v + (corner >> 1);
            if (x < 0 || x >= width || y < 0 || y >= height) continue;
            float weight = (corner & 1 ? position.fx : position.gx) * (corner >> 1 ? position.fy : position.gy);
            if (MERGE_WEIGHS(merge)) weight *= moved_weight(merge, power + power_offset, size, crop, &position, y, x);
            long at = (image * height + y) * width + x;
            element value = d_sum[d_sum_offset + at];
            if (total_offset >= 0) value = merge_divided(merge, value, total[total_offset + at], maximum);
            sum += weight * value;
        }
    }
    d_patches[d_patches_offset + (k * size + py) * size + px] = sum;
}
