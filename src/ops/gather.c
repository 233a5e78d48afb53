/* SPDX-License-Identifier: Apache-2.0 */
/* Gathering onto a canvas: tile lists are built on the device for as many blocks as their memory allows, then each tile
 * sums its own list in order; the next blocks continue from those sums. */
#include "core/tuning.h"
#include "ops/operation.h"
#include "ops/selection.h"
#include "ops/tile_lists.h"

typedef struct tiling {
    int64_t x, y;   /* tiles across and down */
    int64_t length; /* capacity of a list, in blocks */
    clpt_buffer *counts, *lists;
} tiling;

/* ---- the lists ---- */

typedef struct lists_args {
    const clpti_gather_args *gather;
    const clpti_selection *at;
    const tiling *tiling;
    bool grouped; /* the tuning selects work-groups */
} lists_args;

enum { list_items = 64 };

static clpt_status run_lists(clpt_context *context, const lists_args *a, const char *kernel, int64_t items)
{
    const tiling *t = a->tiling;
    int64_t tiles = t->x * t->y;
    int32_t local = items > 1 ? (int32_t)items : 0, one = items > 1;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "tiles",
                        .kernel = kernel,
                        .options = "",
                        .global = {items * tiles},
                        .local = {local, one, one},
                        .args = CLPTI_ARGS(CLPTI_SELECTION(*a->at), CLPTI_LONG(a->at->count),
                                           CLPTI_LONG(a->gather->crop), CLPTI_LONG(t->x), CLPTI_LONG(tiles),
                                           CLPTI_LONG(t->length), CLPTI_BUFFER(t->counts), CLPTI_BUFFER(t->lists))});
}

static bool grouped_lists_apply(const clpt_context *context, const void *args)
{
    const lists_args *a = args;
    char requested[40];
    bool uses_lists = a->grouped || clpti_requested_variant(context, "tiles", requested, sizeof requested);
    return uses_lists && context->device.max_work_group >= list_items;
}

static clpt_status grouped_lists(clpt_context *context, const void *args)
{
    return run_lists(context, args, "tiles_group", list_items);
}

static clpt_status general_lists(clpt_context *context, const void *args)
{
    return run_lists(context, args, "tiles_general", 1);
}

static const clpti_variant list_variants[] = {
    {"group", "tile_group = 1 in the tuning, and work-groups of 64", grouped_lists_apply, grouped_lists},
    {"general", NULL, NULL, general_lists},
    {0}};
/* A reference context gathers without lists. */
const clpti_operation clpti_operation_tiles = {"tiles", NULL, list_variants};

static clpt_status make_lists(clpt_context *context, const clpti_gather_args *a, const clpti_selection *at,
                              const tiling *t)
{
    lists_args args = {
        .gather = a, .at = at, .tiling = t, .grouped = clpti_tuned(context, CLPTI_TUNING_TILE_GROUP) != 0};
    return clpti_operation_run(context, &clpti_operation_tiles, &args);
}

/* ---- the sums ---- */

/* Both kernels take the same arguments. */
static clpt_status launch(clpt_context *context, const clpti_launch *shape, const clpti_gather_args *a,
                          const clpti_selection *at, clpti_view patches, const tiling *t)
{
    clpti_launch full = *shape;
    full.args = CLPTI_ARGS(CLPTI_VIEW(patches), CLPTI_LONG(a->size), CLPTI_LONG(a->crop), CLPTI_SELECTION(*at),
                           CLPTI_VIEW(a->weights), CLPTI_VIEW(a->canvas), CLPTI_VIEW(a->weight_sum),
                           CLPTI_LONG(a->height), CLPTI_LONG(a->width), CLPTI_LONG(t->x), CLPTI_LONG(t->length),
                           CLPTI_BUFFER(t->counts), CLPTI_BUFFER(t->lists));
    return clpti_run_kernel(context, &full);
}

/* Approximate memory limit of the lists, and their minimum length in blocks. */
enum { list_bytes = 32 << 20, shortest = 128 };

static int64_t list_length(int64_t tiles, int64_t blocks)
{
    int64_t length = list_bytes / (4 * tiles);
    if (length < shortest) length = shortest;
    return length < blocks ? length : blocks;
}

