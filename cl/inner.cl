/* SPDX-License-Identifier: Apache-2.0 */
/* inner: part[b] = Σ over block b of Re conj(a[i])·b[i]; inner_sum adds the blocks. The block length is `block` on
 * every device, work-items stride over a block and are added in order: every run gives the same bits. a, b [count]
 * complex, part [blocks], out [1]. One work-group per block. Preconditions: none. */
kernel void inner_general(global const float2 *a, long a_offset, global const float2 *b, long b_offset, long count,
                          long block, global float *part, long part_offset, local float *lanes)
{
    long g = get_group_id(0);
    int me = (int)get_local_id(0), items = (int)get_local_size(0);
    if (g * block >= count) return; /* a device with small work-groups launches more of them */
    long end = min((g + 1) * block, count);
    float sum = 0.0f;
    for (long i = g * block + me; i < end; i += items) sum += dot(a[a_offset + i], b[b_offset + i]);
    lanes[me] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me) return;
    for (int i = 1; i < items; i++) sum += lanes[i];
    part[part_offset + g] = sum;
}

/* One work-group. */
kernel void inner_sum(global const float *part, long part_offset, long blocks, global float *out, long out_offset,
                      local float *lanes)
{
    int me = (int)get_local_id(0), items = (int)get_local_size(0);
    if (get_group_id(0)) return;
    float sum = 0.0f;
    for (long g = me; g < blocks; g += items) sum += part[part_offset + g];
    lanes[me] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me) return;
    for (int i = 1; i < items; i++) sum += lanes[i];
    out[out_offset] = sum;
}
