/* SPDX-License-Identifier: Apache-2.0 */
/* slope: out[k] = Σ_{v,u} Re(conj(cotangent[k, v, u])·∂patch_k[v, u]/∂(x, y)) for the bilinear patches of extract.cl;
 * the derivative is that of the weights in the cell of floor(position).
 *
 * images [.., height, width] as in extract.cl; cotangent [count, rows, columns]; out [count, 2]. One work-group per
 * patch, of any two-dimensional shape; compensated sums, added as a tree. Preconditions: none. */
#pragma OPENCL FP_CONTRACT OFF
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/compensated.clh"
#include "common/position.clh"

kernel void slope_general(global const element *images, long images_offset, long height, long width, long per_image,
                          SELECTION_ARGS, long count, global const element *cotangent, long cotangent_offset, long rows,
                          long columns, global float *out, long out_offset, local float2 *lanes)
{
    long k = get_group_id(0), left = get_local_id(0), top = get_local_id(1);
    if (k >= count || get_group_id(1) > 0) return; /* a device with small work-groups launches more of them */
    long across = get_local_size(0), down = get_local_size(1);
    int me = (int)(top * across + left), items = (int)(across * down);
    global const element *image = images + images_offset + (per_image ? k / per_image : 0) * height * width;
    global const element *given = cotangent + cotangent_offset + k * rows * columns;
    sample_position position = selected_position(SELECTION, k);
    float2 sum_x = (float2)(0.0f), sum_y = (float2)(0.0f);
    for (long v = top; v < rows; v += down)
        for (long u = left; u < columns; u += across) {
            long x = position.x + u, y = position.y + v;
            element a = pixel_or_zero(image, height, width, y, x), b = pixel_or_zero(image, height, width, y, x + 1);
            element c = pixel_or_zero(image, height, width, y + 1, x),
                    d = pixel_or_zero(image, height, width, y + 1, x + 1);
            element by_x = position.gy * (b - a) + position.fy * (d - c);
            element by_y = position.gx * (c - a) + position.fx * (d - b);
            sum_x = sum_add(sum_x, element_dot(given[v * columns + u], by_x));
            sum_y = sum_add(sum_y, element_dot(given[v * columns + u], by_y));
        }
    lanes[2 * me] = sum_x;
    lanes[2 * me + 1] = sum_y;
    sum_items(lanes, 2, me, items);
    if (me) return;
    out[out_offset + 2 * k] = lanes[0].x;
    out[out_offset + 2 * k + 1] = lanes[1].x;
}
