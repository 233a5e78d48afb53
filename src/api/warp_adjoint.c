/* SPDX-License-Identifier: Apache-2.0 */
/* Adjoints of clpt_warp and clpt_translate, and their gradients with respect to transforms and shifts. */
#include <stdlib.h>

#include "api/pieces.h"
#include "api/warp.h"
#include "core/memory.h"
#include "ops/adjoint.h"

enum { IMAGES, COTANGENT, D_IMAGES, OPERANDS };

typedef struct adjoint_call {
    clpti_operand operands[OPERANDS];
    clpti_warp_back_args warp; /* projective maps, and nearest shifts */
    clpti_extract_args back;   /* bilinear shifts: by +shift */
    clpti_slope_args slope;    /* their derivative */
    double *by_geometry;       /* host, per image: 9 numbers or 2; NULL: not requested */
} adjoint_call;

static clpt_status check(clpt_context *context, const char *function, const clpt_array *images,
                         const clpt_array *cotangent, const clpt_array *d_images)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_check_images(context, function, images, cotangent));
    CLPTI_TRY(clpti_check_gradient(context, function, "d_images", d_images, images));
    if (d_images) CLPTI_TRY(clpti_check_images(context, function, cotangent, d_images));
cleanup:
    return status;
}

static void set_operands(adjoint_call *call, const clpt_array *images, const clpt_array *cotangent,
                         const clpt_array *d_images)
{
    int64_t pixels = images->shape[1] * images->shape[2];
    call->operands[IMAGES] = (clpti_operand){.array = images, .per_item = pixels};
    call->operands[COTANGENT] = (clpti_operand){.array = cotangent, .per_item = pixels};
    call->operands[D_IMAGES] = (clpti_operand){.array = d_images, .output = true, .per_item = d_images ? pixels : 0};
}

/* Sums per-image numbers over the images of each geometry: `each` images, `width` numbers. */
static double *shared(const double *per_image, int64_t images, int64_t geometries, int64_t width)
{
    double *sums = clpti_calloc(geometries * width, sizeof *sums);
    int64_t each = images / geometries;
    for (int64_t i = 0; sums && i < images * width; i++) sums[i / width / each * width + i % width] += per_image[i];
    return sums;
}

/* ---- warp ---- */

static clpt_status warp_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    adjoint_call *call = user;
    clpti_warp_back_args args = call->warp;
    clpt_status status = CLPT_OK;
    clpt_buffer *pairs = NULL;
    double *numbers = NULL;
    args.warp.images = call->operands[IMAGES].view;
    args.warp.out = call->operands[COTANGENT].view;
    args.warp.first = first;
    args.warp.count = count;
    args.d_images = call->operands[D_IMAGES].view;
    if (call->by_geometry) {
        CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 18 * count, &pairs));
        args.d_transforms = clpti_view_of(pairs);
    }
    CLPTI_TRY(clpti_warp_back(context, &args));
    if (!pairs) goto cleanup;
    if (!(numbers = clpti_malloc(count, 18 * sizeof *numbers)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "clpt_warp_adjoint: no host memory"));
    CLPTI_TRY(clpti_field_download(clpti_view_of(pairs), numbers, CLPT_TYPE_F64, 18 * count));
    for (int64_t i = 0; i < 9 * count; i++) call->by_geometry[9 * first + i] = numbers[2 * i] + numbers[2 * i + 1];
cleanup:
    free(numbers);
    clpti_scratch_give(&pairs);
    return status;
}

/* [K, 9] into [K, 3, 3] or [K, 8]. */
static clpt_status write_transforms(clpt_context *context, const adjoint_call *call, int64_t images, int64_t given,
                                    const clpt_array *d_transforms)
{
    double *sums = shared(call->by_geometry, images, given, 9);
    if (!sums) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "clpt_warp_adjoint: no host memory");
    if (d_transforms->rank == 2)
        for (int64_t i = 0; i < 8 * given; i++) sums[i] = sums[i / 8 * 9 + i % 8];
    clpti_write_geometry(d_transforms, sums);
    free(sums);
    return CLPT_OK;
}

clpt_status clpt_warp_adjoint(clpt_context *context, const clpt_array *images, const clpt_array *transforms,
                              clpt_interpolation interpolation, clpt_fill fill, const clpt_array *cotangent,
                              const clpt_array *d_images, const clpt_array *d_transforms)
{
    static const char *const function = "clpt_warp_adjoint";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    double *nine = NULL;
    clpt_buffer *pairs = NULL;
    int64_t given = 0;
    adjoint_call call = {0};
    CLPTI_TRY(check(context, function, images, cotangent, d_images));
    CLPTI_TRY(clpti_read_transforms(context, function, transforms, &given, &nine));
    CLPTI_TRY(clpti_check_sharing(context, function, "transforms", images->shape[0], given));
    CLPTI_TRY(clpti_check_geometry_gradient(context, function, "d_transforms", d_transforms, transforms));
    if (!clpti_is_reference(context)) CLPTI_TRY(clpti_upload_transforms(context, nine, given, &pairs));
    set_operands(&call, images, cotangent, d_images);
    if (d_transforms && !(call.by_geometry = clpti_calloc(images->shape[0], 9 * sizeof *call.by_geometry)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory", function));
    call.warp.warp = (clpti_warp_args){.complex = clpti_type_is_complex(images->type),
                                       .height = images->shape[1],
                                       .width = images->shape[2],
                                       .transforms = nine,
                                       .transform_pairs = pairs,
                                       .per_transform = images->shape[0] / given,
                                       .interpolation = interpolation,
                                       .fill = fill};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, OPERANDS, images->shape[0], 0, warp_piece, &call));
    if (d_transforms) CLPTI_TRY(write_transforms(context, &call, images->shape[0], given, d_transforms));
cleanup:
    free(call.by_geometry);
    clpti_scratch_give(&pairs);
    free(nine);
    return status;
}

