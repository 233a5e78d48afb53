/* SPDX-License-Identifier: Apache-2.0 */
/* tiles: for every tile of a canvas, which blocks of a selection touch it, in ascending order.
 *
 * A block covers crop×crop pixels from its place on, one more where the place has a fraction. counts [tiles],
 * lists [tiles, CLPT_TILE_LIST]. Precondition: count ≤ CLPT_TILE_LIST. One work-item per tile. */
#include "common/place.clh"
#include "shared/tile.h"

kernel void tiles_general(SELECTION_ARGS, long count, long crop, long tiles_x, long tiles, global int *counts,
                          long counts_offset, global int *lists, long lists_offset)
{
    long tile = get_global_id(0);
    if (tile >= tiles) return;
    long left = tile % tiles_x * CLPT_TILE, top = tile / tiles_x * CLPT_TILE;
    global int *list = lists + lists_offset + tile * CLPT_TILE_LIST;
    int used = 0;
    for (long k = 0; k < count; k++) {
        clpt_place place = selected_place(SELECTION, k);
        if (place.x < left + CLPT_TILE && place.x + crop >= left && place.y < top + CLPT_TILE && place.y + crop >= top)
            list[used++] = (int)k;
    }
    counts[counts_offset + tile] = used;
}
