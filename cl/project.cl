/* SPDX-License-Identifier: Apache-2.0 */
/* project: model = √I (common/detector_response.clh); waves[k, p, i] *= scale·gain (common/likelihood.clh) at good
 * pixels, 0 at bad ones; misfit[k] = Σ |model − measured| and total[k] = Σ measured over good pixels.
 *
 * waves [count, modes, size, size] with zero frequency at [0, 0]; measured and mask, entry `selected(k)` of [.., size,
 * size], with zero frequency at [shift, shift] (mask_rows = 0: one mask for all). One work-group per pattern, of any
 * two-dimensional shape: its work-items stride over columns and rows and their sums are added in order, so the bits
 * depend only on that shape. Preconditions: none. */
#include "common/complex.clh"
#include "common/likelihood.clh"
#include "common/position.clh"
#include "common/detector_response.clh"

kernel void project_general(global float2 *waves, long waves_offset, long count, long modes, long size, long shift,
                            float factor, float scale, RESPONSE_ARGS, global const float *measured,
                            long measured_offset, global const float *mask, long mask_offset, int mask_rows,
                            global const int *order, long order_offset, long first, int only_error,
                            global float *misfit, long misfit_offset, global float *total, long total_offset,
                            local float2 *partial)
{
    long k = get_group_id(0), pixels = size * size;
    if (k >= count || get_group_id(1) > 0) return; /* a device with small work-groups launches more of them */
    long row = selected(order, order_offset, first, k);
    long left = get_local_id(0), top = get_local_id(1), columns = get_local_size(0), rows = get_local_size(1);
    int me = (int)(top * columns + left), items = (int)(columns * rows);
    global const float *pattern = measured + measured_offset + row * pixels;
    global const float *good = mask + mask_offset + (mask_rows ? row * pixels : 0);
    global float2 *wave = waves + waves_offset + k * modes * pixels;
    float2 sums = (float2)(0.0f);
    response pattern_response = response_of(RESPONSE, factor, k);
    for (long y = top; y < size; y += rows) {
        long cy = y + shift < size ? y + shift : y + shift - size;
        float2 row_sums = (float2)(0.0f);
        for (long x = left; x < size; x += columns) {
            long cx = x + shift < size ? x + shift : x + shift - size;
            long at = y * size + x, centred = cy * size + cx;
            bool counts = mask_offset < 0 || good[centred] > 0.0f;
            float power = 0.0f;
            for (long p = 0; p < modes; p++) power += complex_power(wave[p * pixels + at]);
            float model = sqrt(response_intensity(&pattern_response, power, centred)),
                  amplitude = counts ? pattern[centred] : 0.0f;
            if (counts) row_sums += (float2)(fabs(model - amplitude), amplitude);
            if (only_error) continue;
            float ratio = LIKELIHOOD_RATIO(amplitude, model), gain = counts ? scale * LIKELIHOOD_GAIN(ratio) : 0.0f;
            for (long p = 0; p < modes; p++) wave[p * pixels + at] *= gain;
        }
        sums += row_sums;
    }
    partial[me] = sums;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me) return;
    for (int i = 1; i < items; i++) sums += partial[i];
    misfit[misfit_offset + k] = sums.x;
    total[total_offset + k] = sums.y;
}
