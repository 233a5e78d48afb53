/* SPDX-License-Identifier: Apache-2.0 */
/* scale_by: out[r, i] = factor·real[i]·field[r, i]. field, out [repeats, count] complex, real [count]. Preconditions:
 * none. */
kernel void scale_by_general(global const float2 *field, long field_offset, global const float *real, long real_offset,
                             long repeats, long count, float factor, global float2 *out, long out_offset)
{
    long i = get_global_id(0), r = get_global_id(1);
    if (i >= count || r >= repeats) return;
    out[out_offset + r * count + i] = factor * real[real_offset + i] * field[field_offset + r * count + i];
}
