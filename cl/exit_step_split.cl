/* SPDX-License-Identifier: Apache-2.0 */
/* exit_step_split: exit waves of a side that is a product of small factors (-DCLPT_N, common/exit_lines.clh) to the
 * detector and back in three kernels.
 * exit_step_split_columns samples, illuminates and transforms columns; exit_step_split_rows transforms the rows,
 * applies the detector, and transforms the rows back; exit_step_split_back transforms the columns back.
 * exit_step_split_sums adds the sums of a pattern's work-groups, in order. With several modes (-DCLPT_MANY) all but the
 * last are kept until the common gain is known.
 *
 * object [.., height, width], entry k / per_image for pattern k (0: the first for all); probe [modes, N, N], stride
 * as in forward_n64.cl; waves
 * [count, modes, N, N], which with `given` already contains the exit waves; stages as in common/lines.clh; detector
 * arguments as in common/detector.clh; parts [count, blocks] of float4, blocks = LINES_BLOCKS. Groups (block of
 * columns, wave) or (block of rows, pattern). Preconditions: no padding, no smoothing, 39 KB of local memory,
 * work-groups of LINES_GROUP, objects less than 2^22 wide. */
#include "common/detector.clh"
#include "common/exit_lines.clh"

kernel WORK_GROUP(LINES_GROUP) void exit_step_split_columns(global const float2 *object, long object_offset,
                                                            long height, long width, long per_image, SELECTION_ARGS,
                                                            global const float2 *probe, long probe_offset,
                                                            long probe_stride, int modes, int probe_mask,
                                                            global const float2 *stages, long stages_offset, int given,
                                                            global float2 *waves, long waves_offset)
{
    local float2 tile[LINES_COLUMN_TILE] __attribute__((aligned(16)));
    exit_columns_block((int)get_group_id(0), (int)get_group_id(1), tile, object, object_offset, height, width,
                       per_image, SELECTION, probe, probe_offset, probe_stride, modes, probe_mask,
                       stages + stages_offset, given, waves + waves_offset);
}

kernel WORK_GROUP(LINES_GROUP) void exit_step_split_rows(global float2 *waves, long waves_offset, int modes,
                                                         global const float2 *stages, long stages_offset, DETECTOR_ARGS,
                                                         int only_error, global float4 *parts, long parts_offset)
{
    local float2 tile[LINES_ROW_TILE] __attribute__((aligned(16)));
    long k = get_group_id(1);
    int me = (int)get_local_id(0), line = me / LINE_ITEMS, t = me % LINE_ITEMS;
    int y = (int)get_group_id(0) * CLPT_LINES + line, centred = LINE_CENTRED(y) * CLPT_N;
    detector response = detector_of(DETECTOR, k, CLPT_N * CLPT_N);
    global float2 *row = waves + waves_offset + k * modes * CLPT_N * CLPT_N + y * CLPT_N;
    local float2 *mine = tile + line * LINES_ROW_PITCH;
    float2 v[LINE_VALUES], sums = (float2)(0.0f);
#ifdef CLPT_MANY
    for (int p = 0; p + 1 < modes; p++) {
        if (LINES_ALIVE(y)) line_read_before(v, row + p * CLPT_N * CLPT_N, 1, t);
        row_fft(v, mine, t, stages + stages_offset, 0);
        if (LINES_ALIVE(y)) line_write_after(v, row + p * CLPT_N * CLPT_N, 1, t);
    }
    float gain[LINE_AFTER];
#endif
    global float2 *last = row + (modes - 1) * CLPT_N * CLPT_N;
    if (LINES_ALIVE(y)) line_read_before(v, last, 1, t);
    row_fft(v, mine, t, stages + stages_offset, 0);
#pragma unroll
    for (int e = 0; e < LINE_AFTER; e++) {
        if (!LINES_ALIVE(y) || LINE_AFTER_IDLE(e, t)) continue;
        float power = complex_power(v[e]);
#ifdef CLPT_MANY
        for (int p = 0; p + 1 < modes; p++) power += complex_power(row[p * CLPT_N * CLPT_N + LINE_AFTER_AT(e, t)]);
#endif
        float by = detector_gain(&response, power, centred + LINE_CENTRED(LINE_AFTER_AT(e, t)), &sums);
        v[e] *= by;
#ifdef CLPT_MANY
        gain[e] = by;
#endif
    }
    if (!only_error) {
        row_fft(v, mine, t, stages + stages_offset, 1);
        if (LINES_ALIVE(y)) line_write_before(v, last, 1, t);
    }
#ifdef CLPT_MANY
    for (int p = 0; p + 1 < modes && !only_error; p++) {
        if (LINES_ALIVE(y)) {
            line_read_after(v, row + p * CLPT_N * CLPT_N, 1, t);
#pragma unroll
            for (int e = 0; e < LINE_AFTER; e++) v[e] *= gain[e];
        }
        row_fft(v, mine, t, stages + stages_offset, 1);
        if (LINES_ALIVE(y)) line_write_before(v, row + p * CLPT_N * CLPT_N, 1, t);
    }
#endif
#if CLPT_DETECTOR == DETECTOR_MODULUS || CLPT_DETECTOR == DETECTOR_LOSS
    float4 total = detector_total(sums, (local float4 *)tile, me, LINES_GROUP);
    if (me == 0) parts[parts_offset + k * LINES_BLOCKS + get_group_id(0)] = total;
#endif
}

kernel void exit_step_split_sums(global const float4 *parts, long parts_offset, long count, DETECTOR_SUMS_ARGS)
{
    const int blocks = LINES_BLOCKS;
    long k = get_global_id(0);
    if (k >= count) return;
    float4 total = parts[parts_offset + k * blocks];
    for (int b = 1; b < blocks; b++) {
        float4 part = parts[parts_offset + k * blocks + b];
        total = (float4)(pair_add(total.lo, part.lo), pair_add(total.hi, part.hi));
    }
    detector_store(total, k, DETECTOR_SUMS);
}

kernel WORK_GROUP(LINES_GROUP) void exit_step_split_back(global float2 *waves, long waves_offset,
                                                         global const float2 *stages, long stages_offset)
{
    local float2 tile[LINES_COLUMN_TILE] __attribute__((aligned(16)));
    int me = (int)get_local_id(0), column = me % CLPT_LINES, t = me / CLPT_LINES;
    int x = (int)get_group_id(0) * CLPT_LINES + column;
    global float2 *wave = waves + waves_offset + get_group_id(1) * CLPT_N * CLPT_N + x;
    float2 v[LINE_VALUES];
    if (LINES_ALIVE(x)) line_read_after(v, wave, CLPT_N, t);
    column_fft(v, tile + column, t, stages + stages_offset, 1);
    if (LINES_ALIVE(x)) line_write_before(v, wave, CLPT_N, t);
}
