/* SPDX-License-Identifier: Apache-2.0 */
/* The tiles of GPU kernels (cl/common/tile_blocks.clh): which blocks of a set of places touch each. Lists are made on
 * the device and kept with the places, for those canvases that they are gathered on again and again. */
#ifndef CLPTI_OPS_TILE_LISTS_H
#define CLPTI_OPS_TILE_LISTS_H

#include "cl/runtime.h"
#include "ops/ops.h"
#include "shared/tile.h"

/* A canvas, and the blocks that are moved onto it. */
typedef struct clpti_tiling {
    int64_t crop, height, width; /* blocks of crop×crop pixels at place + shift */
    int64_t shift_x, shift_y;
} clpti_tiling;

typedef struct clpti_tile_lists {
    clpti_tiling tiling;
    int64_t asked;               /* how often */
    clpt_buffer *starts, *lists; /* NULL: not made */
} clpti_tile_lists;

enum { clpti_tile_kept = 4 };

/* What places keep; the first to give way is the one asked for longest ago. */
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

/* Lists for gathering a selection, both NULL where testing block after block is as good: an order, few places, a first
 * use. They belong to the places. */
clpt_status clpti_tile_lists_find(clpt_context *context, const clpti_selection *at, const clpti_tiling *tiling,
                                  clpt_buffer **starts, clpt_buffer **lists);

/* Forgets all lists: places moved. */
void clpti_tile_lists_drop(clpti_tile_cache *cache);

/* Whether tile kernels of `operation` suit the device (any device when the variant is forced) and these sizes. */
bool clpti_tile_suits(const clpt_context *context, const char *operation, int64_t side, int64_t count, int64_t height,
                      int64_t width);

#define CLPTI_TILE_NEEDS "a GPU, and a side up to 32768"

/* What tile kernels do for a weight sum: 0 nothing, 1 add up ones, 2 add up weights. */
static inline int clpti_tile_weighing(clpti_view weights, clpti_view weight_sum)
{
    return !weight_sum.buffer ? 0 : weights.buffer ? 2 : 1;
}

/* `global` and `local` of a launch with a work-group per tile of a canvas. */
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
