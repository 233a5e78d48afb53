/* SPDX-License-Identifier: Apache-2.0 */
/* tile_lists: for every tile of CLPT_TILE_WIDTH × CLPT_TILE_HEIGHT pixels of a canvas, the blocks of all positions that
 * touch it, in ascending order: entries starts[t] … starts[t + 1] − 1 of lists belong to tile t.
 *
 * Kernels, in order: tile_lists_count stores each tile's count in starts[t], tile_lists_sum converts counts to starts,
 * tile_lists_fill writes the lists. starts [tiles + 1]. Preconditions: work-groups of CLPT_TILE_ITEMS (count, fill) and
 * 64 (sum), fewer than 2³¹ entries. */
#include "common/tile_blocks.clh"

inline tile_walk walk_of(int tiles_x, int crop, int count)
{
    int tile = (int)get_group_id(0);
    return tile_start(tile % tiles_x, tile / tiles_x, tile, crop, 0, -1, 0, -1, 0, count);
}

kernel __attribute__((reqd_work_group_size(CLPT_TILE_ITEMS, 1, 1))) void
tile_lists_count(SELECTION_ARGS, int count, int crop, int tiles_x, global int *starts, long starts_offset)
{
    local tile_workspace workspace;
    int me = (int)get_local_id(0), all = 0;
    tile_walk walk = walk_of(tiles_x, crop, count);
    while (walk.at < walk.end) all += tile_next(&walk, SELECTION, me, &workspace);
    if (me == 0) starts[starts_offset + get_group_id(0)] = all;
}

kernel __attribute__((reqd_work_group_size(CLPT_TILE_ITEMS, 1, 1))) void
tile_lists_fill(SELECTION_ARGS, int count, int crop, int tiles_x, global const int *starts, long starts_offset,
                global int *lists, long lists_offset)
{
    local tile_workspace workspace;
    int me = (int)get_local_id(0), at = starts[starts_offset + get_group_id(0)];
    tile_walk walk = walk_of(tiles_x, crop, count);
    while (walk.at < walk.end) {
        int used = tile_next(&walk, SELECTION, me, &workspace);
        if (me < used) lists[lists_offset + at + me] = workspace.blocks[me].k;
        at += used;
    }
}

/* One work-group: each work-item adds a run of tiles, and starts from the total of those before it. */
kernel __attribute__((reqd_work_group_size(64, 1, 1))) void tile_lists_sum(int tiles, global int *starts,
                                                                           long starts_offset)
{
    local int sums[64];
    global int *numbers = starts + starts_offset;
    int me = (int)get_local_id(0), run = (tiles + 63) / 64, begin = min(me * run, tiles), end = min(begin + run, tiles);
    if (get_group_id(0) > 0) return;
    int own = 0, before = 0;
    for (int t = begin; t < end; t++) own += numbers[t];
    sums[me] = own;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = 0; i < me; i++) before += sums[i];
    for (int t = begin; t < end; t++) {
        int number = numbers[t];
        numbers[t] = before;
        before += number;
    }
    if (me == 63) numbers[tiles] = before;
}
