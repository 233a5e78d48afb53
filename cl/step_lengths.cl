/* SPDX-License-Identifier: Apache-2.0 */
/* step_lengths: the mean over k of the solution (a, b) of
 *   (1 + damping)·A_ss·a + A_st·b = b_s,   A_st·a + (1 + damping)·A_tt·b = b_t,   sums[k] = (b_s, b_t, A_ss, A_tt,
 *   A_st).
 * Negative lengths and singular systems count as 0; with A_tt = 0 (or A_ss = 0) one equation remains. sums [count, 5]
 * of step_fit.cl, lengths [2]. One work-group of at most 64; the items' sums are added in order. Preconditions:
 * none. */
kernel void step_lengths_general(global const float *sums, long sums_offset, long count, float damping,
                                 global float *lengths, long lengths_offset, local float2 *partial)
{
    int me = (int)get_local_id(0), items = (int)get_local_size(0);
    if (get_group_id(0)) return;
    float2 total = (float2)(0.0f);
    for (long k = me; k < count; k += items) {
        global const float *f = sums + sums_offset + 5 * k;
        float ss = (1.0f + damping) * f[2], tt = (1.0f + damping) * f[3], determinant = ss * tt - f[4] * f[4];
        float2 solved = (float2)(0.0f);
        if (determinant > 1e-6f * (ss * tt))
            solved = (float2)(f[0] * tt - f[1] * f[4], f[1] * ss - f[0] * f[4]) / determinant;
        else if (ss > 0.0f && f[3] == 0.0f)
            solved.x = f[0] / ss;
        else if (tt > 0.0f && f[2] == 0.0f)
            solved.y = f[1] / tt;
        total += max(solved, (float2)(0.0f));
    }
    partial[me] = total;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me) return;
    for (int i = 1; i < items; i++) total += partial[i];
    vstore2(total / (float)count, 0, lengths + lengths_offset);
}
