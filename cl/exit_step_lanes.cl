/* SPDX-License-Identifier: Apache-2.0 */
/* exit_step_lanes: exit waves to the detector and back for CPUs: waves[k, p] = F⁻¹ (gain·F ψ_p), with gain and the sums
 * misfit and total as in project.cl. One work-item processes whole patterns with all their modes, in private scratch
 * that stays in its cache: ψ = patch × probe (or the content of waves, with `given`), 16 columns at a time, transformed
 * along the columns; then 16 rows at a time, transposed, transformed, multiplied by the gain and transformed back; then
 * columns back and out.
 *
 * Arguments as in forward_lanes.cl and project.cl; waves [count, modes, side, side]; scratch: 2·modes·(side² + 16·side)
 * floats per work-item. The inverse is the forward transform with real and imaginary parts swapped. Preconditions: side
 * divisible by 16, no padding, no smoothing, work-group of 1. */
#include "common/likelihood.clh"
#include "common/wide_light.clh"

/* 16 columns of a wave, interleaved in memory. */
WIDE_INLINE void get_columns(global const float *wave, int side, global float16 *lines)
{
    for (int y = 0; y < side; y++) {
        wide w = wide_planar(wave + 2 * y * side);
        lines[2 * y] = w.re;
        lines[2 * y + 1] = w.im;
    }
}

/* Real and imaginary parts arrive swapped. */
WIDE_INLINE void put_columns(global const float16 *lines, int side, global float *wave)
{
    for (int y = 0; y < side; y++, wave += 2 * side) {
        wide w = {lines[2 * y + 1], lines[2 * y]};
        vstore16(wide_low(w), 0, wave);
        vstore16(wide_high(w), 1, wave);
    }
}

/* 16 columns of 16 rows of a real image, transposed. */
WIDE_INLINE void get_block(global const float *image, global const int *rows, int side, float16 *block)
{
    for (int v = 0; v < LANE_PARTS; v++)
        for (int u = 0; u < LANE_PARTS; u++) {
            floatv part[CLPT_LANES];
#pragma unroll
            for (int i = 0; i < CLPT_LANES; i++)
                part[i] = get_v(image + rows[v * CLPT_LANES + i] * side + u * CLPT_LANES);
            transpose_v(part);
#pragma unroll
            for (int i = 0; i < CLPT_LANES; i++) put_v(part[i], (float *)(block + u * CLPT_LANES + i) + v * CLPT_LANES);
        }
}

typedef struct detector {
    float factor, scale;
    bool only_error;
    float16 misfit, total;
} detector;

/* One centred block of columns starting at x: strips [modes, side, 2]. */
WIDE_INLINE void change_block(global float16 *strips, long modes, int side, global const int *slots,
                              global const float *measured, global const float *good, global const int *rows,
                              detector *d)
{
    float16 amplitudes[16], goods[16];
    get_block(measured, rows, side, amplitudes);
    if (good) get_block(good, rows, side, goods);
#pragma unroll
    for (int i = 0; i < 16; i++) {
        global float16 *at = strips + 2 * slots[i];
        float16 power = (float16)(0.0f), amplitude = amplitudes[i];
        for (long p = 0; p < modes; p++)
            power += at[2 * p * side] * at[2 * p * side] + at[2 * p * side + 1] * at[2 * p * side + 1];
        float16 model = sqrt(d->factor * power), ratio = LIKELIHOOD_RATIO(amplitude, model);
        float16 gain = d->scale * LIKELIHOOD_GAIN(ratio), difference = fabs(model - amplitude);
        if (good) { /* masked values are not used: they may be NaN */
            int16 counts = goods[i] > 0.0f;
            gain = select((float16)(0.0f), gain, counts);
            difference = select((float16)(0.0f), difference, counts);
            amplitude = select((float16)(0.0f), amplitude, counts);
        }
        d->misfit += difference;
        d->total += amplitude;
        if (d->only_error) continue;
        for (long p = 0; p < modes; p++) {
            float16 re = at[2 * p * side], im = at[2 * p * side + 1];
            at[2 * p * side] = gain * im;
            at[2 * p * side + 1] = gain * re;
        }
    }
}

