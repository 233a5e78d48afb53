/* SPDX-License-Identifier: Apache-2.0 */
/* probe_gradient_columns: probe_gradient.cl for GPUs: a work-item sums ROWS pixels of a column of the patch for all of
 * CLPT_MODES modes, so that a patch is sampled once for them and each row of the object is interpolated in x once;
 * positions go through local memory, one load per work-group. With fresh = 1, sums are taken as 0.
 *
 * The third dimension counts slots, and within a slot groups of CLPT_MODES modes. Arguments as in probe_gradient.cl.
 * Preconditions: work-groups of 64, a side up to 32768, up to 2²⁸ rows and columns of an object, up to 2³⁰ patterns. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/complex.clh"
#include "common/position.clh"
#include "common/unroll.clh"

#ifndef CLPT_MODES
#define CLPT_MODES 1
#endif
#define ROWS 4
#define ACROSS 32
#define ITEMS 64

/* A pattern, shared by a work-group: the start of its patch, and whether the patch lies completely inside the
 * object. */
typedef struct pattern {
    long image;
    int k, x, y, inside;
    float fx, fy, gx, gy;
} pattern;

typedef struct object_shape {
    int height, width;
} object_shape;

/* ROWS samples of a patch down a column, starting at its pixel (v, u). */
inline void sample_column(global const float2 *object, const object_shape *o, const pattern *p, int v, int u,
                          float2 *samples)
{
    float2 own[ROWS + 1], next[ROWS + 1];
    int x = p->x + u, y = p->y + v;
    global const float2 *at = object + p->image + (long)y * o->width + x;
    if (p->inside) {
#pragma unroll
        for (int r = 0; r <= ROWS; r++) {
            own[r] = at[r * o->width];
            next[r] = at[r * o->width + 1];
        }
    } else {
        bool here = x >= 0 && x < o->width, there = x >= -1 && x + 1 < o->width;
#pragma unroll
        for (int r = 0; r <= ROWS; r++) {
            bool row = y + r >= 0 && y + r < o->height;
            own[r] = row && here ? at[r * o->width] : (float2)(0.0f);
            next[r] = row && there ? at[r * o->width + 1] : (float2)(0.0f);
        }
    }
    float2 above = p->gx * own[0] + p->fx * next[0];
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        float2 below = p->gx * own[r + 1] + p->fx * next[r + 1];
        samples[r] = p->gy * above + p->fy * below;
        above = below;
    }
}

/* A work-item's pixels in a wave, their number (fewer at the end of a patch), and the modes. */
typedef struct own_pixels {
    int at, stride, rows, modes;
    long pixels; /* of a wave */
} own_pixels;

inline void load_waves(global const float2 *waves, const own_pixels *mine, float2 *values)
{
#pragma unroll
    for (int m = 0; m < CLPT_MODES; m++)
#pragma unroll
        for (int r = 0; r < ROWS; r++)
            values[m * ROWS + r] = m < mine->modes && r < mine->rows
                                       ? waves[m * mine->pixels + mine->at + r * mine->stride]
                                       : (float2)(0.0f);
}

inline void store_waves(global float2 *waves, const own_pixels *mine, const float2 *values)
{
#pragma unroll
    for (int m = 0; m < CLPT_MODES; m++)
#pragma unroll
        for (int r = 0; r < ROWS; r++)
            if (m < mine->modes && r < mine->rows)
                waves[m * mine->pixels + mine->at + r * mine->stride] = values[m * ROWS + r];
}

kernel __attribute__((reqd_work_group_size(ACROSS, ITEMS / ACROSS, 1))) void
probe_gradient_columns(global const float2 *object, long object_offset, int height, int width, int per_image,
                       SELECTION_ARGS, int count, global const float2 *waves, long waves_offset, int modes, int size,
                       int patch, int pad, int slots, global float2 *gradient, long gradient_offset,
                       global float *patch_power, long patch_power_offset, int fresh)
{
    local pattern shared[ITEMS];
    int me = (int)(get_local_id(1) * ACROSS + get_local_id(0)), groups = (modes + CLPT_MODES - 1) / CLPT_MODES;
    int slot = (int)get_group_id(2) / groups, mode = (int)get_group_id(2) % groups * CLPT_MODES;
    int u = (int)get_global_id(0), v = (int)get_global_id(1) * ROWS;
    long pixels = (long)size * size;
    own_pixels mine = {(v + pad) * size + u + pad, size, u < patch ? clamp(patch - v, 0, ROWS) : 0,
                       min(CLPT_MODES, modes - mode), pixels};
    object_shape shape = {height, width};
    bool powers = mode == 0 && patch_power_offset >= 0;
    float2 sums[CLPT_MODES * ROWS], values[CLPT_MODES * ROWS], samples[ROWS];
    float power[ROWS];
    gradient += gradient_offset + ((long)slot * modes + mode) * pixels;
    patch_power += patch_power_offset + (long)slot * pixels;
    own_pixels summed = mine;
    if (fresh) summed.rows = 0;
    load_waves(gradient, &summed, sums);
#pragma unroll
    for (int r = 0; r < ROWS; r++) power[r] = powers && r < summed.rows ? patch_power[mine.at + r * size] : 0.0f;
    for (int start = (int)((slot - first % slots + slots) % slots); start < count; start += ITEMS * slots) {
        int used = min(ITEMS, (count - start + slots - 1) / slots);
        barrier(CLK_LOCAL_MEM_FENCE);
        if (me < used) {
            int k = start + me * slots;
            sample_position position = selected_position(SELECTION, k);
            bool inside = position.x >= 0 && position.x + patch < width && position.y >= 0 &&
                          position.y + patch < height && patch % ROWS == 0;
            shared[me] = (pattern){object_offset + (per_image ? (long)(k / per_image) * height * width : 0),
                                   k,
                                   position.x,
                                   position.y,
                                   inside,
                                   position.fx,
                                   position.fy,
                                   position.gx,
                                   position.gy};
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        if (mine.rows == 0) continue;
        for (int i = 0; i < used; i++) {
            pattern p = shared[i];
            load_waves(waves + waves_offset + ((long)p.k * modes + mode) * pixels, &mine, values);
            sample_column(object, &shape, &p, v, u, samples);
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
#pragma unroll
                for (int m = 0; m < CLPT_MODES; m++)
                    sums[m * ROWS + r] += complex_conj_times(samples[r], values[m * ROWS + r]);
                power[r] += complex_power(samples[r]);
            }
        }
    }
    store_waves(gradient, &mine, sums);
#pragma unroll
    for (int r = 0; r < ROWS; r++)
        if (powers && r < mine.rows) patch_power[mine.at + r * size] = power[r];
}
