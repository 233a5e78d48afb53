/* SPDX-License-Identifier: Apache-2.0 */
/* step_fit_blocks: step_fit.cl for GPUs: a pattern is spread over blocks of 32×32 pixels, so that few patterns still
 * occupy the device; step_fit_sums adds the sums of its blocks. A work-group takes the same block of four patterns,
 * which read the same pixels of probe and direction at about the same time, so that each is fetched into the cache
 * once. A work-item takes 16 pixels of a column, so that a row of object and direction is interpolated in x once.
 *
 * Arguments as in step_fit.cl; parts [count, blocks, 5]. The terms and the order of summation depend only on the side.
 * Preconditions: work-groups of 256, a side up to 32768, up to 2²⁸ rows and columns of an object. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/complex.clh"
#include "common/position.clh"
#include "common/unroll.clh"

#define ROWS 4  /* pixels of a column at a time */
#define STEPS 4 /* passes per work-item */
#define ACROSS 32
#define DOWN 2
#define PATTERNS 4
#define ITEMS (ACROSS * DOWN)
#define TALL (DOWN * STEPS * ROWS)

/* The object and its direction, for a block of a patch. */
typedef struct fit_images {
    global const float2 *object, *change;
    int height, width, inside; /* inside: all samples of the block lie inside */
} fit_images;

/* `count` rows of a column of both, starting at row y, interpolated in x; 0 outside. */
inline void fit_across(const fit_images *from, const sample_position *position, int y, int x, int count, float2 *object,
                       float2 *change)
{
    long start = (long)y * from->width + x;
    global const float2 *o = from->object + start, *d = from->change + start;
    int step = from->width;
    if (from->inside) {
#pragma unroll
        for (int r = 0; r < count; r++) {
            object[r] = position->gx * o[r * step] + position->fx * o[r * step + 1];
            change[r] = position->gx * d[r * step] + position->fx * d[r * step + 1];
        }
        return;
    }
    bool here = x >= 0 && x < from->width, there = x >= -1 && x + 1 < from->width;
#pragma unroll
    for (int r = 0; r < count; r++) {
        bool row = y + r >= 0 && y + r < from->height;
        object[r] = (row && here ? position->gx * o[r * step] : (float2)(0.0f)) +
                    (row && there ? position->fx * o[r * step + 1] : (float2)(0.0f));
        change[r] = (row && here ? position->gx * d[r * step] : (float2)(0.0f)) +
                    (row && there ? position->fx * d[r * step + 1] : (float2)(0.0f));
    }
}

/* Interpolates rows in y, in place; `above` is the row before them and becomes the last of them. */
inline void fit_down(const sample_position *position, float2 *above, float2 *rows)
{
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        float2 below = rows[r];
        rows[r] = position->gy * *above + position->fy * below;
        *above = below;
    }
}

/* Tree sums of five values over `items` (a power of two) work-items: lanes [5, step] points to item `me`; item 0
 * receives the result. */
inline void fit_total(local float *lanes, int step, int me, int items)
{
    for (int reach = items / 2; reach > 0; reach /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int j = 0; me < reach && j < 5; j++) lanes[j * step] += lanes[j * step + reach];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
}

kernel __attribute__((reqd_work_group_size(ACROSS, DOWN, PATTERNS))) void
step_fit_blocks(global const float2 *object, long object_offset, global const float2 *change, long change_offset,
                int height, int width, SELECTION_ARGS, int count, global const float2 *probe, long probe_offset,
                long probe_stride, global const float2 *direction, long direction_offset, long direction_stride,
                global const float2 *waves, long waves_offset, int modes, int size, global float *parts,
                long parts_offset)
{
    local float lanes[5 * PATTERNS * ITEMS];
    int wide = (size + ACROSS - 1) / ACROSS, blocks = wide * ((size + TALL - 1) / TALL);
    int block = (int)(get_group_id(0) % blocks), z = (int)get_local_id(2);
    int k = (int)(get_group_id(0) / blocks) * PATTERNS + z, left = block % wide * ACROSS, top = block / wide * TALL;
    int x = left + (int)get_local_id(0), y = top + (int)get_local_id(1) * (STEPS * ROWS);
    int me = (int)(get_local_id(1) * ACROSS + get_local_id(0));
    long pixels = (long)size * size;
    bool turns = direction_offset >= 0;
    float sw = 0.0f, tw = 0.0f, ss = 0.0f, tt = 0.0f, st = 0.0f;
    if (k < count && x < size && y < size) {
        sample_position position = selected_position(SELECTION, k);
        bool inside = position.x + left >= 0 && position.x + left + ACROSS < width && position.y + top >= 0 &&
                      position.y + top + TALL < height;
        fit_images from = {object + object_offset, change + change_offset, height, width, inside};
        global const float2 *wave = waves + waves_offset + (long)k * modes * pixels + x;
        global const float2 *light = probe + probe_offset + k * probe_stride + x;
        global const float2 *turn = turns ? direction + direction_offset + k * direction_stride + x : light;
        float2 o[ROWS], d[ROWS], o_above, d_above;
        fit_across(&from, &position, position.y + y, position.x + x, 1, &o_above, &d_above);
        for (int end = y + STEPS * ROWS; y < end; y += ROWS) {
            fit_across(&from, &position, position.y + y + 1, position.x + x, ROWS, o, d);
            fit_down(&position, &o_above, o);
            fit_down(&position, &d_above, d);
            for (int p = 0; p < modes; p++) {
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
                    /* Rows below the patch repeat its last row and are excluded. */
                    bool counts = y + r < size;
                    long i = p * pixels + min(y + r, size - 1) * size;
                    float2 w = wave[i], s = complex_times(d[r], light[i]), t = complex_times(o[r], turn[i]);
                    if (!counts) s = (float2)(0.0f);
                    if (!counts || !turns) t = (float2)(0.0f);
                    sw += element_dot(s, w);
                    tw += element_dot(t, w);
                    ss += complex_power(s);
                    tt += complex_power(t);
                    st += element_dot(s, t);
                }
            }
        }
    }
    local float *mine = lanes + z * ITEMS + me;
    mine[0] = sw;
    mine[PATTERNS * ITEMS] = tw;
    mine[2 * PATTERNS * ITEMS] = ss;
    mine[3 * PATTERNS * ITEMS] = tt;
    mine[4 * PATTERNS * ITEMS] = st;
    fit_total(mine, PATTERNS * ITEMS, me, ITEMS);
    if (k < count && me < 5)
        parts[parts_offset + ((long)k * blocks + block) * 5 + me] = lanes[(me * PATTERNS + z) * ITEMS];
}

/* sums[k] = Σ_b parts[k, b]: one work-group per pattern, whose items take every ITEMS-th block. */
kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void
step_fit_sums(global const float *parts, long parts_offset, int blocks, global float *sums, long sums_offset)
{
    local float lanes[5 * ITEMS];
    int me = (int)get_local_id(0);
    long k = get_group_id(0);
    global const float *from = parts + parts_offset + k * blocks * 5;
    for (int j = 0; j < 5; j++) {
        float sum = 0.0f;
        for (int b = me; b < blocks; b += ITEMS) sum += from[b * 5 + j];
        lanes[j * ITEMS + me] = sum;
    }
    fit_total(lanes + me, ITEMS, me, ITEMS);
    if (me < 5) sums[sums_offset + k * 5 + me] = lanes[me * ITEMS];
}
