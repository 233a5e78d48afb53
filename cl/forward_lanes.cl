/* SPDX-License-Identifier: Apache-2.0 */
/* forward_lanes: the forward model for CPUs, out[k, y, x] = factor·Σ_p |F(patch_k·P_p)|², centred, or its square root.
 * One work-item processes whole patterns with 16 lanes, in private scratch that stays in its cache: 16 columns of patch
 * × probe at a time, transformed along the columns; then 16 rows at a time, transposed and transformed; the sums over
 * modes are transposed back on output, with stores that bypass the cache, since they are not read again here.
 *
 * object [.., height, width], entry k / per_image for pattern k (0: the first for all); probe_planes from
 * lanes_probe.cl or, with a stride from one pattern's probes to the next, probes [.., modes, side, side]; tables as in
 * src/fft/line_tables.h; scratch: 3·side² + 32·side floats per work-item; out [count, side, side]. Preconditions: side
 * divisible by 16, no padding, no smoothing, work-group of 1. */
#include "common/wide_light.clh"

/* |.|² of 16 transformed rows, added to the sums of other modes. */
WIDE_INLINE void add_power(global const float16 *strip, int side, bool start, bool root, global float16 *power)
{
    for (int x = 0; x < side; x++) {
        float16 sum = strip[2 * x] * strip[2 * x] + strip[2 * x + 1] * strip[2 * x + 1];
        if (!start) sum += power[x];
        power[x] = root ? sqrt(sum) : sum;
    }
}

WIDE_INLINE void store_v(floatv value, global float *to, bool aligned)
{
#if defined(__has_builtin)
#if __has_builtin(__builtin_nontemporal_store)
    if (aligned) {
        __builtin_nontemporal_store(value, (global floatv *)to);
        return;
    }
#endif
#endif
    put_v(value, to);
}

/* 16 columns of these 16 rows, starting at x. */
WIDE_INLINE void put_block(global const float16 *power, float factor, int x, int side, global const int *slots,
                           global const int *rows, global float *pattern, bool aligned)
{
    for (int v = 0; v < LANE_PARTS; v++) {
        floatv block[LANE_PARTS][CLPT_LANES];
#pragma unroll
        for (int u = 0; u < LANE_PARTS; u++) {
#pragma unroll
            for (int i = 0; i < CLPT_LANES; i++)
                block[u][i] = factor * ((global const floatv *)(power + slots[x + u * CLPT_LANES + i]))[v];
            transpose_v(block[u]);
        }
#pragma unroll
        for (int i = 0; i < CLPT_LANES; i++) {
            global float *row = pattern + rows[v * CLPT_LANES + i] * side + x;
#pragma unroll
            for (int u = 0; u < LANE_PARTS; u++) store_v(block[u][i], row + u * CLPT_LANES, aligned);
        }
    }
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
forward_lanes(global const float2 *object, long object_offset, long height, long width, long per_image, SELECTION_ARGS,
              long count, global const float *probe_planes, long probe_planes_offset, global const float2 *probes,
              long probes_offset, long probe_stride, long modes, int side, LINES_ARGS, float factor, int amplitude,
              global float *out, long out_offset)
{
    long pixels = (long)side * side;
    line_tables t = LINES_TABLES;
    global float16 *planes = (global float16 *)(scratch + scratch_offset + get_global_id(0) * (3 * pixels + 32 * side));
    global float16 *strip = planes + pixels / 8, *powers = strip + 2 * side;
    if (amplitude) factor = sqrt(factor);
    for (long k; (k = LINES_NEXT) < count;) {
        sample_position position = selected_position(SELECTION, k);
        global const float2 *image = object + object_offset + (per_image ? k / per_image : 0) * height * width;
        global float *pattern = out + out_offset + k * pixels;
        for (long p = 0; p < modes; p++) {
            bool last = p + 1 == modes;
            global const float16 *common =
                (global const float16 *)(probe_planes + probe_planes_offset + 2 * p * pixels);
            global const float *own = (global const float *)(probes + probes_offset + k * probe_stride + p * pixels);
            for (int x = 0; x < side; x += 16) {
                lamp probe = {probe_stride ? 0 : common + x / 8 * side, own + 2 * x, side};
                light(image, height, width, position, x, side, probe, planes + x / 8 * side);
                analyse(planes + x / 8 * side, &t);
            }
            for (int y = 0; y < side; y += 16) {
                global float16 *power = modes > 1 ? powers + y / 16 * side : powers;
                for (int x = 0; x < side; x += 16) turn_block(planes + x / 8 * side + 2 * y, strip + 2 * x);
                analyse(strip, &t);
                add_power(strip, side, p == 0, amplitude && last, power);
                for (int x = 0; last && x < side; x += 16)
                    put_block(power, factor, x, side, t.slots, t.rows + y, pattern, ((ulong)pattern & 63) == 0);
            }
        }
    }
}
