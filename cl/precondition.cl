/* SPDX-License-Identifier: Apache-2.0 */
/* precondition: step[r, i] /= (1 − alpha)·power[i] + alpha·largest, 0 where the divisor is 0. step [repeats, count],
 * power [count], largest [1]. Preconditions: none. */
kernel void precondition_general(global float2 *step, long step_offset, global const float *power, long power_offset,
                                 global const float *largest, long largest_offset, long repeats, long count,
                                 float alpha)
{
    long i = get_global_id(0), r = get_global_id(1);
    if (i >= count || r >= repeats) return;
    float divisor = (1.0f - alpha) * power[power_offset + i] + alpha * largest[largest_offset];
    global float2 *at = step + step_offset + r * count + i;
    *at = divisor > 0.0f ? *at / divisor : (float2)(0.0f);
}
