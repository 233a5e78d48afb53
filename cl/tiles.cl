/* SPDX-License-Identifier: Apache-2.0 */
/* tiles: for every tile of a canvas, the blocks of a selection that touch it, in ascending order.
 *
 * A block covers crop×crop pixels starting at its position, one more where the position has a fraction. counts [tiles],
 * lists [tiles, length]. Precondition: count ≤ length. One work-item per tile. */
#include "common/position.clh"
#include "shared/tile.h"

kernel void tiles_general(SELECTION_ARGS, long count, long crop, long tiles_x, long tiles, long length,
                          global int *counts, long counts_offset, global int *lists, long lists_offset)
{
    long tile = get_global_id(0);
    if (tile >= tiles) return;
    long left = tile % tiles_x * CLPT_TILE, top = tile / tiles_x * CLPT_TILE;
    global int *list = lists + lists_offset + tile * length;
    int used = 0;
    for (long k = 0; k < count; k++) {
        sample_position position = selected_position(SELECTION, k);
        if (position.x < left + CLPT_TILE && position.x + crop >= left && position.y < top + CLPT_TILE &&
            position.y + crop >= top)
            list[used++] = (int)k;
    }
    counts[counts_offset + tile] = used;
}

/* The same lists with a work-group per tile, 64 blocks at a time: for GPUs. */
kernel __attribute__((reqd_work_group_size(64, 1, 1))) void tiles_group(SELECTION_ARGS, long count, long crop,
                                                                        long tiles_x, long tiles, long length,
                                                                        global int *counts, long counts_offset,
                                                                        global int *lists, long lists_offset)
{
    local int touches[64];
    long tile = get_group_id(0);
    int me = (int)get_local_id(0), used = 0;
    if (tile >= tiles) return;
    long left = tile % tiles_x * CLPT_TILE, top = tile / tiles_x * CLPT_TILE;
    global int *list = lists + lists_offset + tile * length;
    for (long start = 0; start < count; start += 64) {
        long k = start + me;
        int hit = 0;
        if (k < count) {
            sample_position position = selected_position(SELECTION, k);
            hit = position.x < left + CLPT_TILE && position.x + crop >= left && position.y < top + CLPT_TILE &&
                  position.y + crop >= top;
        }
        touches[me] = hit;
        barrier(CLK_LOCAL_MEM_FENCE);
        int before = 0, all = 0;
        for (int i = 0; i < 64; i++) {
            before += i < me ? touches[i] : 0;
            all += touches[i];
        }
        if (hit) list[used + before] = (int)k;
        used += all;
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (me == 0) counts[counts_offset + tile] = used;
}
