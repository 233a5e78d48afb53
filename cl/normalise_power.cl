/* SPDX-License-Identifier: Apache-2.0 */
/* normalise_power: field[i] *= √(power / total[0]), or its inverse; unchanged if total[0] is 0. field [count] complex,
 * total [1]. Preconditions: none. */
kernel void normalise_power_general(global float2 *field, long field_offset, long count, float power, int inverse,
                                    global const float *total, long total_offset)
{
    long i = get_global_id(0);
    float sum = total[total_offset];
    if (i >= count || !(sum > 0.0f)) return;
    field[field_offset + i] *= sqrt(inverse ? sum / power : power / sum);
}