WIDE_INLINE float sum_16(float16 v)
{
    float8 a = v.lo + v.hi;
    float4 b = a.lo + a.hi;
    return (b.x + b.y) + (b.z + b.w);
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
exit_step_lanes(global const float2 *object, long object_offset, long height, long width, long per_image,
                SELECTION_ARGS, long count, global const float *probe_planes, long probe_planes_offset,
                global const float2 *probes, long probes_offset, long probe_stride, long modes, int side, LINES_ARGS,
                int given, float factor, float scale, global const float *measured, long measured_offset,
                global const float *mask, long mask_offset, int mask_rows, global const int *rows_order,
                long rows_order_offset, long rows_first, int only_error, global float *misfit, long misfit_offset,
                global float *total, long total_offset, global float2 *waves, long waves_offset)
{
    long pixels = (long)side * side;
    line_tables t = LINES_TABLES;
    global float16 *planes =
        (global float16 *)(scratch + scratch_offset + get_global_id(0) * 2 * modes * (pixels + 16 * side));
    global float16 *strips = planes + modes * pixels / 8;
    for (long k; (k = LINES_NEXT) < count;) {
        global float *wave = (global float *)(waves + waves_offset + k * modes * pixels);
        for (long p = 0; p < modes; p++)
            for (int x = 0; x < side; x += 16) {
                global float16 *lines = planes + (p * pixels + x * side) / 8;
                if (given) {
                    get_columns(wave + 2 * (p * pixels + x), side, lines);
                } else {
                    sample_position position = selected_position(SELECTION, k);
                    global const float16 *common =
                        (global const float16 *)(probe_planes + probe_planes_offset) + (p * pixels + x * side) / 8;
                    global const float2 *own = probes + probes_offset + k * probe_stride + p * pixels + x;
                    lamp probe = {probe_stride ? 0 : common, (global const float *)own, side};
                    light(object + object_offset + (per_image ? k / per_image : 0) * height * width, height, width,
                          position, x, side, probe, lines);
                }
                analyse(lines, &t);
            }
        long row = selected(rows_order, rows_order_offset, rows_first, k);
        global const float *pattern = measured + measured_offset + row * pixels;
        global const float *good = mask_offset < 0 ? 0 : mask + mask_offset + (mask_rows ? row * pixels : 0);
        float16 misfits = (float16)(0.0f), totals = (float16)(0.0f);
        for (int y = 0; y < side; y += 16) {
            for (long p = 0; p < modes; p++) {
                global float16 *strip = strips + 2 * p * side;
                for (int x = 0; x < side; x += 16)
                    turn_block(planes + (p * pixels + x * side) / 8 + 2 * y, strip + 2 * x);
                analyse(strip, &t);
            }
            detector d = {factor, scale, only_error, (float16)(0.0f), (float16)(0.0f)};
            for (int x = 0; x < side; x += 16)
                change_block(strips, modes, side, t.slots + x, pattern + x, good ? good + x : 0, t.rows + y, &d);
            misfits += d.misfit;
            totals += d.total;
            for (long p = 0; p < modes && !only_error; p++) {
                global float16 *strip = strips + 2 * p * side;
                synthesise(strip, &t);
                for (int x = 0; x < side; x += 16)
                    turn_block(strip + 2 * x, planes + (p * pixels + x * side) / 8 + 2 * y);
            }
        }
        misfit[misfit_offset + k] = sum_16(misfits);
        total[total_offset + k] = sum_16(totals);
        for (long p = 0; p < modes && !only_error; p++)
            for (int x = 0; x < side; x += 16) {
                global float16 *lines = planes + (p * pixels + x * side) / 8;
                synthesise(lines, &t);
                put_columns(lines, side, wave + 2 * (p * pixels + x));
            }
    }
}
