/* SPDX-License-Identifier: Apache-2.0 */
/* rescale: scales[k]² += sums[k].x/sums[k].y, limited to a factor `limit` either way and unchanged where sums[k].y is
 * 0; then all are divided by their mean. sums [count, 2]; scales [count]; total [1]. Kernels, in order: rescale_step;
 * rescale_sum by one work-group, whose items' sums are added in order; rescale_hold. Preconditions: none. */

kernel void rescale_step(global const float *sums, long sums_offset, global float *scales, long scales_offset,
                         long count, float limit)
{
    long k = get_global_id(0);
    if (k >= count) return;
    float2 sum = vload2(k, sums + sums_offset);
    float s = scales[scales_offset + k];
    if (sum.y > 0.0f) scales[scales_offset + k] = s * sqrt(clamp(1.0f + sum.x / (sum.y * s * s), 1.0f / limit, limit));
}

/* Sum of the excess over 1, which float32 represents better. */
kernel void rescale_sum(global const float *scales, long scales_offset, long count, global float *total,
                        long total_offset, local float *partial)
{
    int me = (int)get_local_id(0), items = (int)get_local_size(0);
    if (get_group_id(0)) return;
    float sum = 0.0f;
    for (long k = me; k < count; k += items) sum += scales[scales_offset + k] - 1.0f;
    partial[me] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me) return;
    for (int i = 1; i < items; i++) sum += partial[i];
    total[total_offset] = sum;
}

kernel void rescale_hold(global float *scales, long scales_offset, long count, global const float *total,
                         long total_offset)
{
    long k = get_global_id(0);
    if (k < count) scales[scales_offset + k] /= 1.0f + total[total_offset] / (float)count;
}
