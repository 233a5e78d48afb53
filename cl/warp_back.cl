/* SPDX-License-Identifier: Apache-2.0 */
/* warp_back: adjoint of warp.cl with respect to the images and the transforms.
 *
 * A projective map has no simple inverse to gather through, so the image gradient is accumulated in 64-bit integers by
 * 32-bit atomics: integer sums do not depend on the order, so every run gives the same bits. The unit is 2⁻ᵉ of the
 * maximum cotangent, with e such that nothing overflows: at least 37 bits for images of 4096×4096.
 *
 * cotangent [count, height, width]; sums [count, height, width, parts, 2], zeroed; largest [count] = maximum magnitude
 * of each cotangent; d_images like the cotangent; d_transforms [count, 9, 2], float pairs (high, low). Preconditions:
 * those of warp.cl. */
#pragma OPENCL FP_CONTRACT OFF
#include "common/element.clh"
#include "common/pair.clh"
#include "common/warp_source.clh"
#include "common/compensated.clh"

#ifdef CLPT_COMPLEX
#define PARTS 2
#else
#define PARTS 1
#endif

/* Bits to shift by: largest·4·pixels stays below 2⁶². */
inline int unit_shift(float largest, long pixels)
{
    int bits = 2;
    while (bits < 62 && (1L << bits) < 4 * pixels) bits++;
    return 60 - bits - ilogb(largest);
}

/* One real component of one contribution. */
inline void add_whole(volatile global uint *limbs, float value, int shift)
{
    long whole = convert_long_rte(ldexp(value, shift));
    uint low = (uint)((ulong)whole & 0xffffffffUL), high = (uint)((ulong)whole >> 32);
    uint before = atomic_add(limbs, low);
    if (before + low < before) high++;
    if (high) atomic_add(limbs + 1, high);
}

inline void add_element(volatile global uint *sums, long height, long width, int y, int x, int edge, element value,
                        int shift)
{
    bool outside = x < 0 || x >= width || y < 0 || y >= height;
    if (outside && !edge) return;
    long pixel = clamp((long)y, 0L, height - 1) * width + clamp((long)x, 0L, width - 1);
    volatile global uint *limbs = sums + pixel * PARTS * 2;
#ifdef CLPT_COMPLEX
    add_whole(limbs, value.x, shift);
    add_whole(limbs + 2, value.y, shift);
#else
    add_whole(limbs, value, shift);
#endif
}

kernel void warp_back_scatter(global const element *cotangent, long cotangent_offset, long count, long height,
                              long width, global const float2 *transforms, long transforms_offset, long first,
                              long per_transform, int nearest, int edge, global const float *largest,
                              long largest_offset, volatile global uint *sums, long sums_offset)
{
    long x = get_global_id(0), y = get_global_id(1), b = get_global_id(2);
    if (x >= width || y >= height || b >= count) return;
    float maximum = largest[largest_offset + b];
    coordinate sx, sy;
    float inverse_w;
    if (!(maximum > 0.0f)) return;
    if (!warp_source(transforms + transforms_offset / 2 + 9 * ((first + b) / per_transform), x, y, &sx, &sy,
                     &inverse_w))
        return;
    int shift = unit_shift(maximum, height * width);
    volatile global uint *image = sums + sums_offset + b * height * width * PARTS * 2;
    element given = cotangent[cotangent_offset + (b * height + y) * width + x];
    if (nearest) {
        if (edge || !(point_outside(sx, width) || point_outside(sy, height)))
            add_element(image, height, width, rounded(sy), rounded(sx), edge, given, shift);
        return;
    }
    float u = sx.fraction, v = sy.fraction;
    add_element(image, height, width, sy.whole, sx.whole, edge, (1.0f - v) * (1.0f - u) * given, shift);
    add_element(image, height, width, sy.whole, sx.whole + 1, edge, (1.0f - v) * u * given, shift);
    add_element(image, height, width, sy.whole + 1, sx.whole, edge, v * (1.0f - u) * given, shift);
    add_element(image, height, width, sy.whole + 1, sx.whole + 1, edge, v * u * given, shift);
}

inline float whole_to_float(global const uint *limbs, int shift)
{
    long whole = (long)(((ulong)limbs[1] << 32) | (ulong)limbs[0]);
    return ldexp((float)whole, -shift);
}

