/* SPDX-License-Identifier: Apache-2.0 */
/* fft_group: transforms along columns, and along rows, by work-groups that take CLPT_LINES lines each; a side is given
 * by -DCLPT_N and its radices (common/mixed_lines.clh). waves[k, y, x] becomes Σ_n waves[k, n, x]·e^{∓2πi n·y/N}, and
 * likewise along x; in place, unscaled.
 *
 * waves [count, N, N]; roots [N]. Groups (block of lines, wave). Preconditions: MIXED_TILE pairs of floats of local
 * memory, work-groups of MIXED_GROUP. */
#include "common/mixed_lines.clh"

kernel WORK_GROUP(MIXED_GROUP) void fft_group_columns(global float2 *waves, long waves_offset, long first,
                                                      global const float2 *roots, long roots_offset, int inverse)
{
    local float2 tile[MIXED_TILE] __attribute__((aligned(16)));
    int me = (int)get_local_id(0), column = me % CLPT_LINES, t = me / CLPT_LINES;
    int x = (int)get_group_id(0) * CLPT_LINES + column;
    global float2 *line = waves + waves_offset + (first + get_group_id(1)) * CLPT_N * CLPT_N + x;
    float2 v[MIXED_VALUES];
    if (x < CLPT_N) mixed_read(v, line, CLPT_N, t, CLPT_R0, inverse);
    mixed_fft(v, tile + column, t, 0, roots + roots_offset);
    if (x < CLPT_N) mixed_write(v, line, CLPT_N, t, MIXED_LAST, inverse);
}

kernel WORK_GROUP(MIXED_GROUP) void fft_group_rows(global float2 *waves, long waves_offset, long first,
                                                   global const float2 *roots, long roots_offset, int inverse)
{
    local float2 tile[MIXED_TILE] __attribute__((aligned(16)));
    int me = (int)get_local_id(0), row = me / CLPT_ITEMS, t = me % CLPT_ITEMS;
    int y = (int)get_group_id(0) * CLPT_LINES + row;
    global float2 *line = waves + waves_offset + (first + get_group_id(1)) * CLPT_N * CLPT_N + (long)y * CLPT_N;
    float2 v[MIXED_VALUES];
    if (y < CLPT_N) mixed_read(v, line, 1, t, CLPT_R0, inverse);
    mixed_fft(v, tile + row * MIXED_PITCH, t, 1, roots + roots_offset);
    if (y < CLPT_N) mixed_write(v, line, 1, t, MIXED_LAST, inverse);
}
