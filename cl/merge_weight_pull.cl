/* SPDX-License-Identifier: Apache-2.0 */
/* merge_weight_pull: d_power[v, u] += Σ_k of the bilinear sample at position_k + (u, v) of Re(conj(d_sum)·b_k) +
 * d_total, with b_k moved; accumulated in ascending k. patches [count, size, size]; d_sum, d_total [.., height, width];
 * d_power [size, size]. Preconditions: none. */
#include "common/merge.clh"

kernel void merge_weight_pull_general(SELECTION_ARGS, long count, long per_group, long size, long height, long width,
                                      global const element *d_sum, long d_sum_offset, global const float *d_total,
                                      long d_total_offset, global const element *patches, long patches_offset,
                                      global float *d_power, long d_power_offset)
{
    long u = get_global_id(0), v = get_global_id(1);
    if (u >= size || v >= size) return;
    float sum = d_power[d_power_offset + v * size + u];
    for (long k = 0; k < count; k++) {
        sample_position position = selected_position(SELECTION, k);
        global const element *patch = patches + patches_offset + k * size * size;
        long canvas = (per_group ? k / per_group : 0) * height * width;
        for (int corner = 0; corner < 4; corner++) {
            long x = position.x + u + (corner & 1), y = position.y + v + (corner >> 1), at = canvas + y * width + x;
            if (x < 0 || x >= width || y < 0 || y >= height) continue;
            float weight = (corner & 1 ? position.fx : position.gx) * (corner >> 1 ? position.fy : position.gy);
            element value = moved_block(patch, size, size, &position, y, x);
            sum += weight * (element_dot(d_sum[d_sum_offset + at], value) + d_total[d_total_offset + at]);
        }
    }
    d_power[d_power_offset + v * size + u] = sum;
}
