/* SPDX-License-Identifier: Apache-2.0 */
/* probe_gradient_lanes: probe_gradient.cl for CPUs. A work-item takes bands of `rows` rows of the probe: their sums,
 * planar, stay in its first-level cache, in private scratch, while it loops over all patterns; the object's rows are
 * interpolated in x once per pattern.
 *
 * Arguments as in probe_gradient.cl, with one slot; scratch: (2·modes + 1)·rows·size floats per work-item.
 * Preconditions: size divisible by 16, no padding, one slot, patch_power present, work-group of 1. */
#include "common/lanes_bilinear.clh"
#include "common/position.clh"
#include "common/wide_lines.clh"

typedef struct walk {
    global const float2 *image;
    long height, width;
    sample_position position;
    bool inside;
} walk;

/* Sixteen pixels of an object row, interpolated in x, where the patch lies inside. */
WIDE_INLINE wide row_across(const walk *w, int y, int x)
{
    global const float *at = (global const float *)(w->image + (w->position.y + y) * w->width + w->position.x + x);
    float16 low = w->position.gx * vload16(0, at) + w->position.fx * vload16(0, at + 2);
    float16 high = w->position.gx * vload16(1, at) + w->position.fx * vload16(1, at + 2);
    return (wide){low, high};
}

/* Sixteen pixels of the patch, planar; `above` is object row y, interpolated in x, and becomes row y + 1. */
WIDE_INLINE wide sample_16(const walk *w, int y, int x, wide *above)
{
    float16 low, high;
    if (w->inside) {
        wide below = row_across(w, y + 1, x);
        low = w->position.gy * above->re + w->position.fy * below.re;
        high = w->position.gy * above->im + w->position.fy * below.im;
        *above = below;
    } else {
        long row = w->position.y + y, column = w->position.x + x;
        low = lanes_bilinear(w->image, w->height, w->width, row, column, w->position.fy, w->position.fx);
        high = lanes_bilinear(w->image, w->height, w->width, row, column + 8, w->position.fy, w->position.fx);
    }
    return (wide){(float16)(low.even, high.even), (float16)(low.odd, high.odd)};
}

/* One pattern's contribution to the sums of `rows` rows starting at y. `next`: floats from its wave to the next one. */
WIDE_CALLED void add_pattern(const walk *w, int y, int rows, int size, long modes, global const float *wave, long next,
                             global float16 *sums)
{
    int row_vectors = size / 16;
    global float16 *powers = sums + 2 * modes * rows * row_vectors;
    for (int x = 0; x < size; x += 16) {
        wide above = {(float16)(0.0f), (float16)(0.0f)};
        if (w->inside) above = row_across(w, y, x);
        for (int v = 0; v < rows; v++) {
            wide patch = sample_16(w, y + v, x, &above);
            global const float *at = wave + 2 * ((y + v) * size + x);
            global float16 *sum = sums + 2 * (v * row_vectors + x / 16);
            for (long p = 0; p < modes; p++, at += 2 * size * size, sum += 2 * rows * row_vectors) {
                wide psi = wide_planar(at);
                WIDE_FETCH(at + next, 0);
                WIDE_FETCH(at + next + 16, 0);
                sum[0] += patch.re * psi.re + patch.im * psi.im;
                sum[1] += patch.re * psi.im - patch.im * psi.re;
            }
            powers[v * row_vectors + x / 16] += patch.re * patch.re + patch.im * patch.im;
        }
    }
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
probe_gradient_lanes(global const float2 *object, long object_offset, long height, long width, long per_image,
                     SELECTION_ARGS, long count, global const float *waves, long waves_offset, long modes, int size,
                     int rows, global float *gradient, long gradient_offset, global float *patch_power,
                     long patch_power_offset, global float *scratch, long scratch_offset)
{
    int pixels = size * size;
    global float16 *sums =
        (global float16 *)(scratch + scratch_offset + get_global_id(0) * (2 * modes + 1) * rows * size);
    gradient += 2 * gradient_offset;
    patch_power += patch_power_offset;
    for (int top = rows * (int)get_global_id(0); top < size; top += rows * (int)get_global_size(0)) {
        int own = min(rows, size - top), vectors = own * size / 16;
        global float16 *powers = sums + 2 * modes * vectors;
        for (long p = 0; p < modes; p++)
            for (int i = 0; i < vectors; i++) {
                wide sum = wide_planar(gradient + 2 * (p * pixels + top * size + 16 * i));
                sums[2 * (p * vectors + i)] = sum.re;
                sums[2 * (p * vectors + i) + 1] = sum.im;
            }
        for (int i = 0; i < vectors; i++) powers[i] = vload16(i, patch_power + top * size);
        for (long k = 0; k < count; k++) {
            walk w = {object + object_offset + (per_image ? k / per_image : 0) * height * width, height, width,
                      selected_position(SELECTION, k), false};
            w.inside =
                w.position.x >= 0 && w.position.x + size < width && w.position.y >= 0 && w.position.y + size < height;
            add_pattern(&w, top, own, size, modes, waves + 2 * (waves_offset + k * modes * pixels),
                        k + 1 < count ? 2 * modes * pixels : 0, sums);
        }
        for (long p = 0; p < modes; p++)
            for (int i = 0; i < vectors; i++) {
                wide sum = {sums[2 * (p * vectors + i)], sums[2 * (p * vectors + i) + 1]};
                vstore16(wide_low(sum), 2 * i, gradient + 2 * (p * pixels + top * size));
                vstore16(wide_high(sum), 2 * i + 1, gradient + 2 * (p * pixels + top * size));
            }
        for (int i = 0; i < vectors; i++) vstore16(powers[i], i, patch_power + top * size);
    }
}
