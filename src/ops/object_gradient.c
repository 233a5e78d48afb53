/* SPDX-License-Identifier: Apache-2.0 */
/* Operation object_gradient: gradient with respect to the object, summed over patterns. */
#include "ops/adjoint.h"
#include "ops/object_gradient_lanes.h"
#include "ops/operation.h"
#include "ops/selection.h"
#include "ops/tile_lists.h"

/* Blocks are processed in chunks of at most this many bytes; sums continue from chunk to chunk in order. */
enum { step_bytes = 64 << 20 };

/* Adds each image's blocks to that image. */
static clpt_status to_images(clpt_context *context, const clpti_object_gradient_args *a, int64_t side,
                             const clpti_selection *at, clpt_buffer *step)
{
    int64_t image = (at->first - a->at.first) / a->per_image;
    return clpti_reassemble_group(
        context, &(clpti_reassemble_group_args){.patches = clpti_view_of(step),
                                                .complex = true,
                                                .groups = at->count / a->per_image,
                                                .per_group = a->per_image,
                                                .size = side,
                                                .at = *at,
                                                .weight = CLPT_WEIGHT_NONE,
                                                .canvas = clpti_view_at(a->canvas, image * a->height * a->width),
                                                .side = a->height});
}

/* Σ_k Σ_p |P_kp|², moved. */
static clpt_status add_powers(clpt_context *context, const clpti_object_gradient_args *a, const clpti_selection *at)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *powers = NULL;
    int64_t pixels = a->size * a->size, done = at->first - a->at.first;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, at->count * pixels, &powers));
    CLPTI_TRY(clpti_power(context, &(clpti_power_args){.modes = clpti_view_at(a->probe, done * a->probe_stride),
                                                       .repeats = at->count,
                                                       .mode_count = a->modes,
                                                       .count = pixels,
                                                       .power = clpti_view_of(powers)}));
    CLPTI_TRY(clpti_gather(context, &(clpti_gather_args){.patches = clpti_view_of(powers),
                                                         .size = a->size,
                                                         .crop = a->size,
                                                         .at = *at,
                                                         .canvas = a->weight_sum,
                                                         .height = a->height,
                                                         .width = a->width}));
cleanup:
    clpti_scratch_give(&powers);
    return status;
}

static clpt_status chunk(clpt_context *context, const clpti_object_gradient_args *a, int64_t side,
                         const clpti_selection *at, clpt_buffer *step)
{
    clpt_status status = CLPT_OK;
    int64_t done = at->first - a->at.first;
    CLPTI_TRY(clpti_backproject(
        context, &(clpti_backproject_args){.waves = clpti_view_at(a->waves, done * a->modes * a->size * a->size),
                                           .probe = clpti_view_at(a->probe, done * a->probe_stride),
                                           .probe_stride = a->probe_stride,
                                           .count = at->count,
                                           .modes = a->modes,
                                           .size = a->size,
                                           .patch = side,
                                           .pad = a->pad,
                                           .step = clpti_view_of(step)}));
    if (a->per_image) return to_images(context, a, side, at, step);
    const clpti_view none = {0};
    if (a->own_weights) CLPTI_TRY(add_powers(context, a, at));
    CLPTI_TRY(clpti_gather(context, &(clpti_gather_args){.patches = clpti_view_of(step),
                                                         .complex = true,
                                                         .size = side,
                                                         .crop = side,
                                                         .at = *at,
                                                         .weights = a->weights,
                                                         .canvas = a->canvas,
                                                         .weight_sum = a->own_weights ? none : a->weight_sum,
                                                         .height = a->height,
                                                         .width = a->width}));
cleanup:
    return status;
}

clpt_status clpti_object_gradient_start(const clpti_object_gradient_args *a)
{
    clpt_status status = CLPT_OK;
    if (!a->fresh) return CLPT_OK;
    CLPTI_TRY(clpti_zero(a->canvas, a->height * a->width));
    if (a->weight_sum.buffer) CLPTI_TRY(clpti_zero(a->weight_sum, a->height * a->width));
cleanup:
    return status;
}