/* Lists and sums, in chunks of the list capacity. */
static clpt_status gather(clpt_context *context, const clpti_gather_args *a, const clpti_launch *shape)
{
    clpt_status status = CLPT_OK;
    tiling t = {.x = (a->width + CLPT_TILE - 1) / CLPT_TILE, .y = (a->height + CLPT_TILE - 1) / CLPT_TILE};
    t.length = list_length(t.x * t.y, a->at.count);
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_INDEX, t.x * t.y, &t.counts));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_INDEX, t.x * t.y * t.length, &t.lists));
    for (int64_t done = 0; done < a->at.count; done += t.length) {
        clpti_selection at = a->at;
        at.first += done;
        at.count = a->at.count - done < t.length ? a->at.count - done : t.length;
        CLPTI_TRY(make_lists(context, a, &at, &t));
        CLPTI_TRY(launch(context, shape, a, &at, clpti_view_at(a->patches, done * a->size * a->size), &t));
    }
cleanup:
    clpti_scratch_give(&t.lists);
    clpti_scratch_give(&t.counts);
    return status;
}

static int64_t whole_tiles(int64_t pixels)
{
    return (pixels + CLPT_TILE - 1) / CLPT_TILE * CLPT_TILE;
}

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_gather_args *a = args;
    return gather(context, a,
                  &(clpti_launch){.file = "gather",
                                  .kernel = "gather_general",
                                  .options = clpti_element_option(a->complex),
                                  .global = {whole_tiles(a->width), whole_tiles(a->height)},
                                  .local = {CLPT_TILE, CLPT_TILE, 1}});
}

static bool lanes_apply(const clpt_context *context, const void *args)
{
    const clpti_gather_args *a = args;
    return clpti_capabilities_of(context)->cpu_shaped && a->complex && a->weights.buffer && a->weight_sum.buffer;
}

static clpt_status lanes(clpt_context *context, const void *args)
{
    const clpti_gather_args *a = args;
    return gather(context, a,
                  &(clpti_launch){.file = "gather_lanes",
                                  .kernel = "gather_lanes",
                                  .options = "",
                                  .global = {(a->width + 7) / 8, a->height}});
}

/* ---- a GPU: tiles that keep their blocks' positions in local memory ---- */

static bool tile_applies(const clpt_context *context, const void *args)
{
    const clpti_gather_args *a = args;
    return clpti_tile_suits(context, "gather", a->size, a->at.count, a->height, a->width);
}

static clpt_status tile(clpt_context *context, const void *args)
{
    const clpti_gather_args *a = args;
    clpti_tiling where = {a->crop, a->height, a->width, a->at.shift_x, a->at.shift_y};
    clpt_buffer *starts = NULL, *lists = NULL;
    clpt_status status = clpti_tile_lists_find(context, &a->at, &where, &starts, &lists);
    if (status != CLPT_OK) return status;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "gather_tile",
                        .kernel = "gather_tile",
                        .options = clpti_element_option(a->complex),
                        .global = CLPTI_TILE_GLOBAL(a->height, a->width, 1),
                        .local = CLPTI_TILE_LOCAL,
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->patches), CLPTI_INT(a->size), CLPTI_INT(a->crop),
                                           CLPTI_SELECTION(a->at), CLPTI_INT(a->at.count), CLPTI_VIEW(a->weights),
                                           CLPTI_INT(clpti_tile_weighing(a->weights, a->weight_sum)),
                                           CLPTI_VIEW(a->canvas), CLPTI_VIEW(a->weight_sum), CLPTI_INT(a->height),
                                           CLPTI_INT(a->width), CLPTI_BUFFER(starts), CLPTI_BUFFER(lists))});
}

static const clpti_variant variants[] = {{"lanes", "a CPU, complex patches, weights and their sum", lanes_apply, lanes},
                                         {"tile", CLPTI_TILE_NEEDS, tile_applies, tile},
                                         {"general", NULL, NULL, general},
                                         {0}};
const clpti_operation clpti_operation_gather = {"gather", clpti_ref_gather, variants};

clpt_status clpti_gather(clpt_context *context, const clpti_gather_args *args)
{
    return clpti_operation_run(context, &clpti_operation_gather, args);
}
