/* SPDX-License-Identifier: Apache-2.0 */
/* object_gradient_lanes: canvas[y, x] += Σ_k b_k moved to position_k, b_k = Σ_p conj(P_p)·waves[k, p], and
 * weight_sum[y, x] += Σ_k weights, moved likewise, for CPUs (weights absent: Σ_p |P_p|²); bilinear, accumulated in
 * ascending k. A work-item adds to bands of `rows` rows of the canvas: for every block that touches a band it computes
 * row after row, interpolated in x, and adds each to two rows of the canvas. The sum of a pixel does not depend on the
 * bands.
 *
 * waves [count, modes, side, side]; probe [modes, side, side], stride from pattern to pattern; weights [side, side] and
 * weight_sum, both or neither; scratch: 3·side + 48 floats per work-item. Preconditions: side divisible by 16, no
 * padding, one canvas, work-group of 1. */
#include "common/position.clh"
#include "common/wide_lines.clh"

enum { AHEAD = 4 }; /* rows of a wave to prefetch */

typedef struct block {
    sample_position position;
    int side, width; /* of block and canvas */
    bool inside;     /* from left to right */
} block;

/* The values one pixel to the left; `left` precedes `now`. */
inline float16 moved_right(float16 left, float16 now)
{
    return (float16)(left.sf, now.s0, now.s1, now.s2, now.s3, now.s4, now.s5, now.s6, now.s7, now.s8, now.s9, now.sa,
                     now.sb, now.sc, now.sd, now.se);
}

/* Sixteen pixels of a block's row: Σ_p conj(P_p)·wave_p. */
WIDE_INLINE wide product_of(global const float *wave, global const float *probe, long modes, int side)
{
    wide sum = {(float16)(0.0f), (float16)(0.0f)};
    for (long p = 0; p < modes; p++, wave += 2 * side * side, probe += 2 * side * side) {
        wide w = wide_planar(wave), lamp = wide_planar(probe);
        sum.re += lamp.re * w.re + lamp.im * w.im;
        sum.im += lamp.re * w.im - lamp.im * w.re;
        WIDE_FETCH(wave + 2 * AHEAD * side, 0);
        WIDE_FETCH(wave + 2 * AHEAD * side + 16, 0);
    }
    return sum;
}

/* Sixteen pixels of Σ_p |P_p|². */
WIDE_INLINE float16 power_of(global const float *probe, long modes, int side)
{
    float16 sum = (float16)(0.0f);
    for (long p = 0; p < modes; p++, probe += 2 * side * side) {
        wide lamp = wide_planar(probe);
        sum += lamp.re * lamp.re + lamp.im * lamp.im;
    }
    return sum;
}

/* Adds 16 real or 8 complex pixels starting at column x, clipped to the canvas. */
WIDE_CALLED void add_within(global float *row, int width, int x, int parts, float16 sum)
{
    float values[16];
    vstore16(sum, 0, values);
    for (int i = 0; i < 16; i++) {
        int at = x + i / parts;
        if (at >= 0 && at < width) row[parts * x + i] += values[i];
    }
}

WIDE_INLINE void add_16(const block *b, global float *row, int x, int parts, float16 sum)
{
    if (b->inside)
        vstore16(vload16(0, row + parts * (b->position.x + x)) + sum, 0, row + parts * (b->position.x + x));
    else
        add_within(row, b->width, b->position.x + x, parts, sum);
}

/* The column to the right of the block has only a left neighbour. */
WIDE_INLINE void add_last(const block *b, global float *row, int parts, global float *above, const float *left)
{
    int x = b->position.x + b->side;
    for (int part = 0; part < parts; part++) {
        float across = b->position.fx * left[part];
        if (row && x >= 0 && x < b->width)
            row[parts * x + part] += b->position.gy * across + b->position.fy * above[part];
        above[part] = across;
    }
}

/* Row v of a block, 0 … side, where row `side` has only a row above. `above` (2·side + 2 floats) contains the previous
 * row, interpolated in x, and receives this one. `row` of the canvas NULL: nothing is added yet. */