static clpt_status composed(clpt_context *context, const void *args)
{
    const clpti_object_gradient_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *step = NULL;
    int64_t side = a->patch ? a->patch : a->size;
    int64_t capacity = step_bytes / (side * side * (int64_t)clpti_element_size(context, CLPTI_COMPLEX));
    if (a->per_image) capacity = capacity / a->per_image * a->per_image;
    if (capacity < 1) capacity = a->per_image ? a->per_image : 1;
    if (capacity > a->at.count) capacity = a->at.count;
    CLPTI_TRY(clpti_object_gradient_start(a));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, capacity * side * side, &step));
    for (int64_t done = 0; done < a->at.count; done += capacity) {
        clpti_selection at = a->at;
        at.first += done;
        at.count = a->at.count - done < capacity ? a->at.count - done : capacity;
        CLPTI_TRY(chunk(context, a, side, &at, step));
    }
cleanup:
    clpti_scratch_give(&step);
    return status;
}

static bool tile_applies(const clpt_context *context, const void *args)
{
    const clpti_object_gradient_args *a = args;
    return clpti_tile_suits(context, "object_gradient", a->size, a->at.count * a->modes, a->height, a->width);
}

enum { own_weighing = 3 }; /* of cl/object_gradient_tile.cl */

static clpt_status tile(clpt_context *context, const void *args)
{
    const clpti_object_gradient_args *a = args;
    int64_t side = a->patch ? a->patch : a->size;
    clpti_tiling where = {side, a->height, a->width, a->at.shift_x, a->at.shift_y};
    clpt_buffer *starts = NULL, *lists = NULL;
    clpt_status status = CLPT_OK;
    if (!a->per_image) status = clpti_tile_lists_find(context, &a->at, &where, &starts, &lists);
    if (status != CLPT_OK) return status;
    return clpti_run_kernel(
        context, &(clpti_launch){
                     .file = "object_gradient_tile",
                     .kernel = "object_gradient_tile",
                     .options = "",
                     .global = CLPTI_TILE_GLOBAL(a->height, a->width, a->per_image ? a->at.count / a->per_image : 1),
                     .local = CLPTI_TILE_LOCAL,
                     .args = CLPTI_ARGS(
                         CLPTI_VIEW(a->waves), CLPTI_VIEW(a->probe), CLPTI_LONG(a->probe_stride), CLPTI_INT(a->modes),
                         CLPTI_INT(a->size), CLPTI_INT(side), CLPTI_INT(a->pad), CLPTI_SELECTION(a->at),
                         CLPTI_INT(a->at.count), CLPTI_INT(a->per_image), CLPTI_VIEW(a->weights),
                         CLPTI_INT(a->own_weights ? own_weighing : clpti_tile_weighing(a->weights, a->weight_sum)),
                         CLPTI_VIEW(a->canvas), CLPTI_VIEW(a->weight_sum), CLPTI_INT(a->height), CLPTI_INT(a->width),
                         CLPTI_BUFFER(starts), CLPTI_BUFFER(lists), CLPTI_INT(a->fresh))});
}

/* The steps dispatch to their own references, so the composition works in both kinds of context. */
static const clpti_variant variants[] = {
    {"lanes", CLPTI_OBJECT_GRADIENT_LANES_NEEDS, clpti_object_gradient_lanes_applies, clpti_object_gradient_lanes},
    {"tile", CLPTI_TILE_NEEDS, tile_applies, tile},
    {"composed", NULL, NULL, composed},
    {0}};
const clpti_operation clpti_operation_object_gradient = {"object_gradient", composed, variants};

clpt_status clpti_object_gradient(clpt_context *context, const clpti_object_gradient_args *args)
{
    return clpti_operation_run(context, &clpti_operation_object_gradient, args);
}
