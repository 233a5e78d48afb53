/* SPDX-License-Identifier: Apache-2.0 */
/* gather_tile: gather.cl for GPUs: a work-group per tile of CLPT_TILE_WIDTH × CLPT_TILE_HEIGHT pixels keeps the places
 * of the blocks that touch it in local memory, and each work-item adds them up for CLPT_TILE_ROWS pixels of a column.
 *
 * starts [tiles + 1] and lists from tile_lists.cl, whose entries count from place 0; not given (an order is): blocks
 * are tested. CLPT_WEIGH 0: no weight_sum, 1: of ones, 2: of weights; told to the
 * compiler, since weights take registers. Otherwise as gather.cl. Preconditions: work-groups of
 * CLPT_TILE_ITEMS, a side up to 32768, fewer than 2³¹ blocks. */
#include "common/element.clh"
#include "common/tile_sum.clh"

kernel WORK_GROUP(CLPT_TILE_ITEMS) void gather_tile(global const element *patches, long patches_offset, int size,
                                                    int crop, SELECTION_ARGS, int count, global const float *weights,
                                                    long weights_offset, global element *canvas, long canvas_offset,
                                                    global float *weight_sum, long weight_sum_offset, int height,
                                                    int width, global const int *starts, long starts_offset,
                                                    global const int *lists, long lists_offset)
{
    local tile_room room;
    int me = (int)get_local_id(0), across = me % CLPT_TILE_WIDTH, down = me / CLPT_TILE_WIDTH;
    int tile_x = (int)get_group_id(0), tile_y = (int)get_group_id(1);
    tile_walk walk = tile_start(tile_x, tile_y, tile_y * (int)get_num_groups(0) + tile_x, crop, starts, starts_offset,
                                lists, lists_offset, first, count);
    int row = down * CLPT_TILE_ROWS;
    tile_pixels mine = {walk.left + across, walk.top + row, width, height};
    int start = (size / 2 - crop / 2) * (size + 1);
    global const element *blocks = patches + patches_offset + start;
    element sums[CLPT_TILE_ROWS], own[CLPT_TILE_TOGETHER][CLPT_TILE_ROWS + 1];
    element beside[CLPT_TILE_TOGETHER][CLPT_TILE_ROWS + 1];
    float totals[CLPT_TILE_ROWS];
    tile_read(&mine, canvas + canvas_offset, weight_sum + weight_sum_offset, CLPT_WEIGH, sums, totals);
    while (walk.at < walk.end) {
        int used = tile_next(&walk, SELECTION, me, &room);
        for (int i = 0; i < used; i += CLPT_TILE_TOGETHER) {
            int together = min(used - i, CLPT_TILE_TOGETHER);
#pragma unroll
            for (int j = 0; j < CLPT_TILE_TOGETHER; j++) {
                if (j >= together) continue;
                tile_block b = room.blocks[i + j];
                tile_image image = {size, crop, b.inside};
                tile_load(blocks + (long)b.k * size * size, &image, b.v + row, b.u + across, own[j], beside[j]);
            }
#pragma unroll
            for (int j = 0; j < CLPT_TILE_TOGETHER; j++) {
                if (j >= together) continue;
                tile_block b = room.blocks[i + j];
                tile_add(&b, own[j], beside[j], sums);
            }
        }
        if (CLPT_WEIGH)
            for (int i = 0; i < used; i++) {
                tile_block b = room.blocks[i];
                tile_image image = {size, crop, b.inside};
                tile_weigh(&b, weights + weights_offset + start, &image, b.v + row, b.u + across, totals);
            }
    }
    tile_write(&mine, canvas + canvas_offset, true, weight_sum + weight_sum_offset, CLPT_WEIGH, sums, totals);
}
