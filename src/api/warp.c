/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_warp and clpt_translate: projective maps and translations of images. */
#include <stdlib.h>

#include "api/pieces.h"
#include "api/warp.h"
#include "core/memory.h"
#include "ops/ops.h"

enum { largest_side = 1 << 24 }; /* pixel numbers must be exact in float32 */

clpt_status clpti_check_sharing(clpt_context *context, const char *function, const char *name, int64_t images,
                                int64_t given)
{
    if (given <= images && images % given == 0) return CLPT_OK;
    return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                      "%s: %lld %s do not match %lld images: their number must be %lld, 1, or divide it", function,
                      (long long)given, name, (long long)images, (long long)images);
}

clpt_status clpti_check_images(clpt_context *context, const char *function, const clpt_array *images,
                               const clpt_array *out)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_check_array(context, function, "images", images, 3, 3, CLPTI_KIND_ANY));
    bool complex = clpti_type_is_complex(images->type);
    CLPTI_TRY(clpti_check_array(context, function, "out", out, 3, 3, complex ? CLPTI_KIND_COMPLEX : CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_shape(context, function, "out", out, 3, images->shape, "the same as images"));
    if (images->shape[1] > largest_side || images->shape[2] > largest_side)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                             "%s: images of %lld×%lld pixels: sides must be at most %d", function,
                             (long long)images->shape[1], (long long)images->shape[2], largest_side));
    if (images->buffer && images->buffer == out->buffer)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: images and out must not be the same buffer",
                             function));
cleanup:
    return status;
}

/* ---- warp ---- */

clpt_status clpti_read_transforms(clpt_context *context, const char *function, const clpt_array *transforms,
                                  int64_t *count, double **nine)
{
    clpt_status status = CLPT_OK;
    double *given = NULL;
    *nine = NULL;
    CLPTI_TRY(clpti_check_array(context, function, "transforms", transforms, 2, 3, CLPTI_KIND_REAL));
    *count = transforms->shape[0];
    bool eight = transforms->rank == 2;
    if (eight)
        CLPTI_TRY(clpti_check_shape(context, function, "transforms", transforms, 2, (int64_t[]){*count, 8},
                                    "8 numbers each"));
    else
        CLPTI_TRY(
            clpti_check_shape(context, function, "transforms", transforms, 3, (int64_t[]){*count, 3, 3}, "3×3 each"));
    CLPTI_TRY(clpti_read_geometry(context, function, "transforms", transforms, 1e30, &given));
    if (!(*nine = clpti_malloc(*count, 9 * sizeof **nine)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory for transforms", function));
    int64_t pitch = eight ? 8 : 9;
    for (int64_t i = 0; i < *count; i++)
        for (int64_t j = 0; j < 9; j++) (*nine)[9 * i + j] = j < pitch ? given[pitch * i + j] : 1.0;
cleanup:
    free(given);
    return status;
}

clpt_status clpti_upload_transforms(clpt_context *context, const double *numbers, int64_t transforms,
                                    clpt_buffer **buffer)
{
    clpt_status status = CLPT_OK;
    int64_t count = 9 * transforms;
    float *pairs = clpti_malloc(count, 2 * sizeof *pairs);
    if (!pairs) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "clpt_warp: no host memory for transforms");
    for (int64_t i = 0; i < count; i++) {
        pairs[2 * i] = (float)numbers[i];
        pairs[2 * i + 1] = (float)(numbers[i] - (double)pairs[2 * i]);
    }
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 2 * count, buffer));
    CLPTI_TRY(clpti_upload(clpti_view_of(*buffer), pairs, 2 * count));
cleanup:
    free(pairs);
    return status;
}

typedef struct image_piece {
    clpti_operand operands[2]; /* images, out */
    clpti_warp_args warp;
    clpti_extract_args extract;
} image_piece;

static clpt_status warp_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    image_piece *p = user;
    p->warp.images = p->operands[0].view;
    p->warp.out = p->operands[1].view;
    p->warp.first = first;
    p->warp.count = count;
    return clpti_warp(context, &p->warp);
}

