/* SPDX-License-Identifier: Apache-2.0 */
/* Tiles of GPU kernels (cl/common/tile_blocks.clh): lists of the blocks that touch each tile. Lists are built on the
 * device and kept with the positions, for canvases that are used repeatedly. */
#ifndef CLPTI_OPS_TILE_LISTS_H
#define CLPTI_OPS_TILE_LISTS_H

#include "cl/runtime.h"
#include "ops/ops.h"
#include "shared/tile.h"

/* A canvas, and the geometry of the blocks moved onto it. */
typedef struct clpti_tiling {
    int64_t crop, height, width; /* blocks of crop×crop pixels at position + shift */
    int64_t shift_x, shift_y;
} clpti_tiling;

typedef struct clpti_tile_lists {
    clpti_tiling tiling;
    int64_t uses;                /* number of uses */
    clpt_buffer *starts, *lists; /* NULL: not built */
} clpti_tile_lists;

enum { clpti_tile_kept = 4 };

/* Lists kept with a set of positions; the least recently used is evicted first. */
typedef struct clpti_tile_cache {
    clpti_tile_lists kept[clpti_tile_kept];
    int count;
} clpti_tile_cache;

static inline int64_t clpti_tiles_across(int64_t width)
{
    return (width + CLPT_TILE_WIDTH - 1) / CLPT_TILE_WIDTH;
}

static inline int64_t clpti_tiles_down(int64_t height)
{
    return (height + CLPT_TILE_HEIGHT - 1) / CLPT_TILE_HEIGHT;
}

/* Lists for gathering a selection; both NULL where testing every block is as fast: a permuted selection, few positions,
 * a first use. The positions own them. */
clpt_status clpti_tile_lists_find(clpt_context *context, const clpti_selection *at, const clpti_tiling *tiling,
                                  clpt_buffer **starts, clpt_buffer **lists);

/* Discards all lists after a change of positions. */
void clpti_tile_lists_drop(clpti_tile_cache *cache);

/* True if the tile kernels of `operation` suit the device (any device if the variant is forced) and these sizes. */
bool clpti_tile_suits(const clpt_context *context, const char *operation, int64_t side, int64_t count, int64_t height,
                      int64_t width);

#define CLPTI_TILE_NEEDS "a GPU, and a side up to 32768"

/* Weight sum of tile kernels: 0 none, 1 of ones, 2 of weights. */
static inline int clpti_tile_weighing(clpti_view weights, clpti_view weight_sum)
{
    return !weight_sum.buffer ? 0 : weights.buffer ? 2 : 1;
}

/* `global` and `local` of a launch with one work-group per tile of a canvas. */
#define CLPTI_TILE_GLOBAL(height, width, images)                                                                       \
    {                                                                                                                  \
        clpti_tiles_across(width) * CLPT_TILE_WIDTH, clpti_tiles_down(height) * (CLPT_TILE_HEIGHT / CLPT_TILE_ROWS),   \
            (images)                                                                                                   \
    }
#define CLPTI_TILE_LOCAL                                                                                               \
    {                                                                                                                  \
        CLPT_TILE_WIDTH, CLPT_TILE_HEIGHT / CLPT_TILE_ROWS, 1                                                          \
    }

#endif
