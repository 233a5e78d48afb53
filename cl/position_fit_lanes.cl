/* SPDX-License-Identifier: Apache-2.0 */
/* position_fit_lanes: position_fit.cl for CPUs; one work-item per pattern, eight pixels of a row at a time.
 * Preconditions: size divisible by 8. */
#include "common/lanes_bilinear.clh"
#include "common/place.clh"

inline float lanes_sum(float16 a)
{
    float8 b = a.lo + a.hi;
    float4 c = b.lo + b.hi;
    return c.x + c.y + (c.z + c.w);
}

/* Eight pixels of a row, 0 outside. */
inline float16 lanes_pixels(global const float2 *image, long height, long width, long y, long x)
{
    if (y >= 0 && y < height && x >= 0 && x + 8 <= width)
        return vload16(0, (global const float *)(image + y * width + x));
    float pixels[16];
    for (int i = 0; i < 8; i++) {
        float2 pixel = pixel_or_zero(image, height, width, y, x + i);
        pixels[2 * i] = pixel.x;
        pixels[2 * i + 1] = pixel.y;
    }
    return vload16(0, pixels);
}

kernel void position_fit_lanes(global const float2 *object, long object_offset, long height, long width, SELECTION_ARGS,
                               long count, global const float2 *probe, long probe_offset, long probe_stride,
                               global const float2 *waves, long waves_offset, long modes, long size, global float *sums,
                               long sums_offset)
{
    long k = get_global_id(0), pixels = size * size;
    if (k >= count) return;
    spot place = selected_place(SELECTION, k);
    global const float2 *image = object + object_offset, *wave = waves + waves_offset + k * modes * pixels;
    float16 xw = (float16)(0.0f), yw = (float16)(0.0f), xx = (float16)(0.0f), yy = (float16)(0.0f),
            xy = (float16)(0.0f);
    for (long v = 0; v < size; v++)
        for (long u = 0; u < size; u += 8) {
            long x = place.x + u, y = place.y + v;
            float16 o = lanes_pixels(image, height, width, y, x), r = lanes_pixels(image, height, width, y, x + 1);
            float16 d = lanes_pixels(image, height, width, y + 1, x);
            float16 b = lanes_pixels(image, height, width, y + 1, x + 1);
            float16 by_x = place.gy * (r - o) + place.fy * (b - d), by_y = place.gx * (d - o) + place.fx * (b - r);
            for (long p = 0; p < modes; p++) {
                long i = p * pixels + v * size + u;
                float16 mode = vload16(0, (global const float *)(probe + probe_offset + k * probe_stride + i));
                float16 w = vload16(0, (global const float *)(wave + i));
                float16 jx = lanes_times(by_x, mode), jy = lanes_times(by_y, mode);
                xw += jx * w;
                yw += jy * w;
                xx += jx * jx;
                yy += jy * jy;
                xy += jx * jy;
            }
        }
    global float *out = sums + sums_offset + 5 * selected(order, order_offset, first, k);
    out[0] = lanes_sum(xw);
    out[1] = lanes_sum(yw);
    out[2] = lanes_sum(xx);
    out[3] = lanes_sum(yy);
    out[4] = lanes_sum(xy);
}