clpt_status clpt_warp(clpt_context *context, const clpt_array *images, const clpt_array *transforms,
                      clpt_interpolation interpolation, clpt_fill fill, const clpt_array *out)
{
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    double *nine = NULL;
    clpt_buffer *pairs = NULL;
    int64_t given = 0;
    CLPTI_TRY(clpti_check_images(context, "clpt_warp", images, out));
    CLPTI_TRY(clpti_read_transforms(context, "clpt_warp", transforms, &given, &nine));
    CLPTI_TRY(clpti_check_sharing(context, "clpt_warp", "transforms", images->shape[0], given));
    if (!clpti_is_reference(context)) CLPTI_TRY(clpti_upload_transforms(context, nine, given, &pairs));
    int64_t pixels = images->shape[1] * images->shape[2];
    image_piece piece = {
        .operands = {{.array = images, .per_item = pixels}, {.array = out, .output = true, .per_item = pixels}},
        .warp = {.complex = clpti_type_is_complex(images->type),
                 .height = images->shape[1],
                 .width = images->shape[2],
                 .transforms = nine,
                 .transform_pairs = pairs,
                 .per_transform = images->shape[0] / given,
                 .interpolation = interpolation,
                 .fill = fill}};
    CLPTI_TRY(clpti_run_pieces(context, piece.operands, 2, images->shape[0], 0, warp_piece, &piece));
cleanup:
    clpti_scratch_give(&pairs);
    free(nine);
    return status;
}

/* ---- translate: extraction of the whole image as a patch, starting at −shift ---- */

static clpt_status translate_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    image_piece *p = user;
    p->extract.images = p->operands[0].view;
    p->extract.patches = p->operands[1].view;
    p->extract.at.first = first;
    p->extract.at.count = count;
    return clpti_extract(context, &p->extract);
}

clpt_status clpti_shift_positions(clpt_context *context, const char *function, const clpt_array *images,
                                  const clpt_array *shifts, double sign, clpti_positions *positions)
{
    clpt_status status = CLPT_OK;
    double *given = NULL, *xy = NULL;
    int64_t count = images->shape[0];
    CLPTI_TRY(clpti_check_array(context, function, "shifts", shifts, 2, 2, CLPTI_KIND_REAL));
    CLPTI_TRY(
        clpti_check_shape(context, function, "shifts", shifts, 2, (int64_t[]){shifts->shape[0], 2}, "(x, y) each"));
    CLPTI_TRY(clpti_check_sharing(context, function, "shifts", count, shifts->shape[0]));
    CLPTI_TRY(clpti_read_geometry(context, function, "shifts", shifts, CLPTI_COORDINATE_LIMIT, &given));
    if (!(xy = clpti_malloc(count, 2 * sizeof *xy)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory for shifts", function));
    int64_t each = count / shifts->shape[0];
    for (int64_t i = 0; i < 2 * count; i++) xy[i] = sign * given[2 * (i / 2 / each) + i % 2];
    CLPTI_TRY(clpti_positions_create(context, xy, count, positions));
cleanup:
    free(xy);
    free(given);
    return status;
}

clpt_status clpt_translate(clpt_context *context, const clpt_array *images, const clpt_array *shifts,
                           clpt_interpolation interpolation, const clpt_array *out)
{
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    clpti_positions positions = {0};
    CLPTI_TRY(clpti_check_images(context, "clpt_translate", images, out));
    CLPTI_TRY(clpti_shift_positions(context, "clpt_translate", images, shifts, -1.0, &positions));
    int64_t height = images->shape[1], width = images->shape[2], pixels = height * width;
    image_piece piece = {
        .operands = {{.array = images, .per_item = pixels}, {.array = out, .output = true, .per_item = pixels}},
        .extract = {.complex = clpti_type_is_complex(images->type),
                    .height = height,
                    .width = width,
                    .per_image = 1,
                    .at = {.positions = &positions},
                    .interpolation = interpolation,
                    .rows = height,
                    .columns = width}};
    CLPTI_TRY(clpti_run_pieces(context, piece.operands, 2, images->shape[0], 0, translate_piece, &piece));
cleanup:
    clpti_positions_destroy(&positions);
    return status;
}
