/* SPDX-License-Identifier: Apache-2.0 */
/* object_gradient_tile: canvas[y, x] += Σ_k b_k moved to place_k, b_k[v, u] = Σ_p conj(probe[p, i])·waves[k, p, i] at
 * i = (v + pad, u + pad), and weight_sum[y, x] += Σ_k of the weights moved likewise: gather_tile.cl with blocks that
 * are made where they are read, so that they need no memory of their own.
 *
 * waves [.., modes, size, size], probe [modes, size, size], weights [patch, patch]; canvas, weight_sum [images, height,
 * width]. per_image = 0: all blocks go to one canvas, from what is there; else image g takes blocks g·per_image … alone
 * and starts at 0, with CLPT_WEIGH 0. Otherwise as gather_tile.cl. Preconditions: as there; per_image = 0 where lists
 * are given. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/complex.clh"
#include "common/tile_sum.clh"

/* conj(probe)·wave, its roundings spelt out (tile_add). */
inline float2 product(float2 probe, float2 wave)
{
    return (float2)(fma(probe.x, wave.x, probe.y * wave.y), fma(probe.x, wave.y, -(probe.y * wave.x)));
}

/* Waves as tile_load left them become conj(probe)·wave. */
inline void times_probe(global const float2 *probe, const tile_image *image, int v, int u, float2 *own, float2 *beside)
{
    float2 probe_own[CLPT_TILE_ROWS + 1], probe_beside[CLPT_TILE_ROWS + 1];
    tile_load(probe, image, v, u, probe_own, probe_beside);
#pragma unroll
    for (int r = 0; r <= CLPT_TILE_ROWS; r++) {
        own[r] = product(probe_own[r], own[r]);
        beside[r] = product(probe_beside[r], beside[r]);
    }
}

kernel WORK_GROUP(CLPT_TILE_ITEMS) void object_gradient_tile(
    global const float2 *waves, long waves_offset, global const float2 *probe, long probe_offset, int modes, int size,
    int patch, int pad, SELECTION_ARGS, int count, int per_image, global const float *weights, long weights_offset,
    global float2 *canvas, long canvas_offset, global float *weight_sum, long weight_sum_offset, int height, int width,
    global const int *starts, long starts_offset, global const int *lists, long lists_offset)
{
    local tile_room room;
    int me = (int)get_local_id(0), across = me % CLPT_TILE_WIDTH, down = me / CLPT_TILE_WIDTH;
    int tile_x = (int)get_group_id(0), tile_y = (int)get_group_id(1);
    long image_index = get_group_id(2), pixels = (long)size * size;
    first += image_index * per_image;
    tile_walk walk = tile_start(tile_x, tile_y, tile_y * (int)get_num_groups(0) + tile_x, patch, starts, starts_offset,
                                lists, lists_offset, first, per_image ? per_image : count);
    int row = down * CLPT_TILE_ROWS;
    tile_pixels mine = {walk.left + across, walk.top + row, width, height};
    int start = pad * (size + 1);
    probe += probe_offset + start;
    global const float2 *blocks = waves + waves_offset + image_index * per_image * modes * pixels + start;
    canvas += canvas_offset + image_index * height * width;
    float2 sums[CLPT_TILE_ROWS], own[CLPT_TILE_TOGETHER][CLPT_TILE_ROWS + 1];
    float2 beside[CLPT_TILE_TOGETHER][CLPT_TILE_ROWS + 1];
    float totals[CLPT_TILE_ROWS];
#pragma unroll
    for (int r = 0; r < CLPT_TILE_ROWS; r++) sums[r] = (float2)(totals[r] = 0.0f);
    if (!per_image) tile_read(&mine, canvas, weight_sum + weight_sum_offset, CLPT_WEIGH, sums, totals);
    while (walk.at < walk.end) {
        int used = tile_next(&walk, SELECTION, me, &room);
        /* Entry n is mode n % modes of the block n / modes. */
        for (int entry = 0; entry < used * modes; entry += CLPT_TILE_TOGETHER) {
            int together = min(used * modes - entry, CLPT_TILE_TOGETHER);
#pragma unroll
            for (int j = 0; j < CLPT_TILE_TOGETHER; j++) {
                if (j >= together) continue;
                int i = (entry + j) / modes, p = entry + j - i * modes;
                tile_block b = room.blocks[i];
                tile_image image = {size, patch, b.inside};
                tile_load(blocks + ((long)b.k * modes + p) * pixels, &image, b.v + row, b.u + across, own[j],
                          beside[j]);
            }
#pragma unroll
            for (int j = 0; j < CLPT_TILE_TOGETHER; j++) {
                if (j >= together) continue;
                int i = (entry + j) / modes, p = entry + j - i * modes;
                tile_block b = room.blocks[i];
                tile_image image = {size, patch, b.inside};
                times_probe(probe + p * pixels, &image, b.v + row, b.u + across, own[j], beside[j]);
                tile_add(&b, own[j], beside[j], sums);
            }
        }
        if (CLPT_WEIGH)
            for (int i = 0; i < used; i++) {
                tile_block b = room.blocks[i];
                tile_image image = {patch, patch, b.inside};
                tile_weigh(&b, weights + weights_offset, &image, b.v + row, b.u + across, totals);
            }
    }
    tile_write(&mine, canvas, true, weight_sum + weight_sum_offset, CLPT_WEIGH, sums, totals);
}
