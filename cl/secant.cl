/* SPDX-License-Identifier: Apache-2.0 */
/* secant: step length from the slopes at the start, slope [1], and after a trial of length [1], the latter the sum of
 * the first two of sums [count, 5] (step_fit.cl): the zero of the slope, clipped to [1/64, 4] times the trial, or 1/64
 * where a slope is not finite. correction = factor·zero − trial, length = zero; a slope ≤ 0 reverts the trial. One
 * work-group of at most 64; the items' sums are added in order. Preconditions: none. */
kernel void secant_general(global const float *sums, long sums_offset, long count, global const float *slope,
                           long slope_offset, float factor, global float *length, long length_offset,
                           global float *correction, long correction_offset, local float *partial)
{
    int me = (int)get_local_id(0), items = (int)get_local_size(0);
    if (get_group_id(0)) return;
    float after = 0.0f;
    for (long k = me; k < count; k += items) after += sums[sums_offset + 5 * k] + sums[sums_offset + 5 * k + 1];
    partial[me] = after;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me) return;
    for (int i = 1; i < items; i++) after += partial[i];
    float start = slope[slope_offset], trial = length[length_offset], left = after / start;
    if (!(start > 0.0f)) {
        correction[correction_offset] = -trial;
        return;
    }
    float zero = trial * (left > 0.75f ? 4.0f : left > -63.0f ? 1.0f / (1.0f - left) : 1.0f / 64.0f);
    length[length_offset] = zero;
    correction[correction_offset] = factor * zero - trial;
}
