/* SPDX-License-Identifier: Apache-2.0 */
/* exit_step_split: exit waves of sides 128 and 256 (-DCLPT_N) to the detector and back in three kernels:
 * exit_step_split_columns samples, illuminates and transforms columns; exit_step_split_rows transforms the rows,
 * applies the detector, and transforms the rows back; exit_step_split_back does the columns. exit_step_split_sums adds
 * up what the work-groups of a pattern found, in order. With several modes (-DCLPT_MANY) those but the last wait for
 * the gain that all share.
 *
 * object [.., height, width], that of pattern k is k / per_image (0: all the first); probe [modes, N, N]; waves [count,
 * modes, N, N], which with `given` holds the exit waves already; stages as in common/lines.clh; the detector's
 * arguments as in common/detector.clh; parts [count, blocks] of float4, blocks = N / CLPT_LINES. Groups (block of
 * columns, wave) or (block of rows, pattern). Preconditions: no padding, no smoothing, 39 KB of local memory,
 * work-groups of 256, objects less than 2^22 wide. */
#include "common/detector.clh"
#include "common/exit_lines.clh"

kernel WORK_GROUP(LINES_GROUP) void exit_step_split_columns(global const float2 *object, long object_offset,
                                                            long height, long width, long per_image, SELECTION_ARGS,
                                                            global const float2 *probe, long probe_offset, int modes,
                                                            int probe_mask, global const float2 *stages,
                                                            long stages_offset, int given, global float2 *waves,
                                                            long waves_offset)
{
    local float2 tile[LINES_COLUMN_TILE] __attribute__((aligned(16)));
    exit_columns_block((int)get_group_id(0), (int)get_group_id(1), tile, object, object_offset, height, width,
                       per_image, SELECTION, probe, probe_offset, modes, probe_mask, stages + stages_offset, given,
                       waves + waves_offset);
}

kernel WORK_GROUP(LINES_GROUP) void exit_step_split_rows(global float2 *waves, long waves_offset, int modes,
                                                         global const float2 *stages, long stages_offset, DETECTOR_ARGS,
                                                         int only_error, global float4 *parts, long parts_offset)
{
    local float2 tile[LINES_ROW_TILE] __attribute__((aligned(16)));
    long k = get_group_id(1);
    int me = (int)get_local_id(0), line = me / LINE_ITEMS, t = me % LINE_ITEMS;
    int y = (int)get_group_id(0) * CLPT_LINES + line, centred = (y ^ (CLPT_N / 2)) * CLPT_N;
    detector seen = detector_of(DETECTOR, k, CLPT_N * CLPT_N);
    global float2 *row = waves + waves_offset + k * modes * CLPT_N * CLPT_N + y * CLPT_N + t;
    local float2 *mine = tile + line * LINES_ROW_PITCH;
    float2 v[16], sums = (float2)(0.0f);
#ifdef CLPT_MANY
    for (int p = 0; p + 1 < modes; p++) {
#pragma unroll
        for (int j = 0; j < 16; j++) v[j] = row[p * CLPT_N * CLPT_N + LINE_ITEMS * j];
        row_fft(v, mine, t, stages + stages_offset, 0);
#pragma unroll
        for (int j = 0; j < 16; j++) row[p * CLPT_N * CLPT_N + LINE_ITEMS * j] = v[j];
    }
    float gain[16];
#endif
    global float2 *last = row + (modes - 1) * CLPT_N * CLPT_N;
#pragma unroll
    for (int j = 0; j < 16; j++) v[j] = last[LINE_ITEMS * j];
    row_fft(v, mine, t, stages + stages_offset, 0);
#pragma unroll
    for (int j = 0; j < 16; j++) {
        float power = complex_power(v[j]);
#ifdef CLPT_MANY
        for (int p = 0; p + 1 < modes; p++) power += complex_power(row[p * CLPT_N * CLPT_N + LINE_ITEMS * j]);
#endif
        float by = detector_gain(&seen, power, centred + ((t + LINE_ITEMS * j) ^ (CLPT_N / 2)), &sums);
        v[j] *= by;
#ifdef CLPT_MANY
        gain[j] = by;
#endif
    }
    if (!only_error) {
        row_fft(v, mine, t, stages + stages_offset, 1);
#pragma unroll
        for (int j = 0; j < 16; j++) last[LINE_ITEMS * j] = v[j];
    }
#ifdef CLPT_MANY
    for (int p = 0; p + 1 < modes && !only_error; p++) {
#pragma unroll
        for (int j = 0; j < 16; j++) v[j] = gain[j] * row[p * CLPT_N * CLPT_N + LINE_ITEMS * j];
        row_fft(v, mine, t, stages + stages_offset, 1);
#pragma unroll
        for (int j = 0; j < 16; j++) row[p * CLPT_N * CLPT_N + LINE_ITEMS * j] = v[j];
    }
#endif
#if CLPT_DETECTOR == DETECTOR_MODULUS || CLPT_DETECTOR == DETECTOR_LOSS
    float4 total = detector_total(sums, (local float4 *)tile, me, LINES_GROUP);
    if (me == 0) parts[parts_offset + k * (CLPT_N / CLPT_LINES) + get_group_id(0)] = total;
#endif
}

kernel void exit_step_split_sums(global const float4 *parts, long parts_offset, long count, DETECTOR_SUMS_ARGS)
{
    const int blocks = CLPT_N / CLPT_LINES;
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
    global float2 *wave =
        waves + waves_offset + get_group_id(1) * CLPT_N * CLPT_N + t * CLPT_N + get_group_id(0) * CLPT_LINES + column;
    float2 v[16];
#pragma unroll
    for (int j = 0; j < 16; j++) v[j] = wave[LINE_ITEMS * j * CLPT_N];
    column_fft(v, tile + column, t, stages + stages_offset, 1);
#pragma unroll
    for (int j = 0; j < 16; j++) wave[LINE_ITEMS * j * CLPT_N] = v[j];
}
