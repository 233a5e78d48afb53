/* SPDX-License-Identifier: Apache-2.0 */
/* reassemble_group_tile: reassemble_group.cl for GPUs: one work-group per tile of a group's canvas, each work-item
 * summing CLPT_TILE_ROWS pixels of a column (tile_sum.clh), only where a patch's weight can be nonzero.
 *
 * canvas [groups, side, side]; absent: only `total` is computed, and patches are not read. With WEIGHT_PROBE the canvas
 * is left undivided for reassemble_group_cutoff. Otherwise as reassemble_group.cl. Preconditions: work-groups of
 * CLPT_TILE_ITEMS, a side up to 32768, fewer than 2³¹ blocks. */
#include "common/element.clh"
#include "common/tile_sum.clh"

#define WEIGHT_NONE 0
#define WEIGHT_CENTRE 1
#define WEIGHT_CENTRE_MASKED 2
#define WEIGHT_PROBE 3

/* The central N/2 block, moved likewise, down a column: mask[r] at the block's pixel (v + r, u). */
inline void central_mask(const tile_block *b, int size, int v, int u, float *mask)
{
    int start = size / 4, crop = size / 2;
    float across = (tile_within(u - start, crop) ? b->gx : 0.0f) + (tile_within(u - 1 - start, crop) ? b->fx : 0.0f);
#pragma unroll
    for (int r = 0; r < CLPT_TILE_ROWS; r++)
        mask[r] = across * ((tile_within(v + r - start, crop) ? b->gy : 0.0f) +
                            (tile_within(v + r - 1 - start, crop) ? b->fy : 0.0f));
}

inline element divided(int weight, element sum, float total)
{
    if (weight == WEIGHT_CENTRE) return sum / (total + 1e-3f);
    if (weight == WEIGHT_CENTRE_MASKED) return total > 1e-6f ? sum / (total + 1e-3f) : ELEMENT_ZERO;
    return sum;
}

kernel __attribute__((reqd_work_group_size(CLPT_TILE_WIDTH, CLPT_TILE_HEIGHT / CLPT_TILE_ROWS, 1))) void
reassemble_group_tile(global const element *patches, long patches_offset, int per_group, int size, SELECTION_ARGS,
                      int weight, global const float *power, long power_offset, global element *canvas,
                      long canvas_offset, int side, global float *total, long total_offset)
{
    local tile_workspace workspace;
    int across = (int)get_local_id(0), down = (int)get_local_id(1), me = down * CLPT_TILE_WIDTH + across;
    long group = get_group_id(2), pixels = (long)side * side;
    /* The part of a block to test against tiles: the whole patch, or the part under its mask. */
    int start = weight == WEIGHT_CENTRE_MASKED ? size / 4 : 0, crop = weight == WEIGHT_CENTRE_MASKED ? size / 2 : size;
    first += group * per_group;
    shift_x += start;
    shift_y += start;
    tile_walk walk = tile_start((int)get_group_id(0), (int)get_group_id(1), 0, crop, 0, -1, 0, -1, first, per_group);
    tile_pixels mine = {walk.left + across, walk.top + down * CLPT_TILE_ROWS, side, side};
    global const element *blocks = patches + patches_offset + group * per_group * size * size;
    element sums[CLPT_TILE_ROWS], moved[CLPT_TILE_ROWS], own[CLPT_TILE_ROWS + 1], beside[CLPT_TILE_ROWS + 1];
    float totals[CLPT_TILE_ROWS], mask[CLPT_TILE_ROWS], own_power[CLPT_TILE_ROWS + 1], beside_power[CLPT_TILE_ROWS + 1];
#pragma unroll
    for (int r = 0; r < CLPT_TILE_ROWS; r++) sums[r] = (element)(totals[r] = 0.0f);
    while (walk.at < walk.end) {
        int used = tile_next(&walk, SELECTION, me, &workspace);
        for (int i = 0; i < used; i++) {
            tile_block b = workspace.blocks[i];
            tile_image image = {size, size, b.inside};
            int u = b.u + start + across, v = b.v + start + down * CLPT_TILE_ROWS;
#pragma unroll
            for (int r = 0; r < CLPT_TILE_ROWS; r++) {
                mask[r] = weight == WEIGHT_PROBE ? 0.0f : 1.0f;
                moved[r] = ELEMENT_ZERO;
            }
            if (weight == WEIGHT_PROBE) {
                tile_load_real(power + power_offset, &image, v, u, own_power, beside_power);
                tile_add_real(&b, own_power, beside_power, mask);
            } else if (weight != WEIGHT_NONE) {
                central_mask(&b, size, v, u, mask);
            }
            if (canvas_offset >= 0) {
                tile_load(blocks + (long)b.k * size * size, &image, v, u, own, beside);
                tile_add(&b, own, beside, moved);
            }
#pragma unroll
            for (int r = 0; r < CLPT_TILE_ROWS; r++) {
                sums[r] += weight == WEIGHT_CENTRE ? moved[r] : mask[r] * moved[r];
                totals[r] += mask[r];
            }
        }
    }
#pragma unroll
    for (int r = 0; r < CLPT_TILE_ROWS; r++) sums[r] = divided(weight, sums[r], totals[r]);
    tile_write(&mine, canvas + canvas_offset + group * pixels, canvas_offset >= 0,
               total + total_offset + group * pixels, total_offset >= 0, sums, totals);
}
