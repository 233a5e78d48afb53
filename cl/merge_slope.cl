/* SPDX-License-Identifier: Apache-2.0 */
/* merge_slope: out[k] = Σ over the canvas of Re(conj(d_sum)·∂(b_k·m_k)) + d_total·∂m_k, derivatives with respect to the
 * source coordinate t = x − position in the cell of floor(t), which increases with the offset (b_k alone in the first
 * term unless values were weighted). patches [count, size, size]; d_sum, d_total [.., height, width]; out [count, 2].
 * One work-group per block, of any two-dimensional shape; compensated sums, added as a tree. Preconditions: none. */
#pragma OPENCL FP_CONTRACT OFF
#include "common/merge.clh"
#include "common/compensated.clh"

/* The cell of floor(x − position) along one axis: block pixels c and c + 1, interpolated with g, for canvas pixel c +
 * first. */
typedef struct cell_walk {
    long first;
    float g;
} cell_walk;

inline cell_walk walk_of(int whole, float fraction, float missing)
{
    return (cell_walk){whole + (fraction > 0.0f ? 1 : 0), fraction > 0.0f ? missing : 0.0f};
}

kernel void merge_slope_general(int merge, SELECTION_ARGS, long count, long per_group, long size, long crop,
                                long height, long width, global const element *d_sum, long d_sum_offset,
                                global const float *d_total, long d_total_offset, global const float *power,
                                long power_offset, global const element *patches, long patches_offset,
                                global float *out, long out_offset, local float2 *lanes)
{
    long k = get_group_id(0), left = get_local_id(0), top = get_local_id(1);
    if (k >= count || get_group_id(1) > 0) return; /* a device with small work-groups launches more of them */
    long across = get_local_size(0), down = get_local_size(1),
         canvas = (per_group ? k / per_group : 0) * height * width;
    int me = (int)(top * across + left), items = (int)(across * down);
    sample_position position = selected_position(SELECTION, k);
    cell_walk wx = walk_of(position.x, position.fx, position.gx), wy = walk_of(position.y, position.fy, position.gy);
    global const element *patch = patches + patches_offset + k * size * size;
    float gx = wx.g, gy = wy.g;
    float2 sum_x = (float2)(0.0f), sum_y = (float2)(0.0f);
    for (int v = (int)top - 1; v < (int)crop; v += (int)down)
        for (int u = (int)left - 1; u < (int)crop; u += (int)across) {
            int x = u + (int)wx.first, y = v + (int)wy.first;
            if (x < 0 || x >= width || y < 0 || y >= height) continue;
            element given = d_sum[d_sum_offset + canvas + (long)y * width + x];
            element a = block_pixel(patch, size, crop, v, u), b = block_pixel(patch, size, crop, v, u + 1);
            element c = block_pixel(patch, size, crop, v + 1, u), d = block_pixel(patch, size, crop, v + 1, u + 1);
            float by_x = element_dot(given, (1.0f - gy) * (b - a) + gy * (d - c));
            float by_y = element_dot(given, (1.0f - gx) * (c - a) + gx * (d - b));
            if (merge != MERGE_NONE) {
                global const float *p = power + power_offset;
                float wa = block_weight(merge, p, size, crop, v, u), wb = block_weight(merge, p, size, crop, v, u + 1);
                float wc = block_weight(merge, p, size, crop, v + 1, u),
                      wd = block_weight(merge, p, size, crop, v + 1, u + 1);
                float by_weight = d_total[d_total_offset + canvas + (long)y * width + x];
                if (MERGE_WEIGHS(merge)) {
                    float weight = (1.0f - gy) * ((1.0f - gx) * wa + gx * wb) + gy * ((1.0f - gx) * wc + gx * wd);
                    by_weight +=
                        element_dot(given, (1.0f - gy) * ((1.0f - gx) * a + gx * b) + gy * ((1.0f - gx) * c + gx * d));
                    by_x *= weight;
                    by_y *= weight;
                }
                by_x += by_weight * ((1.0f - gy) * (wb - wa) + gy * (wd - wc));
                by_y += by_weight * ((1.0f - gx) * (wc - wa) + gx * (wd - wb));
            }
            sum_x = sum_add(sum_x, by_x);
            sum_y = sum_add(sum_y, by_y);
        }
    lanes[2 * me] = sum_x;
    lanes[2 * me + 1] = sum_y;
    sum_items(lanes, 2, me, items);
    if (me) return;
    out[out_offset + 2 * k] = lanes[0].x;
    out[out_offset + 2 * k + 1] = lanes[1].x;
}
