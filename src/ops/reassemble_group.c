/* SPDX-License-Identifier: Apache-2.0 */
/* Operation reassemble_group: patches of groups merged onto canvases. */
#include "ops/operation.h"
#include "ops/selection.h"
#include "ops/tile_lists.h"

/* One of the two merge implementations; `total` is optional. */
typedef clpt_status (*merging)(clpt_context *context, const clpti_reassemble_group_args *a, clpti_view total);

static clpt_status merge(clpt_context *context, const clpti_reassemble_group_args *a, clpti_view total)
{
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "reassemble_group",
                                 .kernel = "reassemble_group_general",
                                 .options = clpti_element_option(a->complex),
                                 .global = {a->side, a->side, a->groups},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->patches), CLPTI_LONG(a->groups),
                                                    CLPTI_LONG(a->per_group), CLPTI_LONG(a->size),
                                                    CLPTI_SELECTION(a->at), CLPTI_INT(a->weight), CLPTI_VIEW(a->power),
                                                    CLPTI_VIEW(a->canvas), CLPTI_LONG(a->side), CLPTI_VIEW(total))});
}

static clpt_status merge_tiles(clpt_context *context, const clpti_reassemble_group_args *a, clpti_view total)
{
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "reassemble_group_tile",
                                 .kernel = "reassemble_group_tile",
                                 .options = clpti_element_option(a->complex),
                                 .global = CLPTI_TILE_GLOBAL(a->side, a->side, a->groups),
                                 .local = CLPTI_TILE_LOCAL,
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->patches), CLPTI_INT(a->per_group), CLPTI_INT(a->size),
                                                    CLPTI_SELECTION(a->at), CLPTI_INT(a->weight), CLPTI_VIEW(a->power),
                                                    CLPTI_VIEW(a->canvas), CLPTI_INT(a->side), CLPTI_VIEW(total))});
}

static clpt_status cut_off(clpt_context *context, const clpti_reassemble_group_args *a, clpti_view total,
                           clpti_view largest)
{
    int64_t pixels = a->side * a->side;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "reassemble_group",
                                 .kernel = "reassemble_group_cutoff",
                                 .options = clpti_element_option(a->complex),
                                 .global = {pixels, a->groups},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->canvas), CLPTI_VIEW(total), CLPTI_VIEW(largest),
                                                    CLPTI_LONG(a->groups), CLPTI_LONG(pixels))});
}

/* The caller's view if given, otherwise scratch of that size. */
static clpt_status view_or_scratch(clpt_context *context, clpti_view given, int64_t count, clpt_buffer **scratch,
                                   clpti_view *view)
{
    *view = given;
    if (given.buffer) return CLPT_OK;
    clpt_status status = clpti_scratch_take(context, CLPTI_REAL, count, scratch);
    *view = clpti_view_of(*scratch);
    return status;
}

static clpt_status run(clpt_context *context, const clpti_reassemble_group_args *a, merging way)
{
    if (a->weight != CLPT_WEIGHT_PROBE) return way(context, a, a->total);
    clpt_status status = CLPT_OK;
    clpt_buffer *total_scratch = NULL, *largest_scratch = NULL;
    clpti_view total, largest;
    int64_t pixels = a->side * a->side;
    CLPTI_TRY(view_or_scratch(context, a->total, a->groups * pixels, &total_scratch, &total));
    CLPTI_TRY(view_or_scratch(context, a->largest, a->groups, &largest_scratch, &largest));
    CLPTI_TRY(way(context, a, total));
    CLPTI_TRY(clpti_largest(
        context, &(clpti_largest_args){.values = total, .groups = a->groups, .count = pixels, .out = largest}));
    if (a->canvas.buffer) CLPTI_TRY(cut_off(context, a, total, largest));
cleanup:
    clpti_scratch_give(&largest_scratch);
    clpti_scratch_give(&total_scratch);
    return status;
}

static clpt_status general(clpt_context *context, const void *args)
{
    return run(context, args, merge);
}

static bool tile_applies(const clpt_context *context, const void *args)
{
    const clpti_reassemble_group_args *a = args;
    return clpti_tile_suits(context, "reassemble_group", a->size, a->at.count, a->side, a->side);
}

static clpt_status tile(clpt_context *context, const void *args)
{
    return run(context, args, merge_tiles);
}

static const clpti_variant variants[] = {
    {"tile", CLPTI_TILE_NEEDS, tile_applies, tile}, {"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_reassemble_group = {"reassemble_group", clpti_ref_reassemble_group, variants};

clpt_status clpti_reassemble_group(clpt_context *context, const clpti_reassemble_group_args *args)
{
    return clpti_operation_run(context, &clpti_operation_reassemble_group, args);
}
