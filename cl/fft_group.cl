/* SPDX-License-Identifier: Apache-2.0 */
/* fft_group: transforms along columns, and along rows, with CLPT_LINES lines per work-group; the side is given by
 * -DCLPT_N and its radices (common/mixed_lines.clh). waves[k, y, x] becomes Σ_n waves[k, n, x]·e^{∓2πi n·y/N}, and
 * likewise along x; in place, unscaled.
 *
 * waves [.., N, N], starting at wave `first`; roots [N]. Groups (block of lines, wave). Preconditions: LINES_ROW_TILE
 * pairs of floats of local memory, work-groups of LINES_GROUP. */
#include "common/mixed_lines.clh"

/* Values `step` apart, starting at the work-item's own; re and im are swapped for an inverse. */
inline void read_line(float2 *v, global const float2 *from, int step, int t, int inverse)
{
    global const float2 *at = from + t * step;
#pragma unroll
    for (int e = 0; e < LINE_BEFORE; e++) {
        if (LINE_BEFORE_IDLE(e, t)) continue;
        float2 value = at[LINE_BEFORE_AT(e, 0) * step];
        v[e] = inverse ? value.yx : value;
    }
}

inline void write_line(const float2 *v, global float2 *to, int step, int t, int inverse)
{
    global float2 *at = to + t * step;
#pragma unroll
    for (int e = 0; e < LINE_AFTER; e++)
        if (!LINE_AFTER_IDLE(e, t)) at[LINE_AFTER_AT(e, 0) * step] = inverse ? v[e].yx : v[e];
}

kernel WORK_GROUP(LINES_GROUP) void fft_group_columns(global float2 *waves, long waves_offset, long first,
                                                      global const float2 *roots, long roots_offset, int inverse)
{
    local float2 tile[LINES_COLUMN_TILE] __attribute__((aligned(16)));
    int me = (int)get_local_id(0), column = me % CLPT_LINES, t = me / CLPT_LINES;
    int x = (int)get_group_id(0) * CLPT_LINES + column;
    global float2 *line = waves + waves_offset + (first + get_group_id(1)) * CLPT_N * CLPT_N + x;
    float2 v[LINE_VALUES];
    if (LINES_ALIVE(x)) read_line(v, line, CLPT_N, t, inverse);
    column_fft(v, tile + column, t, roots + roots_offset, 0);
    if (LINES_ALIVE(x)) write_line(v, line, CLPT_N, t, inverse);
}

kernel WORK_GROUP(LINES_GROUP) void fft_group_rows(global float2 *waves, long waves_offset, long first,
                                                   global const float2 *roots, long roots_offset, int inverse)
{
    local float2 tile[LINES_ROW_TILE] __attribute__((aligned(16)));
    int me = (int)get_local_id(0), row = me / LINE_ITEMS, t = me % LINE_ITEMS;
    int y = (int)get_group_id(0) * CLPT_LINES + row;
    global float2 *line = waves + waves_offset + (first + get_group_id(1)) * CLPT_N * CLPT_N + (long)y * CLPT_N;
    float2 v[LINE_VALUES];
    if (LINES_ALIVE(y)) read_line(v, line, 1, t, inverse);
    row_fft(v, tile + row * LINES_ROW_PITCH, t, roots + roots_offset, 0);
    if (LINES_ALIVE(y)) write_line(v, line, 1, t, inverse);
}
