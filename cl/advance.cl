/* SPDX-License-Identifier: Apache-2.0 */
/* advance: field[i] += factor·length·direction[i], with length [1] computed on the device (absent: 1). field, direction
 * [count] complex. Preconditions: none. */
kernel void advance_general(global float2 *field, long field_offset, global const float2 *direction,
                            long direction_offset, global const float *length, long length_offset, float factor,
                            long count)
{
    long i = get_global_id(0);
    if (i >= count) return;
    float step = length_offset < 0 ? factor : factor * length[length_offset];
    field[field_offset + i] += step * direction[direction_offset + i];
}
