/* SPDX-License-Identifier: Apache-2.0 */
/* gather_tile: gather.cl for GPUs: one work-group per tile of CLPT_TILE_WIDTH × CLPT_TILE_HEIGHT pixels keeps the
 * positions of the blocks that touch it in local memory, and each work-item sums them for CLPT_TILE_ROWS pixels of a
 * column.
 *
 * starts [tiles + 1] and lists from tile_lists.cl, whose entries count from position 0; absent (e.g. with an order):
 * blocks are tested. weigh 0: no weight_sum, 1: of ones, 2: of weights. Otherwise as gather.cl. Preconditions:
 * work-groups of CLPT_TILE_ITEMS, a side up to 32768, fewer than 2³¹ blocks. */
#include "common/element.clh"
#include "common/tile_sum.clh"

kernel __attribute__((reqd_work_group_size(CLPT_TILE_WIDTH, CLPT_TILE_HEIGHT / CLPT_TILE_ROWS, 1))) void
gather_tile(global const element *patches, long patches_offset, int size, int crop, SELECTION_ARGS, int count,
            global const float *weights, long weights_offset, int weigh, global element *canvas, long canvas_offset,
            global float *weight_sum, long weight_sum_offset, int height, int width, global const int *starts,
            long starts_offset, global const int *lists, long lists_offset)
{
    local tile_workspace workspace;
    int across = (int)get_local_id(0), down = (int)get_local_id(1), me = down * CLPT_TILE_WIDTH + across;
    int tile_x = (int)get_group_id(0), tile_y = (int)get_group_id(1);
    tile_walk walk = tile_start(tile_x, tile_y, tile_y * (int)get_num_groups(0) + tile_x, crop, starts, starts_offset,
                                lists, lists_offset, first, count);
    tile_pixels mine = {walk.left + across, walk.top + down * CLPT_TILE_ROWS, width, height};
    int start = (size / 2 - crop / 2) * (size + 1);
    global const element *blocks = patches + patches_offset + start;
    element sums[CLPT_TILE_ROWS], own[CLPT_TILE_ROWS + 1], beside[CLPT_TILE_ROWS + 1];
    float totals[CLPT_TILE_ROWS], own_weight[CLPT_TILE_ROWS + 1], beside_weight[CLPT_TILE_ROWS + 1];
    tile_read(&mine, canvas + canvas_offset, weight_sum + weight_sum_offset, weigh, sums, totals);
    while (walk.at < walk.end) {
        int used = tile_next(&walk, SELECTION, me, &workspace);
        for (int i = 0; i < used; i++) {
            tile_block b = workspace.blocks[i];
            tile_image image = {size, crop, b.inside};
            int u = b.u + across, v = b.v + down * CLPT_TILE_ROWS;
            tile_load(blocks + (long)b.k * size * size, &image, v, u, own, beside);
            if (weigh == 2) {
                tile_load_real(weights + weights_offset + start, &image, v, u, own_weight, beside_weight);
                tile_add_real(&b, own_weight, beside_weight, totals);
            } else if (weigh == 1) {
                tile_add_ones(&b, crop, v, u, totals);
            }
            tile_add(&b, own, beside, sums);
        }
    }
    tile_write(&mine, canvas + canvas_offset, true, weight_sum + weight_sum_offset, weigh, sums, totals);
}