WIDE_CALLED void add_row(const block *b, int v, global float *row, global float16 *above, global const float *wave,
                         global const float *probe, long modes)
{
    sample_position s = b->position;
    int side = b->side;
    wide left = {(float16)(0.0f), (float16)(0.0f)};
    for (int x = 0; x < side; x += 16, above += 2) {
        wide now = {(float16)(0.0f), (float16)(0.0f)};
        if (v < side) now = product_of(wave + 2 * (v * side + x), probe + 2 * (v * side + x), modes, side);
        wide across = {s.gx * now.re + s.fx * moved_right(left.re, now.re),
                       s.gx * now.im + s.fx * moved_right(left.im, now.im)};
        wide sum = {s.gy * across.re + s.fy * above[0], s.gy * across.im + s.fy * above[1]};
        above[0] = across.re;
        above[1] = across.im;
        left = now;
        if (!row) continue;
        add_16(b, row, x, 2, wide_low(sum));
        add_16(b, row, x + 8, 2, wide_high(sum));
    }
    float last[2] = {left.re.sf, left.im.sf};
    add_last(b, row, 2, (global float *)above, last);
}

/* Row v of a block at whole pixels. */
WIDE_CALLED void add_whole(const block *b, int v, global float *row, global const float *wave,
                           global const float *probe, long modes)
{
    for (int x = 0; x < b->side; x += 16) {
        int i = v * b->side + x;
        wide sum = product_of(wave + 2 * i, probe + 2 * i, modes, b->side);
        add_16(b, row, x, 2, wide_low(sum));
        add_16(b, row, x + 8, 2, wide_high(sum));
    }
}

/* Weights, or those of the probe where `weights` is 0. */
WIDE_CALLED void add_whole_weights(const block *b, int v, global float *row, global const float *weights,
                                   global const float *probe, long modes)
{
    for (int x = 0; x < b->side; x += 16) {
        int i = v * b->side + x;
        add_16(b, row, x, 1, weights ? vload16(0, weights + i) : power_of(probe + 2 * i, modes, b->side));
    }
}

WIDE_CALLED void add_weights(const block *b, int v, global float *row, global float16 *above,
                             global const float *weights, global const float *probe, long modes)
{
    sample_position s = b->position;
    float16 left = (float16)(0.0f);
    for (int x = 0; x < b->side; x += 16, above++) {
        float16 now = (float16)(0.0f);
        int i = v * b->side + x;
        if (v < b->side) now = weights ? vload16(0, weights + i) : power_of(probe + 2 * i, modes, b->side);
        float16 across = s.gx * now + s.fx * moved_right(left, now), sum = s.gy * across + s.fy * above[0];
        above[0] = across;
        left = now;
        if (row) add_16(b, row, x, 1, sum);
    }
    float last = left.sf;
    add_last(b, row, 1, (global float *)above, &last);
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
object_gradient_lanes(global const float *waves, long waves_offset, global const float *probe, long probe_offset,
                      long probe_stride, long modes, int side, SELECTION_ARGS, long count, global const float *weights,
                      long weights_offset, global float *canvas, long canvas_offset, global float *weight_sum,
                      long weight_sum_offset, int height, int width, int rows, global float *scratch,
                      long scratch_offset)
{
    global float16 *above = (global float16 *)(scratch + scratch_offset + get_global_id(0) * (3 * side + 48));
    global float16 *weight_above = above + side / 8 + 1;
    probe += 2 * probe_offset;
    global const float *given = weights_offset < 0 ? 0 : weights + weights_offset;
    for (int top = rows * (int)get_global_id(0); top < height; top += rows * (int)get_global_size(0)) {
        int end = min(top + rows, height);
        for (long k = 0; k < count; k++) {
            sample_position position = selected_position(SELECTION, k);
            int from = max(position.y, top), to = min(position.y + side + 1, end);
            if (from >= to) continue;
            block b = {position, side, width, position.x >= 0 && position.x + side <= width};
            global const float *wave = waves + 2 * (waves_offset + k * modes * side * side);
            global const float *own = probe + 2 * k * probe_stride;
            if (position.fx == 0.0f && position.fy == 0.0f) {
                for (int y = from; y < min(to, position.y + side); y++) {
                    add_whole(&b, y - position.y, canvas + 2 * (canvas_offset + (long)y * width), wave, own, modes);
                    if (weight_sum_offset >= 0)
                        add_whole_weights(&b, y - position.y, weight_sum + weight_sum_offset + (long)y * width, given,
                                          own, modes);
                }
                continue;
            }
            for (int i = 0; i < 3 * side / 16 + 2; i++) above[i] = (float16)(0.0f);
            /* The row above the band is computed for its contribution to the next row. */
            for (int y = max(from - 1, position.y); y < to; y++) {
                global float *row = y < from ? 0 : canvas + 2 * (canvas_offset + (long)y * width);
                add_row(&b, y - position.y, row, above, wave, own, modes);
                if (weight_sum_offset < 0) continue;
                row = y < from ? 0 : weight_sum + weight_sum_offset + (long)y * width;
                add_weights(&b, y - position.y, row, weight_above, given, own, modes);
            }
        }
    }
}
