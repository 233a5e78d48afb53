/* SPDX-License-Identifier: Apache-2.0 */
/* object_gradient_tile: canvas[y, x] += Σ_k b_k moved to position_k, b_k[v, u] = Σ_p conj(probe[p, i])·waves[k, p, i]
 * at i = (v + pad, u + pad), and weight_sum[y, x] += Σ_k of the weights, moved likewise: gather_tile.cl with blocks
 * computed on the fly, so that they need no memory.
 *
 * waves [.., modes, size, size], probe [modes, size, size], stride from pattern to pattern, weights [patch, patch],
 * with weigh 3 Σ_p |probe[p]|² of each pattern; canvas, weight_sum [images, height, width]. per_image = 0: all blocks
 * are added to one canvas; otherwise image g is the sum of blocks g·per_image … alone, with weigh 0. With fresh = 1,
 * canvas and weight_sum are taken as 0. Otherwise as gather_tile.cl. Preconditions: those of gather_tile.cl; per_image
 * = 0 with lists. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/complex.clh"
#include "common/tile_sum.clh"

/* Adds conj(probe)·waves to own and beside, as in tile_load, and |probe|² to the powers. */
inline void add_products(global const float2 *wave, global const float2 *probe, const tile_image *image, int v, int u,
                         float2 *own, float2 *beside, float *own_power, float *beside_power)
{
    float2 wave_own[CLPT_TILE_ROWS + 1], wave_beside[CLPT_TILE_ROWS + 1];
    float2 probe_own[CLPT_TILE_ROWS + 1], probe_beside[CLPT_TILE_ROWS + 1];
    tile_load(wave, image, v, u, wave_own, wave_beside);
    tile_load(probe, image, v, u, probe_own, probe_beside);
#pragma unroll
    for (int r = 0; r <= CLPT_TILE_ROWS; r++) {
        own[r] += complex_conj_times(probe_own[r], wave_own[r]);
        beside[r] += complex_conj_times(probe_beside[r], wave_beside[r]);
        own_power[r] += complex_power(probe_own[r]);
        beside_power[r] += complex_power(probe_beside[r]);
    }
}

kernel __attribute__((reqd_work_group_size(CLPT_TILE_WIDTH, CLPT_TILE_HEIGHT / CLPT_TILE_ROWS, 1))) void
object_gradient_tile(global const float2 *waves, long waves_offset, global const float2 *probe, long probe_offset,
                     long probe_stride, int modes, int size, int patch, int pad, SELECTION_ARGS, int count,
                     int per_image, global const float *weights, long weights_offset, int weigh, global float2 *canvas,
                     long canvas_offset, global float *weight_sum, long weight_sum_offset, int height, int width,
                     global const int *starts, long starts_offset, global const int *lists, long lists_offset,
                     int fresh)
{
    local tile_workspace workspace;
    int across = (int)get_local_id(0), down = (int)get_local_id(1), me = down * CLPT_TILE_WIDTH + across;
    int tile_x = (int)get_group_id(0), tile_y = (int)get_group_id(1);
    long image_index = get_group_id(2), pixels = (long)size * size;
    first += image_index * per_image;
    tile_walk walk = tile_start(tile_x, tile_y, tile_y * (int)get_num_groups(0) + tile_x, patch, starts, starts_offset,
                                lists, lists_offset, first, per_image ? per_image : count);
    tile_pixels mine = {walk.left + across, walk.top + down * CLPT_TILE_ROWS, width, height};
    int start = pad * (size + 1);
    global const float2 *blocks = waves + waves_offset + image_index * per_image * modes * pixels + start;
    canvas += canvas_offset + image_index * height * width;
    float2 sums[CLPT_TILE_ROWS];
    float totals[CLPT_TILE_ROWS], own_weight[CLPT_TILE_ROWS + 1], beside_weight[CLPT_TILE_ROWS + 1];
#pragma unroll
    for (int r = 0; r < CLPT_TILE_ROWS; r++) sums[r] = (float2)(totals[r] = 0.0f);
    if (!per_image && !fresh) tile_read(&mine, canvas, weight_sum + weight_sum_offset, weigh, sums, totals);
    while (walk.at < walk.end) {
        int used = tile_next(&walk, SELECTION, me, &workspace);
        for (int i = 0; i < used; i++) {
            tile_block b = workspace.blocks[i];
            tile_image image = {size, patch, b.inside}, weight_image = {patch, patch, b.inside};
            int u = b.u + across, v = b.v + down * CLPT_TILE_ROWS;
            float2 own[CLPT_TILE_ROWS + 1], beside[CLPT_TILE_ROWS + 1];
#pragma unroll
            for (int r = 0; r <= CLPT_TILE_ROWS; r++)
                own[r] = beside[r] = (float2)(own_weight[r] = beside_weight[r] = 0.0f);
            for (int p = 0; p < modes; p++)
                add_products(blocks + ((long)b.k * modes + p) * pixels,
                             probe + probe_offset + b.k * probe_stride + p * pixels + start, &image, v, u, own, beside,
                             own_weight, beside_weight);
            if (weigh == 2) {
                tile_load_real(weights + weights_offset, &weight_image, v, u, own_weight, beside_weight);
                tile_add_real(&b, own_weight, beside_weight, totals);
            } else if (weigh == 3) {
                tile_add_real(&b, own_weight, beside_weight, totals);
            } else if (weigh == 1) {
                tile_add_ones(&b, patch, v, u, totals);
            }
            tile_add(&b, own, beside, sums);
        }
    }
    tile_write(&mine, canvas, true, weight_sum + weight_sum_offset, weigh, sums, totals);
}
