/* SPDX-License-Identifier: Apache-2.0 */
/* project_lanes: project.cl for CPUs; one work-item per pattern, eight pixels at a time. The shift is a multiple of
 * eight, so centring keeps them together; rows are summed lane by lane, the lanes at the end. Preconditions: size
 * divisible by 8, shift (0 or size / 2) too, work-group of 1. */
#include "common/lanes.clh"
#include "common/likelihood.clh"
#include "common/position.clh"
#include "common/detector_response.clh"

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
project_lanes(global float2 *waves, long waves_offset, long modes, long size, long shift, float factor, float scale,
              RESPONSE_ARGS, global const float *measured, long measured_offset, global const float *mask,
              long mask_offset, int mask_rows, global const int *order, long order_offset, long first, int only_error,
              global float *misfit, long misfit_offset, global float *total, long total_offset)
{
    long k = get_global_id(0), pixels = size * size, row = selected(order, order_offset, first, k), rest = size - shift;
    global const float *pattern = measured + measured_offset + row * pixels;
    global const float *good = mask + mask_offset + (mask_rows ? row * pixels : 0);
    float8 misfits = (float8)(0.0f), totals = (float8)(0.0f);
    response pattern_response = response_of(RESPONSE, factor, k);
    for (long y = 0; y < size; y++) {
        long centred_row = (y < rest ? y + shift : y - rest) * size;
        float8 row_misfit = (float8)(0.0f), row_total = (float8)(0.0f);
        for (long x = 0; x < size; x += 8) {
            long centred = centred_row + (x < rest ? x + shift : x - rest);
            global float *wave = (global float *)(waves + waves_offset + k * modes * pixels + y * size + x);
            float8 power = (float8)(0.0f), amplitude = vload8(0, pattern + centred);
            for (long p = 0; p < modes; p++) power += lanes_power(vload16(0, wave + 2 * p * pixels));
            power *= pattern_response.factor;
            if (pattern_response.extra) power += vload8(0, pattern_response.extra + centred);
            float8 model = sqrt(power), ratio = LIKELIHOOD_RATIO(amplitude, model),
                   gain = scale * LIKELIHOOD_GAIN(ratio);
            float8 difference = fabs(model - amplitude);
            if (mask_offset >= 0) { /* masked values are not read: they may be NaN */
                int8 counts = vload8(0, good + centred) > 0.0f;
                gain = select((float8)(0.0f), gain, counts);
                difference = select((float8)(0.0f), difference, counts);
                amplitude = select((float8)(0.0f), amplitude, counts);
            }
            row_misfit += difference;
            row_total += amplitude;
            if (only_error) continue;
            for (long p = 0; p < modes; p++)
                vstore16(lanes_spread(gain) * vload16(0, wave + 2 * p * pixels), 0, wave + 2 * p * pixels);
        }
        misfits += row_misfit;
        totals += row_total;
    }
    float4 misfit_4 = misfits.lo + misfits.hi, total_4 = totals.lo + totals.hi;
    misfit[misfit_offset + k] = (misfit_4.x + misfit_4.y) + (misfit_4.z + misfit_4.w);
    total[total_offset + k] = (total_4.x + total_4.y) + (total_4.z + total_4.w);
}
