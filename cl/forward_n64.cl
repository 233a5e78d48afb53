/* SPDX-License-Identifier: Apache-2.0 */
/* forward_n64: the forward model of 64×64 patterns in one kernel: one work-group of 64 per pattern. Work-item x samples
 * column x of the patch, multiplies by the probe, and transforms it in registers; one exchange through local memory
 * later it holds a row, transforms that, and the moduli leave by way of local memory so that they are written side by
 * side.
 *
 * Arguments as forward_split.cl's; out [count, 64, 64]. With several modes `out` collects intensities from mode to
 * mode. Preconditions: size 64, no padding, no smoothing, 33 KB of local memory, work-groups of 64. */
#include "common/fft64.clh"
#include "common/column.clh"
#include "common/probe_mask.clh"

#define N 64
#define PITCH 65

kernel __attribute__((reqd_work_group_size(N, 1, 1))) void
forward_n64(global const float2 *object, long object_offset, long height, long width, long per_image, SELECTION_ARGS,
            global const float2 *probe, long probe_offset, long modes, int probe_mask, float factor, int amplitude,
            global float *out, long out_offset)
{
    local float2 tile[N * PITCH];
    local float *moduli = (local float *)tile;
    long k = get_group_id(0);
    int me = (int)get_local_id(0), centred = me ^ (N / 2);
    spot place = selected_place(SELECTION, k);
    column c = column_of(object + object_offset + (per_image ? k / per_image : 0) * height * width, height, width,
                         place, N, me);
    global float *pattern = out + out_offset + k * N * N;
    float2 v[N];
    for (long p = 0; p < modes; p++) {
        global const float2 *mode = probe + probe_offset + p * N * N + me;
        float2 above = column_across(&c, 0);
#pragma unroll
        for (int y = 0; y < N; y++) {
            float2 below = column_across(&c, y + 1);
            float2 sample = (1.0f - c.fy) * above + c.fy * below;
            if (probe_mask && !within_probe_mask(y, me, N)) sample = (float2)(0.0f);
            v[y] = complex_times(sample, mode[y * N]);
            above = below;
        }
        fft_64(v);
        barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
        for (int i = 0; i < N; i++) tile[(i / 8 + i % 8 * 8) * PITCH + me] = v[i];
        barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
        for (int x = 0; x < N; x++) v[x] = tile[me * PITCH + x];
        fft_64(v);
        barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
        for (int i = 0; i < N; i++)
            moduli[centred * PITCH + ((i / 8 + i % 8 * 8) ^ (N / 2))] = factor * complex_power(v[i]);
        barrier(CLK_LOCAL_MEM_FENCE);
        bool last = p + 1 == modes;
#pragma unroll 8
        for (int y = 0; y < N; y++) {
            float sum = moduli[y * PITCH + me];
            if (p) sum += pattern[y * N + me];
            pattern[y * N + me] = last && amplitude ? sqrt(sum) : sum;
        }
    }
}
