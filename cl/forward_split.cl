/* SPDX-License-Identifier: Apache-2.0 */
/* forward_split: the forward model for a side that is a product of small factors (-DCLPT_N, common/exit_lines.clh), in
 * two steps: a pattern's columns are sampled, illuminated and transformed into a field; then the field's rows are
 * transformed and their moduli written. One launch processes the columns of some patterns and the rows of the preceding
 * ones: the device stays occupied, and the field stays in its last-level cache.
 *
 * object [.., height, width], entry k / per_image for pattern k (0: the first for all); probe [modes, N, N], stride
 * as in forward_n64.cl; stages as
 * in common/lines.clh; next, ready [.., modes, N, N]; out [rows_count, N, N]. CLPT_LINES lines per work-group: with
 * both steps, columns in even ones and rows in odd ones. With several modes (-DCLPT_MANY) `out` accumulates intensities
 * from mode to mode. Preconditions: no padding, no smoothing, 39 KB of local memory, work-groups of LINES_GROUP,
 * objects less than 2^22 wide. */
#include "common/exit_lines.clh"

inline void rows_block(int block, int k, local float2 *tile, global const float2 *field, int modes,
                       global const float2 *stages, float factor, int amplitude, global float *out)
{
    int me = (int)get_local_id(0), line = me / LINE_ITEMS, t = me % LINE_ITEMS, y = block * CLPT_LINES + line;
    global float *to = out + (long)k * CLPT_N * CLPT_N + LINE_CENTRED(y) * CLPT_N;
    float2 v[LINE_VALUES];
#ifdef CLPT_MANY
    for (int p = 0; p < modes; p++)
#else
    const int p = 0;
#endif
    {
        bool last = p + 1 == modes;
        if (LINES_ALIVE(y)) line_read_before(v, field + ((long)k * modes + p) * CLPT_N * CLPT_N + y * CLPT_N, 1, t);
        row_fft(v, tile + line * LINES_ROW_PITCH, t, stages, 0);
#pragma unroll
        for (int e = 0; e < LINE_AFTER; e++) {
            if (!LINES_ALIVE(y) || LINE_AFTER_IDLE(e, t)) continue;
            int centred = LINE_CENTRED(LINE_AFTER_AT(e, t));
            float sum = factor * complex_power(v[e]);
            if (p) sum += to[centred];
            to[centred] = last && amplitude ? sqrt(sum) : sum;
        }
    }
}

kernel WORK_GROUP(LINES_GROUP) void forward_split(global const float2 *object, long object_offset, long height,
                                                  long width, long per_image, SELECTION_ARGS, int columns_count,
                                                  global const float2 *probe, long probe_offset, long probe_stride,
                                                  int modes, int probe_mask, global const float2 *stages,
                                                  long stages_offset, global float2 *next, long next_offset,
                                                  global const float2 *ready, long ready_offset, int rows_count,
                                                  float factor, int amplitude, global float *out, long out_offset)
{
    local float2 tile[LINES_ROW_TILE] __attribute__((aligned(16)));
    int group = (int)get_group_id(0), both = columns_count && rows_count;
    int rows = both ? group & 1 : !columns_count, work = both ? group >> 1 : group;
    int block = work % LINES_BLOCKS, number = work / LINES_BLOCKS;
    if (number >= (rows ? rows_count : columns_count * modes)) return;
    if (rows)
        rows_block(block, number, tile, ready + ready_offset, modes, stages + stages_offset, factor, amplitude,
                   out + out_offset);
    else
        exit_columns_block(block, number, tile, object, object_offset, height, width, per_image, SELECTION, probe,
                           probe_offset, probe_stride, modes, probe_mask, stages + stages_offset, 0,
                           next + next_offset);
}
