/* SPDX-License-Identifier: Apache-2.0 */
/* warp: out[b, y, x] = images[b] at (X/w, Y/w) with (X, Y, w) = T[(first + b) / per_transform]·(x, y, 1).
 *
 * images, out [count, height, width]; transforms [.., 9] float pairs (high, low), row-major 3×3. Where w = 0 the result
 * is 0. Coordinates are computed in pairs of floats. Preconditions: height, width < 2²⁴. */
#pragma OPENCL FP_CONTRACT OFF
#include "common/element.clh"
#include "common/pair.clh"
#include "common/warp_source.clh"

kernel void warp_general(global const element *images, long images_offset, global element *out, long out_offset,
                         long count, long height, long width, global const float2 *transforms, long transforms_offset,
                         long first, long per_transform, int nearest, int edge)
{
    long x = get_global_id(0), y = get_global_id(1), b = get_global_id(2);
    if (x >= width || y >= height || b >= count) return;
    global const element *image = images + images_offset + b * height * width;
    global const float2 *row = transforms + transforms_offset / 2 + 9 * ((first + b) / per_transform);
    coordinate sx, sy;
    float inverse_w;
    element value = ELEMENT_ZERO;
    if (warp_source(row, x, y, &sx, &sy, &inverse_w)) {
        if (nearest) {
            if (edge || !(point_outside(sx, width) || point_outside(sy, height)))
                value = neighbour(image, height, width, rounded(sy), rounded(sx), edge);
        } else {
            float u = sx.fraction, v = sy.fraction;
            element top = (1.0f - u) * neighbour(image, height, width, sy.whole, sx.whole, edge) +
                          u * neighbour(image, height, width, sy.whole, sx.whole + 1, edge);
            element bottom = (1.0f - u) * neighbour(image, height, width, sy.whole + 1, sx.whole, edge) +
                             u * neighbour(image, height, width, sy.whole + 1, sx.whole + 1, edge);
            value = (1.0f - v) * top + v * bottom;
        }
    }
    out[out_offset + (b * height + y) * width + x] = value;
}