kernel void warp_back_finish(global const uint *sums, long sums_offset, global const float *largest,
                             long largest_offset, long count, long pixels, global element *d_images,
                             long d_images_offset)
{
    long i = get_global_id(0), b = get_global_id(1);
    if (i >= pixels || b >= count) return;
    float maximum = largest[largest_offset + b];
    int shift = maximum > 0.0f ? unit_shift(maximum, pixels) : 0;
    global const uint *limbs = sums + sums_offset + (b * pixels + i) * PARTS * 2;
#ifdef CLPT_COMPLEX
    element value = (float2)(whole_to_float(limbs, shift), whole_to_float(limbs + 2, shift));
#else
    element value = whole_to_float(limbs, shift);
#endif
    d_images[d_images_offset + b * pixels + i] = value;
}

/* One work-group per band of rows of an image, of any two-dimensional shape; d_transforms [count, bands, 9]. */
kernel void warp_back_transforms(global const element *images, long images_offset, global const element *cotangent,
                                 long cotangent_offset, long count, long height, long width,
                                 global const float2 *transforms, long transforms_offset, long first,
                                 long per_transform, int edge, long bands, global float *d_transforms,
                                 long d_transforms_offset, local float2 *lanes)
{
    long part = get_group_id(0), b = part / bands, left = get_local_id(0), top = get_local_id(1);
    if (b >= count || get_group_id(1) > 0) return; /* a device with small work-groups launches more of them */
    long start = part % bands * height / bands, end = (part % bands + 1) * height / bands;
    long across = get_local_size(0), down = get_local_size(1);
    int me = (int)(top * across + left), items = (int)(across * down);
    global const element *image = images + images_offset + b * height * width;
    global const float2 *row = transforms + transforms_offset / 2 + 9 * ((first + b) / per_transform);
    float2 sums[9];
    for (int i = 0; i < 9; i++) sums[i] = (float2)(0.0f);
    for (long y = start + top; y < end; y += down)
        for (long x = left; x < width; x += across) {
            coordinate sx, sy;
            float inverse_w;
            if (!warp_source(row, x, y, &sx, &sy, &inverse_w)) continue;
            element a = neighbour(image, height, width, sy.whole, sx.whole, edge);
            element b2 = neighbour(image, height, width, sy.whole, sx.whole + 1, edge);
            element c = neighbour(image, height, width, sy.whole + 1, sx.whole, edge);
            element d = neighbour(image, height, width, sy.whole + 1, sx.whole + 1, edge);
            element given = cotangent[cotangent_offset + (b * height + y) * width + x];
            float u = sx.fraction, v = sy.fraction;
            float by_x = inverse_w * element_dot(given, (1.0f - v) * (b2 - a) + v * (d - c));
            float by_y = inverse_w * element_dot(given, (1.0f - u) * (c - a) + u * (d - b2));
            float by_w = 0.0f; /* far outside, the neighbours are equal and the derivatives 0 */
            if (by_x != 0.0f || by_y != 0.0f) by_w = -(by_x * ((float)sx.whole + u) + by_y * ((float)sy.whole + v));
            float point[3] = {(float)x, (float)y, 1.0f};
            for (int i = 0; i < 3; i++) {
                sums[i] = sum_add(sums[i], by_x * point[i]);
                sums[3 + i] = sum_add(sums[3 + i], by_y * point[i]);
                sums[6 + i] = sum_add(sums[6 + i], by_w * point[i]);
            }
        }
    for (int i = 0; i < 9; i++) lanes[9 * me + i] = sums[i];
    sum_items(lanes, 9, me, items);
    if (me) return;
    for (int i = 0; i < 9; i++) vstore2(lanes[i], 0, d_transforms + d_transforms_offset + 2 * (9 * part + i));
}

/* d_transforms[b, i] = Σ parts[b, …, i] over the bands, in order. */
kernel void warp_back_bands(global const float2 *parts, long parts_offset, long count, long bands,
                            global float *d_transforms, long d_transforms_offset)
{
    long b = get_global_id(0) / 9, i = get_global_id(0) % 9;
    if (b >= count) return;
    global const float2 *part = parts + parts_offset + 9 * bands * b + i;
    float2 sum = part[0];
    for (long n = 1; n < bands; n++) sum = pair_add(sum, part[9 * n]);
    vstore2(sum, 0, d_transforms + d_transforms_offset + 2 * (9 * b + i));
}
