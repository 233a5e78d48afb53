/* SPDX-License-Identifier: Apache-2.0 */
/* Operations round_positions, shift_waves, shift_sums and patch_products. */
#include "ops/subpixel.h"

#include "ops/operation.h"
#include "ops/selection.h"
#include "ops/tile_lists.h"

#define CHOSEN(s) CLPTI_BUFFER((s).positions->pairs), CLPTI_ORDER((s).order), CLPTI_LONG((s).first)
#define LANES_NEEDS "a CPU and a side divisible by 8"

static bool rows_apply(const clpt_context *context, int64_t size)
{
    return clpti_capabilities_of(context)->cpu_shaped && size % 8 == 0;
}

static clpt_status round_general(clpt_context *context, const void *args)
{
    const clpti_round_positions_args *a = args;
    clpti_tile_lists_drop(a->whole->tiles);
    return clpti_run_kernel(context,
                            &(clpti_launch){.file = "subpixel",
                                            .kernel = "round_positions_general",
                                            .options = "",
                                            .global = {a->count},
                                            .args = CLPTI_ARGS(CLPTI_BUFFER(a->positions->pairs),
                                                               CLPTI_BUFFER(a->whole->pairs), CLPTI_LONG(a->count))});
}

/* The ramps of a selection, or their derivatives along an axis, in scratch memory. */
static clpt_status find_ramps(clpt_context *context, const clpti_selection *at, int64_t size, clpti_axis axis,
                              clpt_buffer **ramps)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, 2 * at->count * size, ramps));
    CLPTI_TRY(clpti_run_kernel(context,
                               &(clpti_launch){.file = "subpixel",
                                               .kernel = "subpixel_ramps",
                                               .options = "",
                                               .global = {size, 2, at->count},
                                               .args = CLPTI_ARGS(CHOSEN(*at), CLPTI_LONG(at->count), CLPTI_LONG(size),
                                                                  CLPTI_INT(axis), CLPTI_BUFFER(*ramps))}));
cleanup:
    return status;
}

static clpt_status run_waves(clpt_context *context, const clpti_shift_waves_args *a, clpti_launch launch)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *ramps = NULL;
    CLPTI_TRY(find_ramps(context, &a->at, a->size, a->axis, &ramps));
    launch.options = "";
    launch.args = CLPTI_ARGS(CLPTI_VIEW(a->spectra), CLPTI_LONG(a->stride), CLPTI_BUFFER(ramps),
                             CLPTI_LONG(a->at.count), CLPTI_LONG(a->modes), CLPTI_LONG(a->size),
                             CLPTI_INT(a->conjugate), CLPTI_FLOAT(a->factor), CLPTI_VIEW(a->out));
    CLPTI_TRY(clpti_run_kernel(context, &launch));
cleanup:
    clpti_scratch_give(&ramps);
    return status;
}

static clpt_status waves_general(clpt_context *context, const void *args)
{
    const clpti_shift_waves_args *a = args;
    return run_waves(context, a,
                     (clpti_launch){.file = "subpixel",
                                    .kernel = "shift_waves_general",
                                    .global = {a->size, a->size, a->at.count * a->modes}});
}

static bool waves_lanes_apply(const clpt_context *context, const void *args)
{
    return rows_apply(context, ((const clpti_shift_waves_args *)args)->size);
}

static clpt_status waves_lanes(clpt_context *context, const void *args)
{
    const clpti_shift_waves_args *a = args;
    return run_waves(context, a,
                     (clpti_launch){.file = "subpixel_lanes",
                                    .kernel = "shift_waves_lanes",
                                    .global = {a->size, a->at.count * a->modes},
                                    .local = {1, 1, 1}});
}

static clpt_status run_sums(clpt_context *context, const clpti_shift_sums_args *a, clpti_launch launch)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *ramps = NULL;
    CLPTI_TRY(find_ramps(context, &a->at, a->size, CLPTI_AXIS_NONE, &ramps));
    launch.options = "";
    launch.args = CLPTI_ARGS(CLPTI_VIEW(a->spectra), CLPTI_BUFFER(ramps), CLPTI_LONG(a->at.first),
                             CLPTI_LONG(a->at.count), CLPTI_LONG(a->modes), CLPTI_LONG(a->size), CLPTI_LONG(a->slots),
                             CLPTI_FLOAT(a->factor), CLPTI_VIEW(a->sums));
    CLPTI_TRY(clpti_run_kernel(context, &launch));
