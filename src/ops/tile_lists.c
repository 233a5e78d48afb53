/* SPDX-License-Identifier: Apache-2.0 */
/* Operation tile_lists: the blocks that touch each tile of a canvas. */
#include "ops/tile_lists.h"

#include <string.h>

#include "ops/operation.h"
#include "ops/selection.h"

/* With fewer positions, testing all of them is as fast; with more entries, lists are not worth their memory. */
enum { positions_min = 256 };
static const int64_t entries_max = 64 << 20;

void clpti_tile_lists_drop(clpti_tile_cache *cache)
{
    if (!cache) return;
    for (int i = 0; i < cache->count; i++) {
        clpti_scratch_give(&cache->kept[i].lists);
        clpti_scratch_give(&cache->kept[i].starts);
    }
    cache->count = 0;
}

/* Maximum number of tiles along an axis that a moved block of `crop` pixels can touch. */
static int64_t touched(int64_t crop, int64_t tile, int64_t tiles)
{
    int64_t maximum = (crop + tile) / tile + 1;
    return maximum < tiles ? maximum : tiles;
}

static int64_t entries_of(const clpti_tiling *t, int64_t positions)
{
    int64_t across = touched(t->crop, CLPT_TILE_WIDTH, clpti_tiles_across(t->width));
    int64_t down = touched(t->crop, CLPT_TILE_HEIGHT, clpti_tiles_down(t->height));
    return across * down > entries_max / positions ? INT64_MAX : across * down * positions;
}

static clpt_status make(clpt_context *context, const clpti_positions *positions, clpti_tile_lists *l)
{
    clpt_status status = CLPT_OK;
    const clpti_tiling *t = &l->tiling;
    int64_t across = clpti_tiles_across(t->width), tiles = across * clpti_tiles_down(t->height);
    clpti_selection all = {.positions = positions, .shift_x = t->shift_x, .shift_y = t->shift_y};
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_INDEX, tiles + 1, &l->starts));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_INDEX, entries_of(t, positions->count), &l->lists));
    clpti_launch launch = {.file = "tile_lists",
                           .kernel = "tile_lists_count",
                           .options = "",
                           .global = {CLPT_TILE_ITEMS * tiles},
                           .local = {CLPT_TILE_ITEMS, 1, 1}};
    launch.args = CLPTI_ARGS(CLPTI_SELECTION(all), CLPTI_INT(positions->count), CLPTI_INT(t->crop), CLPTI_INT(across),
                             CLPTI_BUFFER(l->starts));
    CLPTI_TRY(clpti_run_kernel(context, &launch));
    CLPTI_TRY(
        clpti_run_kernel(context, &(clpti_launch){.file = "tile_lists",
                                                  .kernel = "tile_lists_sum",
                                                  .options = "",
                                                  .global = {64},
                                                  .local = {64, 1, 1},
                                                  .args = CLPTI_ARGS(CLPTI_INT(tiles), CLPTI_BUFFER(l->starts))}));
    launch.kernel = "tile_lists_fill";
    launch.args = CLPTI_ARGS(CLPTI_SELECTION(all), CLPTI_INT(positions->count), CLPTI_INT(t->crop), CLPTI_INT(across),
                             CLPTI_BUFFER(l->starts), CLPTI_BUFFER(l->lists));
    CLPTI_TRY(clpti_run_kernel(context, &launch));
cleanup:
    if (status != CLPT_OK) {
        clpti_scratch_give(&l->lists);
        clpti_scratch_give(&l->starts);
    }
    return status;
}

static bool same(const clpti_tiling *a, const clpti_tiling *b)
{
    return a->crop == b->crop && a->height == b->height && a->width == b->width && a->shift_x == b->shift_x &&
           a->shift_y == b->shift_y;
}

/* The cache entry of a tiling, created if necessary, moved to the front. */
static clpti_tile_lists *entry_of(clpti_tile_cache *cache, const clpti_tiling *tiling)
{
    int i = 0;
    while (i < cache->count && !same(&cache->kept[i].tiling, tiling)) i++;
    if (i == cache->count && i == clpti_tile_kept) {
        i--;
        clpti_scratch_give(&cache->kept[i].lists);
        clpti_scratch_give(&cache->kept[i].starts);
        cache->count--;
    }
    clpti_tile_lists entry = i < cache->count ? cache->kept[i] : (clpti_tile_lists){.tiling = *tiling};
    if (i == cache->count) cache->count++;
    memmove(cache->kept + 1, cache->kept, (size_t)i * sizeof *cache->kept);
    cache->kept[0] = entry;
    return cache->kept;
}

/* ---- keeping lists ---- */

typedef struct lists_args {
    const clpti_positions *positions;
    clpti_tile_lists *entry; /* NULL: lists of these positions are not kept */
    clpt_buffer **starts, **lists;
} lists_args;

static bool kept_applies(const clpt_context *context, const void *args)
{
    const lists_args *a = args;
    char requested[40];
    return a->entry && (a->entry->uses > 1 ||
                        clpti_requested_variant(context, clpti_operation_tile_lists.name, requested, sizeof requested));
}

static clpt_status kept(clpt_context *context, const void *args)
{
    const lists_args *a = args;
    if (!a->entry->lists) {
        clpt_status status = make(context, a->positions, a->entry);
        if (status != CLPT_OK) return status;
    }
    *a->starts = a->entry->starts;
    *a->lists = a->entry->lists;
    return CLPT_OK;
}

static clpt_status searched(clpt_context *context, const void *args)
{
    const lists_args *a = args;
    (void)context;
    *a->starts = *a->lists = NULL;
    return CLPT_OK;
}

static const clpti_variant variants[] = {
    {"kept", "256 or more positions in their own order, used on this canvas before, and lists of up to 2^26 entries",
     kept_applies, kept},
    {"searched", NULL, NULL, searched}, /* by each tile, in the kernel that gathers */
    {0}};
/* A reference context gathers without lists. */
const clpti_operation clpti_operation_tile_lists = {"tile_lists", NULL, variants};

clpt_status clpti_tile_lists_find(clpt_context *context, const clpti_selection *at, const clpti_tiling *tiling,
                                  clpt_buffer **starts, clpt_buffer **lists)
{
    const clpti_positions *positions = at->positions;
    lists_args args = {.positions = positions, .starts = starts, .lists = lists};
    char requested[40];
    bool forced =
        clpti_requested_variant(context, clpti_operation_tile_lists.name, requested, sizeof requested) != NULL;
    *starts = *lists = NULL;
    if (!at->order && positions->tiles && (forced || positions->count >= positions_min) &&
        entries_of(tiling, positions->count) <= entries_max) {
        args.entry = entry_of(positions->tiles, tiling);
        args.entry->uses++;
    }
    return clpti_operation_run(context, &clpti_operation_tile_lists, &args);
}

bool clpti_tile_suits(const clpt_context *context, const char *operation, int64_t side, int64_t count, int64_t height,
                      int64_t width)
{
    char requested[40];
    bool gpu = context->device.type == CLPT_DEVICE_GPU ||
               clpti_requested_variant(context, operation, requested, sizeof requested);
    return gpu && context->device.max_work_group >= CLPT_TILE_ITEMS && side <= 32768 && count <= INT32_MAX &&
           height <= INT32_MAX - 65536 && width <= INT32_MAX - 65536;
}