/* ---- translate ---- */

static clpt_status shift_slopes(clpt_context *context, adjoint_call *call, int64_t first, int64_t count)
{
    call->slope.images = call->operands[IMAGES].view;
    call->slope.cotangent = call->operands[COTANGENT].view;
    call->slope.at.first = first;
    call->slope.at.count = count;
    /* the position is −shift */
    return clpti_slope_read(context, &call->slope, -1.0, call->by_geometry + 2 * first);
}

/* A nearest-pixel shift may read pixels twice or not at all: its adjoint is that of the warp with the same map. */
static clpt_status shift_nearest(clpt_context *context, const adjoint_call *call, int64_t first, int64_t count)
{
    clpti_warp_back_args args = call->warp;
    args.warp.out = call->operands[COTANGENT].view;
    args.warp.first = first;
    args.warp.count = count;
    args.d_images = call->operands[D_IMAGES].view;
    return clpti_warp_back(context, &args);
}

static clpt_status shift_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    adjoint_call *call = user;
    bool nearest = call->back.interpolation == CLPT_INTERPOLATION_NEAREST;
    clpt_status status = CLPT_OK;
    if (call->operands[D_IMAGES].array && nearest) CLPTI_TRY(shift_nearest(context, call, first, count));
    if (call->operands[D_IMAGES].array && !nearest) {
        call->back.images = call->operands[COTANGENT].view;
        call->back.patches = call->operands[D_IMAGES].view;
        call->back.at.first = first;
        call->back.at.count = count;
        CLPTI_TRY(clpti_extract(context, &call->back));
    }
    if (call->by_geometry && !nearest) CLPTI_TRY(shift_slopes(context, call, first, count));
cleanup:
    return status;
}

/* Translations as 3×3 maps. */
static double *maps_of(const clpti_positions *positions)
{
    double *maps = clpti_calloc(positions->count, 9 * sizeof *maps);
    for (int64_t b = 0; maps && b < positions->count; b++) {
        double *m = maps + 9 * b;
        m[0] = m[4] = m[8] = 1.0;
        m[2] = positions->xy[2 * b];
        m[5] = positions->xy[2 * b + 1];
    }
    return maps;
}

static clpt_status write_shifts(clpt_context *context, const adjoint_call *call, int64_t images,
                                const clpt_array *d_shifts)
{
    double *sums = shared(call->by_geometry, images, d_shifts->shape[0], 2);
    if (!sums) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "clpt_translate_adjoint: no host memory");
    clpti_write_geometry(d_shifts, sums);
    free(sums);
    return CLPT_OK;
}

clpt_status clpt_translate_adjoint(clpt_context *context, const clpt_array *images, const clpt_array *shifts,
                                   clpt_interpolation interpolation, const clpt_array *cotangent,
                                   const clpt_array *d_images, const clpt_array *d_shifts)
{
    static const char *const function = "clpt_translate_adjoint";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    clpti_positions there = {0}, back = {0};
    double *maps = NULL;
    clpt_buffer *pairs = NULL;
    adjoint_call call = {0};
    CLPTI_TRY(check(context, function, images, cotangent, d_images));
    CLPTI_TRY(clpti_shift_positions(context, function, images, shifts, -1.0, &there));
    CLPTI_TRY(clpti_shift_positions(context, function, images, shifts, 1.0, &back));
    CLPTI_TRY(clpti_check_geometry_gradient(context, function, "d_shifts", d_shifts, shifts));
    int64_t count = images->shape[0], height = images->shape[1], width = images->shape[2];
    bool complex = clpti_type_is_complex(images->type);
    if (!(maps = maps_of(&there)) ||
        (d_shifts && !(call.by_geometry = clpti_calloc(count, 2 * sizeof *call.by_geometry))))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory", function));
    if (!clpti_is_reference(context)) CLPTI_TRY(clpti_upload_transforms(context, maps, count, &pairs));
    set_operands(&call, images, cotangent, d_images);
    call.warp.warp = (clpti_warp_args){.complex = complex,
                                       .height = height,
                                       .width = width,
                                       .transforms = maps,
                                       .transform_pairs = pairs,
                                       .per_transform = 1,
                                       .interpolation = interpolation,
                                       .fill = CLPT_FILL_ZEROS};
    call.back = (clpti_extract_args){.complex = complex,
                                     .height = height,
                                     .width = width,
                                     .per_image = 1,
                                     .at = {.positions = &back},
                                     .interpolation = interpolation,
                                     .rows = height,
                                     .columns = width};
    call.slope = (clpti_slope_args){.complex = complex,
                                    .height = height,
                                    .width = width,
                                    .per_image = 1,
                                    .at = {.positions = &there},
                                    .rows = height,
                                    .columns = width};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, OPERANDS, count, 0, shift_piece, &call));
    if (d_shifts) CLPTI_TRY(write_shifts(context, &call, count, d_shifts));
cleanup:
    clpti_scratch_give(&pairs);
    free(call.by_geometry);
    free(maps);
    clpti_positions_destroy(&back);
    clpti_positions_destroy(&there);
    return status;
}
