/* SPDX-License-Identifier: Apache-2.0 */
/* relax: field[r, i] += factor·step[r, i] / ((1 − alpha)·power[i] + alpha·largest), the rPIE update (Maiden, Johnson &
 * Li, Optica 4, 736, 2017, eq. 25); unchanged where the denominator is 0. field, step [repeats, count], power [count],
 * largest [1]. With fresh = 1, field is taken as 0. Preconditions: none. */
kernel void relax_general(global float2 *field, long field_offset, global const float2 *step, long step_offset,
                          global const float *power, long power_offset, global const float *largest,
                          long largest_offset, long repeats, long count, float alpha, float factor, int fresh)
{
    long i = get_global_id(0), r = get_global_id(1);
    if (i >= count || r >= repeats) return;
    float divisor = (1.0f - alpha) * power[power_offset + i] + alpha * largest[largest_offset];
    global float2 *to = field + field_offset + r * count + i;
    float2 value = fresh ? (float2)(0.0f) : *to;
    if (divisor > 0.0f) value += factor * step[step_offset + r * count + i] / divisor;
    *to = value;
}
