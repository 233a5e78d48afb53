/* SPDX-License-Identifier: Apache-2.0 */
/* largest: out[g, b] = maximum magnitude in block b of values[g]; blocks are `block` long. One work-group per block;
 * repeated on the result until one value is left. values [groups, count], out [groups, blocks]. Preconditions: none. */
kernel void largest_general(global const float *values, long values_offset, long count, long block, long blocks,
                            global float *out, long out_offset, local float *partial)
{
    long b = get_group_id(0), g = get_group_id(1);
    int me = (int)get_local_id(0), size = (int)get_local_size(0);
    if (b >= blocks) return; /* a device with small work-groups launches more of them */
    long end = min((b + 1) * block, count);
    float maximum = 0.0f;
    for (long i = b * block + me; i < end; i += size)
        maximum = fmax(maximum, fabs(values[values_offset + g * count + i]));
    partial[me] = maximum;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int left = size; left > 1;) { /* fold the upper half (or one less) onto the lower */
        int upper = (left + 1) / 2;
        if (me + upper < left) partial[me] = fmax(partial[me], partial[me + upper]);
        left = upper;
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (!me) out[out_offset + g * blocks + b] = partial[0];
}
