/* SPDX-License-Identifier: Apache-2.0 */
/* gram: part[b, p, q] = Σ over block b of conj(modes[p, i])·modes[q, i]; gram_sum adds the blocks in order. The block
 * length is `block` on every device, and lanes within a block are added in order: every run gives the same bits. modes
 * [mode_count, count], part [blocks, mode_count, mode_count]. One work-group per (block, p, q). */
#include "common/complex.clh"

kernel void gram_general(global const float2 *modes, long modes_offset, long mode_count, long count, long block,
                         global float2 *part, long part_offset, local float2 *lanes)
{
    long b = get_group_id(0), p = get_group_id(1), q = get_group_id(2);
    int me = (int)get_local_id(0), size = (int)get_local_size(0);
    if (b * block >= count) return; /* a device with small work-groups launches more of them */
    long end = min((b + 1) * block, count);
    float2 sum = (float2)(0.0f);
    for (long i = b * block + me; i < end; i += size)
        sum += complex_conj_times(modes[modes_offset + p * count + i], modes[modes_offset + q * count + i]);
    lanes[me] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me) return;
    for (int i = 1; i < size; i++) sum += lanes[i];
    part[part_offset + (b * mode_count + p) * mode_count + q] = sum;
}

kernel void gram_sum(global const float2 *part, long part_offset, long blocks, long entries, global float2 *gram,
                     long gram_offset)
{
    long i = get_global_id(0);
    if (i >= entries) return;
    float2 sum = (float2)(0.0f);
    for (long b = 0; b < blocks; b++) sum += part[part_offset + b * entries + i];
    gram[gram_offset + i] = sum;
}

kernel void gram_conjugate(global float2 *gram, long gram_offset, long entries)
{
    long i = get_global_id(0);
    if (i < entries) gram[gram_offset + i].y = -gram[gram_offset + i].y;
}
