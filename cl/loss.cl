/* SPDX-License-Identifier: Apache-2.0 */
/* loss: loss of the intensities of each pattern, and its derivative; sums[k] = (loss, Σ ∂loss/∂I·I), each as a float
 * pair (high, low).
 *   poisson:   I − m·ln(I + 1e-8)       amplitude: (√(I + 1e-12) − √m)²       mae: |√(I + 1e-12) − √m|
 * intensity, d_intensity [count, pixels] (may alias); measured and mask: entry selected(k) of [.., pixels] (mask_rows =
 * 0: one mask for all); measured is not read where mask = 0. sums [count, 4]. One work-group per pattern; compensated
 * sums, added as a tree. Preconditions: none. */
#pragma OPENCL FP_CONTRACT OFF
#include "common/compensated.clh"
#include "common/loss.clh"
#include "common/position.clh"

kernel void loss_general(int loss, global const float *intensity, long intensity_offset, long count, long pixels,
                         global const float *measured, long measured_offset, global const float *mask, long mask_offset,
                         int mask_rows, global const int *order, long order_offset, long first, global float *sums,
                         long sums_offset, global float *d_intensity, long d_intensity_offset, local float2 *lanes)
{
    long k = get_group_id(0);
    if (k >= count) return;
    long row = selected(order, order_offset, first, k);
    int me = (int)get_local_id(0), items = (int)get_local_size(0);
    global const float *pattern = measured + measured_offset + row * pixels;
    global const float *good = mask + mask_offset + (mask_rows ? row * pixels : 0);
    float2 total = (float2)(0.0f), by_scale = (float2)(0.0f);
    for (long i = me; i < pixels; i += items) {
        float given = intensity[intensity_offset + k * pixels + i], weight = mask_offset < 0 ? 1.0f : good[i];
        float2 found = weight != 0.0f ? weight * loss_of(loss, given, pattern[i]) : (float2)(0.0f);
        total = sum_add(total, found.x);
        by_scale = sum_add(by_scale, found.y * given);
        if (d_intensity_offset >= 0) d_intensity[d_intensity_offset + k * pixels + i] = found.y;
    }
    lanes[2 * me] = total;
    lanes[2 * me + 1] = by_scale;
    sum_items(lanes, 2, me, items);
    if (!me) vstore4((float4)(lanes[0], lanes[1]), 0, sums + sums_offset + 4 * k);
}
