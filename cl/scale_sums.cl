/* SPDX-License-Identifier: Apache-2.0 */
/* scale_sums: with I = s_k²·intensity[k, i] + b[i] (common/detector_response.clh), m = measured² and w = 1/(I + floor),
 * sums[k] = Σ_i (w·intensity·(m − I), w·intensity²) over good pixels.
 *
 * intensity [count, size, size], measured and mask [.., size, size] (entry `selected(k)`; mask_rows = 0: one mask for
 * all), all centred; sums [count, 2]. One work-group per pattern, of any two-dimensional shape; rows are summed first,
 * and the items' sums added in order. Preconditions: none. */
#include "common/position.clh"
#include "common/detector_response.clh"

kernel void scale_sums_general(global const float *intensity, long intensity_offset, long count, long size,
                               RESPONSE_ARGS, global const float *measured, long measured_offset,
                               global const float *mask, long mask_offset, int mask_rows, global const int *order,
                               long order_offset, long first, float minimum, global float *sums, long sums_offset,
                               local float2 *partial)
{
    long k = get_group_id(0), pixels = size * size;
    if (k >= count || get_group_id(1) > 0) return; /* a device with small work-groups launches more of them */
    long row = selected(order, order_offset, first, k);
    long left = get_local_id(0), top = get_local_id(1), columns = get_local_size(0), rows = get_local_size(1);
    int me = (int)(top * columns + left), items = (int)(columns * rows);
    global const float *from = intensity + intensity_offset + k * pixels,
                       *pattern = measured + measured_offset + row * pixels;
    global const float *good = mask + mask_offset + (mask_rows ? row * pixels : 0);
    response pattern_response = response_of(RESPONSE, 1.0f, k);
    float2 all = (float2)(0.0f);
    for (long y = top; y < size; y += rows) {
        float2 row_sums = (float2)(0.0f);
        for (long x = left; x < size; x += columns) {
            long i = y * size + x;
            if (mask_offset >= 0 && !(good[i] > 0.0f)) continue;
            float power = from[i], model = response_intensity(&pattern_response, power, i), amplitude = pattern[i];
            float weight = power / (model + minimum);
            row_sums += weight * (float2)(amplitude * amplitude - model, power);
        }
        all += row_sums;
    }
    partial[me] = all;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me) return;
    for (int i = 1; i < items; i++) all += partial[i];
    vstore2(all, k, sums + sums_offset);
}
