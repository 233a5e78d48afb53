/* SPDX-License-Identifier: Apache-2.0 */
/* bank_sums_cells: bank_sums of bank.cl for GPUs: a work-item sums one pixel of one copy and mode over the patterns
 * whose cells contain that copy, in a register, and a last plane the patches' powers. Patterns are tested 64 at a time
 * by the work-group, and those that count are kept in order.
 *
 * Arguments as in bank.cl. The second dimension counts copies and within a copy modes, then, with patch_power, one
 * plane more. With fresh = 1, sums are taken as 0. Preconditions: one slot, work-groups of 64, fewer than 2^31 pixels,
 * patterns and copies. */
#include "common/bank_cell.clh"
#include "common/complex.clh"
#include "common/position.clh"

#define ITEMS 64

typedef struct weighed_pattern {
    int k, x, y;
    float weight;
} weighed_pattern;

/* The patterns that count, of those tested last. */
typedef struct found_patterns {
    uint hits[ITEMS / 32];
    weighed_pattern of[ITEMS];
} found_patterns;

/* The weight of copy c in a cell; −1: none. */
inline float weight_in(bank_cell cell, int c, int bank)
{
    int from = c - cell.copy;
    float upper = from == 0 ? cell.weights.x : from == 1 ? cell.weights.y : -1.0f;
    float lower = from == bank + 1 ? cell.weights.z : from == bank + 2 ? cell.weights.w : -1.0f;
    return fmax(upper, lower);
}

/* Tests the patterns start … start + ITEMS − 1 for copy c (−1: all count) and returns the number of those found. */
inline int find_patterns(local found_patterns *found, int start, int count, int c, int bank,
                         global const clpt_position *fractions, long fractions_offset, SELECTION_ARGS)
{
    int me = (int)get_local_id(0), k = start + me;
    long tested = min(k, count - 1);
    sample_position position = selected_position(SELECTION, tested);
    bank_cell cell = bank_cell_of(fractions[fractions_offset + selected(order, order_offset, first, tested)], bank);
    float weight = k < count ? (c < 0 ? 1.0f : weight_in(cell, c, bank)) : -1.0f;
    barrier(CLK_LOCAL_MEM_FENCE); /* nobody reads the previous patterns any more */
    if (me < ITEMS / 32) found->hits[me] = 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (weight >= 0.0f) atomic_or(found->hits + me / 32, 1u << (me & 31));
    barrier(CLK_LOCAL_MEM_FENCE);
    uint low = found->hits[0], high = found->hits[1], below = (1u << (me & 31)) - 1u;
    int before = me < 32 ? (int)popcount(low & below) : (int)(popcount(low) + popcount(high & below));
    if (weight >= 0.0f) found->of[before] = (weighed_pattern){k, position.x, position.y, weight};
    barrier(CLK_LOCAL_MEM_FENCE);
    return (int)(popcount(low) + popcount(high));
}

#define TOGETHER 4 /* patterns whose loads are in flight together */

/* A pixel of TOGETHER patches from `n` on, of `used`, 0 outside the object. */
inline void patch_pixels(float2 *o, global const float2 *image, int height, int width,
                         local const found_patterns *found, int n, int used, int v, int u)
{
#pragma unroll
    for (int j = 0; j < TOGETHER; j++) {
        int at = min(n + j, used - 1), x = found->of[at].x + u, y = found->of[at].y + v;
        bool inside = n + j < used && x >= 0 && x < width && y >= 0 && y < height;
        o[j] = inside ? image[(long)y * width + x] : (float2)(0.0f);
    }
}

inline float2 add_products(float2 sum, const float2 *o, global const float2 *wave, long step,
                           local const found_patterns *found, int n, int used)
{
    float2 values[TOGETHER];
#pragma unroll
    for (int j = 0; j < TOGETHER; j++)
        values[j] = n + j < used ? wave[found->of[min(n + j, used - 1)].k * step] : (float2)(0.0f);
#pragma unroll
    for (int j = 0; j < TOGETHER; j++)
        if (n + j < used) sum += found->of[n + j].weight * complex_conj_times(o[j], values[j]);
    return sum;
}

kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void
bank_sums_cells(global const float2 *object, long object_offset, long height, long width, SELECTION_ARGS,
                global const clpt_position *fractions, long fractions_offset, int bank, int count,
                global const float2 *waves, long waves_offset, int modes, int size, global float2 *sums,
                long sums_offset, global float *patch_power, long patch_power_offset, int fresh)
{
    local found_patterns found;
    int pixels = size * size, i = min((int)get_global_id(0), pixels - 1), plane = (int)get_global_id(1),
        p = plane % modes, c = plane / modes;
    int v = i / size, u = i % size;
    bool powers = c == (bank + 1) * (bank + 1), mine = (int)get_global_id(0) < pixels;
    long at = (long)plane * pixels + i;
    global const float2 *image = object + object_offset, *wave = waves + waves_offset + p * pixels + i;
    long step = (long)modes * pixels;
    float2 sum = (float2)(0.0f);
    if (!fresh && mine) sum = powers ? (float2)(patch_power[patch_power_offset + i], 0.0f) : sums[sums_offset + at];
    for (int start = 0; start < count; start += ITEMS) {
        int used = find_patterns(&found, start, count, powers ? -1 : c, bank, fractions, fractions_offset, SELECTION);
        for (int n = 0; n < used; n += TOGETHER) {
            float2 o[TOGETHER];
            patch_pixels(o, image, (int)height, (int)width, &found, n, used, v, u);
            if (powers) {
#pragma unroll
                for (int j = 0; j < TOGETHER; j++) sum.x += complex_power(o[j]);
            } else {
                sum = add_products(sum, o, wave, step, &found, n, used);
            }
        }
    }
    if (!mine) return;
    if (powers)
        patch_power[patch_power_offset + i] = sum.x;
    else
        sums[sums_offset + at] = sum;
}