cleanup:
    clpti_scratch_give(&ramps);
    return status;
}

static clpt_status sums_general(clpt_context *context, const void *args)
{
    const clpti_shift_sums_args *a = args;
    return run_sums(context, a,
                    (clpti_launch){.file = "subpixel",
                                   .kernel = "shift_sums_general",
                                   .global = {a->size, a->size, a->modes * a->slots}});
}

static bool sums_lanes_apply(const clpt_context *context, const void *args)
{
    return rows_apply(context, ((const clpti_shift_sums_args *)args)->size);
}

static clpt_status sums_lanes(clpt_context *context, const void *args)
{
    const clpti_shift_sums_args *a = args;
    return run_sums(context, a,
                    (clpti_launch){.file = "subpixel_lanes",
                                   .kernel = "shift_sums_lanes",
                                   .global = {a->size, a->modes * a->slots},
                                   .local = {1, 1, 1}});
}

static clpt_status run_products(clpt_context *context, const clpti_patch_products_args *a, clpti_launch launch)
{
    launch.options = "";
    launch.args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width), CLPTI_SELECTION(a->at),
                             CLPTI_LONG(a->at.count), CLPTI_VIEW(a->waves), CLPTI_LONG(a->modes), CLPTI_LONG(a->size),
                             CLPTI_LONG(a->slots), CLPTI_VIEW(a->out), CLPTI_VIEW(a->patch_power));
    return clpti_run_kernel(context, &launch);
}

static clpt_status products_general(clpt_context *context, const void *args)
{
    const clpti_patch_products_args *a = args;
    return run_products(
        context, a,
        (clpti_launch){.file = "subpixel", .kernel = "patch_products_general", .global = {a->size, a->size, a->slots}});
}

static bool products_lanes_apply(const clpt_context *context, const void *args)
{
    return rows_apply(context, ((const clpti_patch_products_args *)args)->size);
}

static clpt_status products_lanes(clpt_context *context, const void *args)
{
    const clpti_patch_products_args *a = args;
    return run_products(context, a,
                        (clpti_launch){.file = "subpixel_lanes",
                                       .kernel = "patch_products_lanes",
                                       .global = {a->size, a->slots},
                                       .local = {1, 1, 1}});
}

static const clpti_variant round_variants[] = {{"general", NULL, NULL, round_general}, {0}};
static const clpti_variant waves_variants[] = {
    {"lanes", LANES_NEEDS, waves_lanes_apply, waves_lanes}, {"general", NULL, NULL, waves_general}, {0}};
static const clpti_variant sums_variants[] = {
    {"lanes", LANES_NEEDS, sums_lanes_apply, sums_lanes}, {"general", NULL, NULL, sums_general}, {0}};
static const clpti_variant products_variants[] = {
    {"lanes", LANES_NEEDS, products_lanes_apply, products_lanes}, {"general", NULL, NULL, products_general}, {0}};
const clpti_operation clpti_operation_round_positions = {"round_positions", clpti_ref_round_positions, round_variants};
const clpti_operation clpti_operation_shift_waves = {"shift_waves", clpti_ref_shift_waves, waves_variants};
const clpti_operation clpti_operation_shift_sums = {"shift_sums", clpti_ref_shift_sums, sums_variants};
const clpti_operation clpti_operation_patch_products = {"patch_products", clpti_ref_patch_products, products_variants};

clpt_status clpti_round_positions(clpt_context *context, const clpti_round_positions_args *args)
{
    return clpti_operation_run(context, &clpti_operation_round_positions, args);
}

clpt_status clpti_shift_waves(clpt_context *context, const clpti_shift_waves_args *args)
{
    return clpti_operation_run(context, &clpti_operation_shift_waves, args);
}

clpt_status clpti_shift_sums(clpt_context *context, const clpti_shift_sums_args *args)
{
    return clpti_operation_run(context, &clpti_operation_shift_sums, args);
}

clpt_status clpti_patch_products(clpt_context *context, const clpti_patch_products_args *args)
{
    return clpti_operation_run(context, &clpti_operation_patch_products, args);
}
