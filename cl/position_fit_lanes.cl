/* SPDX-License-Identifier: Apache-2.0 */
/* position_fit_lanes: position_fit.cl for CPUs; one work-item per pattern, eight pixels of a row at a time.
 * Preconditions: size divisible by 8. */
#include "common/lanes_bilinear.clh"
#include "common/position.clh"

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

/* Central differences of bilinear samples at (x + fx, y + fy), along x and y. */
inline void lanes_slopes(global const float2 *image, long height, long width, long y, long x, const sample_position *at,
                         float16 *by_x, float16 *by_y)
{
#define PIXELS(dy, dx) lanes_pixels(image, height, width, y + (dy), x + (dx))
    float16 a = PIXELS(0, 0), b = PIXELS(0, 1), c = PIXELS(1, 0), d = PIXELS(1, 1);
    float16 top = at->gx * (b - PIXELS(0, -1)) + at->fx * (PIXELS(0, 2) - a);
    float16 bottom = at->gx * (d - PIXELS(1, -1)) + at->fx * (PIXELS(1, 2) - c);
    float16 left = at->gy * (c - PIXELS(-1, 0)) + at->fy * (PIXELS(2, 0) - a);
    float16 right = at->gy * (d - PIXELS(-1, 1)) + at->fy * (PIXELS(2, 1) - b);
    *by_x = 0.5f * (at->gy * top + at->fy * bottom);
    *by_y = 0.5f * (at->gx * left + at->fx * right);
}

kernel void position_fit_lanes(global const float2 *object, long object_offset, long height, long width, SELECTION_ARGS,
                               long count, global const float2 *probe, long probe_offset, long probe_stride,
                               global const float2 *waves, long waves_offset, long modes, long size, global float *sums,
                               long sums_offset)
{
    long k = get_global_id(0), pixels = size * size;
    if (k >= count) return;
    sample_position position = selected_position(SELECTION, k);
    global const float2 *image = object + object_offset, *wave = waves + waves_offset + k * modes * pixels;
    const float per_pixel = 2.0f / (float)size;
    const float16 lane = (float16)(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
    float16 all[24];
    for (int j = 0; j < 24; j++) all[j] = (float16)(0.0f);
    for (long y = 0; y < size; y++) {
        const float v = (float)(y - size / 2) * per_pixel;
        float16 row[13]; /* Σ of q, u·q and u²·q' */
        for (int j = 0; j < 13; j++) row[j] = (float16)(0.0f);
        for (long x = 0; x < size; x += 8) {
            const float16 u = per_pixel * (lane + (float)(x - size / 2));
            float16 by_x, by_y, q[5];
            for (int j = 0; j < 5; j++) q[j] = (float16)(0.0f);
            lanes_slopes(image, height, width, position.y + y, position.x + x, &position, &by_x, &by_y);
            for (long p = 0; p < modes; p++) {
                long i = p * pixels + y * size + x;
                float16 mode = vload16(0, (global const float *)(probe + probe_offset + k * probe_stride + i));
                float16 w = vload16(0, (global const float *)(wave + i));
                float16 jx = lanes_times(by_x, mode), jy = lanes_times(by_y, mode);
                q[0] += jx * w;
                q[1] += jy * w;
                q[2] += jx * jx;
                q[3] += jy * jy;
                q[4] += jx * jy;
            }
            for (int j = 0; j < 5; j++) {
                row[j] += q[j];
                row[5 + j] += u * q[j];
            }
            for (int j = 0; j < 3; j++) row[10 + j] += u * u * q[2 + j];
        }
        for (int j = 0; j < 5; j++) {
            all[j] += row[j];
            all[5 + j] += row[5 + j];
            all[10 + j] += v * row[j];
        }
        for (int j = 0; j < 3; j++) {
            all[15 + j] += row[10 + j];
            all[18 + j] += v * v * row[2 + j];
            all[21 + j] += v * row[7 + j];
        }
    }
    global float *out = sums + sums_offset + 24 * selected(order, order_offset, first, k);
    for (int j = 0; j < 24; j++) out[j] = lanes_sum(all[j]);
}
