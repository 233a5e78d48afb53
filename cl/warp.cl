/* SPDX-License-Identifier: Apache-2.0 */
/* warp: out[b, y, x] = images[b] at (X/w, Y/w) with (X, Y, w) = T[(first + b) / per_transform]·(x, y, 1).
 *
 * images, out [count, height, width]; transforms [.., 9] pairs of floats (high and low part), row-major 3×3.
 * Where w = 0 the result is 0. Coordinates are computed in pairs of floats. Preconditions: height, width < 2²⁴. */
#pragma OPENCL FP_CONTRACT OFF
#include "common/element.clh"
#include "common/pair.clh"

/* A coordinate as whole pixels and a fraction in [0, 1]; far-away ones are clamped to ±2³⁰, which is outside any image. */
typedef struct coordinate {
    int whole;
    float fraction;
} coordinate;

inline coordinate split_coordinate(float2 value)
{
    if (!(fabs(value.x) < 1073741824.0f)) return (coordinate){value.x > 0.0f ? 1073741824 : -1073741824, 0.0f};
    float whole = floor(value.x);
    float fraction = (value.x - whole) + value.y;
    if (fraction < 0.0f) {
        whole -= 1.0f;
        fraction = (value.x - whole) + value.y;
    } else if (fraction >= 1.0f) {
        whole += 1.0f;
        fraction = (value.x - whole) + value.y;
    }
    return (coordinate){(int)whole, fraction};
}

/* One row of a transform applied to (x, y, 1). */
inline float2 transform_row(global const float2 *row, float x, float y)
{
    return pair_add(pair_add(pair_times(row[0], x), pair_times(row[1], y)), row[2]);
}

inline int rounded(coordinate c) /* half to even */
{
    return c.whole + (c.fraction > 0.5f || (c.fraction == 0.5f && (c.whole & 1)));
}

inline bool point_outside(coordinate c, long size)
{
    return c.whole < 0 || c.whole > size - 1 || (c.whole == size - 1 && c.fraction > 0.0f);
}

inline element neighbour(global const element *image, long height, long width, int y, int x, int edge)
{
    bool outside = x < 0 || x >= width || y < 0 || y >= height;
    if (outside && !edge) return ELEMENT_ZERO;
    return image[clamp((long)y, 0L, height - 1) * width + clamp((long)x, 0L, width - 1)];
}

kernel void warp_general(global const element *images, long images_offset, global element *out, long out_offset, long count,
                         long height, long width, global const float2 *transforms, long transforms_offset, long first,
                         long per_transform, int nearest, int edge)
{
    long x = get_global_id(0), y = get_global_id(1), b = get_global_id(2);
    if (x >= width || y >= height || b >= count) return;
    global const element *image = images + images_offset + b * height * width;
    global const float2 *row = transforms + transforms_offset / 2 + 9 * ((first + b) / per_transform);
    float fx = (float)x, fy = (float)y;
    float2 w = transform_row(row + 6, fx, fy);
    float scale = fabs(row[6].x * fx) + fabs(row[7].x * fy) + fabs(row[8].x);
    element value = ELEMENT_ZERO;
    if (fabs(w.x) > scale * 3.6e-15f) { /* what cancels to below 2⁻⁴⁸ is 0 */
        coordinate sx = split_coordinate(pair_over(transform_row(row, fx, fy), w));
        coordinate sy = split_coordinate(pair_over(transform_row(row + 3, fx, fy), w));
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
