/* SPDX-License-Identifier: Apache-2.0 */
/* forward_split: the forward model for sides of 64·H, H = 2 or 4 (-DCLPT_WAYS=H), in two kernels. A line of N values is
 * split by frequency: work-item h of H folds the line to 64 values, whose 64-point transform in registers gives
 * frequencies H·k + h. Columns go from the object to `field`, rows from there to the moduli.
 *
 * object [.., height, width], that of pattern k is k / per_image (0: all the first); probe [N, N], one mode; field
 * [count, N, N] scratch; out [count, N, N]. With `add` intensities are added to what is there; with `last` and
 * `amplitude` the root is written. Preconditions: size 64·H, no padding, no smoothing, 33 KB of local memory,
 * work-groups of 64. */
#include "common/fft64.clh"
#include "common/column.clh"
#include "common/probe_mask.clh"

#ifndef CLPT_WAYS
#define CLPT_WAYS 2
#endif
#define N (64 * CLPT_WAYS)
#define ROWS (64 / CLPT_WAYS) /* rows of a work-group */
#define PITCH (N + 1)

/* e^{−2πi j·h/N}·(value folded by h): what value m·64 + j of a line contributes to folded value j of way h. */
inline float2 folded(float2 value, int m, int h)
{
    int turn = m * h % CLPT_WAYS * (4 / CLPT_WAYS); /* quarter turns */
    return turn == 0 ? value : turn == 1 ? minus_i(value) : turn == 2 ? -value : -minus_i(value);
}

/* Blocks of 64 columns; group (block, h, pattern). */
kernel __attribute__((reqd_work_group_size(64, 1, 1))) void
forward_split_columns(global const float2 *object, long object_offset, long height, long width, long per_image,
                      SELECTION_ARGS, global const float2 *probe, long probe_offset, int probe_mask,
                      global const float2 *twiddles, long twiddles_offset, global float2 *field, long field_offset)
{
    long k = get_group_id(2);
    int x = (int)get_global_id(0), h = (int)get_group_id(1);
    spot place = selected_place(SELECTION, k);
    column c = column_of(object + object_offset + (per_image ? k / per_image : 0) * height * width, height, width,
                         place, N, x);
    global const float2 *mode = probe + probe_offset + x;
    float2 v[64];
#pragma unroll
    for (int m = 0; m < CLPT_WAYS; m++) {
        float2 above = column_across(&c, 64 * m);
#pragma unroll
        for (int j = 0; j < 64; j++) {
            int y = 64 * m + j;
            float2 below = column_across(&c, y + 1);
            float2 sample = (1.0f - c.fy) * above + c.fy * below;
            if (probe_mask && !within_probe_mask(y, x, N)) sample = (float2)(0.0f);
            float2 part = folded(complex_times(sample, mode[y * N]), m, h);
            v[j] = m ? v[j] + part : part;
            above = below;
        }
    }
#pragma unroll
    for (int j = 1; j < 64; j++) v[j] = complex_times(v[j], twiddles[twiddles_offset + j * h]);
    fft_64(v);
    global float2 *to = field + field_offset + k * N * N + x;
#pragma unroll
    for (int i = 0; i < 64; i++) to[(CLPT_WAYS * (i / 8 + i % 8 * 8) + h) * N] = v[i];
}

/* Blocks of ROWS rows; group (block, pattern); work-item (row, h). */
kernel __attribute__((reqd_work_group_size(64, 1, 1))) void
forward_split_rows(global const float2 *field, long field_offset, global const float2 *twiddles, long twiddles_offset,
                   float factor, int add, int last, int amplitude, global float *out, long out_offset)
{
    local float2 tile[ROWS * PITCH];
    local float *moduli = (local float *)tile;
    long k = get_group_id(1), first = get_group_id(0) * ROWS;
    int me = (int)get_local_id(0), row = me % ROWS, h = me / ROWS;
    global const float2 *from = field + field_offset + (k * N + first) * N;
#pragma unroll 8
    for (int i = me; i < ROWS * N; i += 64) tile[i / N * PITCH + i % N] = from[i];
    barrier(CLK_LOCAL_MEM_FENCE);
    float2 v[64];
#pragma unroll
    for (int j = 0; j < 64; j++) {
        float2 sum = tile[row * PITCH + j];
#pragma unroll
        for (int m = 1; m < CLPT_WAYS; m++) sum += folded(tile[row * PITCH + 64 * m + j], m, h);
        v[j] = j ? complex_times(sum, twiddles[twiddles_offset + j * h]) : sum;
    }
    fft_64(v);
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int i = 0; i < 64; i++) {
        int x = CLPT_WAYS * (i / 8 + i % 8 * 8) + h;
        moduli[row * PITCH + (x ^ (N / 2))] = factor * complex_power(v[i]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    global float *pattern = out + out_offset + (k * N + (first ^ (N / 2))) * N;
#pragma unroll 8
    for (int i = me; i < ROWS * N; i += 64) {
        float sum = moduli[i / N * PITCH + i % N];
        if (add) sum += pattern[i];
        pattern[i] = last && amplitude ? sqrt(sum) : sum;
    }
}
