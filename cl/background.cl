/* SPDX-License-Identifier: Apache-2.0 */
/* background_sums: with I = s_k²·intensity[k, i] + b[i] (common/detector_response.clh) and m = measured², sums[i] +=
 * Σ_k (w·(m − I), w), w = 1/(I + floor), over good pixels, accumulated in ascending k. background_step: background[i] =
 * max(0, background[i] + step·sums[i].x/sums[i].y), unchanged where sums[i].y is 0.
 *
 * intensity [count, pixels], measured and mask [.., pixels] (entry `selected(k)`; mask_rows = 0: one mask for all), all
 * centred; sums [pixels, 2]. Preconditions: none. */
#include "common/position.clh"
#include "common/detector_response.clh"

kernel void background_sums(global const float *intensity, long intensity_offset, long count, long pixels,
                            RESPONSE_ARGS, global const float *measured, long measured_offset, global const float *mask,
                            long mask_offset, int mask_rows, global const int *order, long order_offset, long first,
                            float floor_, global float *sums, long sums_offset)
{
    long i = get_global_id(0);
    if (i >= pixels) return;
    global float *out = sums + sums_offset;
    float2 sum = vload2(i, out);
    for (long k = 0; k < count; k++) {
        long row = selected(order, order_offset, first, k);
        if (mask_offset >= 0 && !(mask[mask_offset + (mask_rows ? row * pixels : 0) + i] > 0.0f)) continue;
        response pattern_response = response_of(RESPONSE, 1.0f, k);
        float model = response_intensity(&pattern_response, intensity[intensity_offset + k * pixels + i], i);
        float amplitude = measured[measured_offset + row * pixels + i], weight = 1.0f / (model + floor_);
        sum += weight * (float2)(amplitude * amplitude - model, 1.0f);
    }
    vstore2(sum, i, out);
}

kernel void background_step(global const float *sums, long sums_offset, global float *background,
                            long background_offset, long count, float step)
{
    long i = get_global_id(0);
    if (i >= count) return;
    float2 sum = vload2(i, sums + sums_offset);
    if (sum.y > 0.0f)
        background[background_offset + i] = fmax(0.0f, background[background_offset + i] + step * sum.x / sum.y);
}
