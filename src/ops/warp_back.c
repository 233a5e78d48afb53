/* SPDX-License-Identifier: Apache-2.0 */
/* Operation warp_back: adjoint of `warp`. */
#include "ops/adjoint.h"
#include "ops/operation.h"
#include "ops/selection.h"

/* Scratch limit: integer sums of this many elements at a time. */
enum { elements_max = 1 << 24 };

typedef struct whole_sums {
    clpt_buffer *limbs, *largest;
    int64_t images; /* capacity of `limbs` */
} whole_sums;

/* Maximum magnitude of each image's cotangent, complex numbers read as two reals: the rounding of an image does not
 * depend on the others. */
static clpt_status find_largest(clpt_context *context, const clpti_warp_args *w, clpt_buffer *largest)
{
    int64_t parts = w->complex ? 2 : 1;
    return clpti_largest(context, &(clpti_largest_args){.values = {w->out.buffer, parts * w->out.offset},
                                                        .groups = w->count,
                                                        .count = parts * w->height * w->width,
                                                        .out = clpti_view_of(largest)});
}

static clpt_status scatter(clpt_context *context, const clpti_warp_back_args *a, const whole_sums *sums, int64_t first,
                           int64_t count)
{
    const clpti_warp_args *w = &a->warp;
    clpti_view cotangent = clpti_view_at(w->out, first * w->height * w->width), largest = {sums->largest, first};
    return clpti_run_kernel(
        context,
        &(clpti_launch){
            .file = "warp_back",
            .kernel = "warp_back_scatter",
            .options = clpti_element_option(w->complex),
            .global = {w->width, w->height, count},
            .args = CLPTI_ARGS(CLPTI_VIEW(cotangent), CLPTI_LONG(count), CLPTI_LONG(w->height), CLPTI_LONG(w->width),
                               CLPTI_BUFFER(w->transform_pairs), CLPTI_LONG(w->first + first),
                               CLPTI_LONG(w->per_transform), CLPTI_INT(w->interpolation == CLPT_INTERPOLATION_NEAREST),
                               CLPTI_INT(w->fill == CLPT_FILL_EDGE), CLPTI_VIEW(largest), CLPTI_BUFFER(sums->limbs))});
}

static clpt_status finish(clpt_context *context, const clpti_warp_back_args *a, const whole_sums *sums, int64_t first,
                          int64_t count)
{
    const clpti_warp_args *w = &a->warp;
    int64_t pixels = w->height * w->width;
    clpti_view largest = {sums->largest, first};
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "warp_back",
                                 .kernel = "warp_back_finish",
                                 .options = clpti_element_option(w->complex),
                                 .global = {pixels, count},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(sums->limbs), CLPTI_VIEW(largest), CLPTI_LONG(count),
                                                    CLPTI_LONG(pixels),
                                                    CLPTI_VIEW(clpti_view_at(a->d_images, first * pixels)))});
}

static clpt_status image_gradient(clpt_context *context, const clpti_warp_back_args *a)
{
    const clpti_warp_args *w = &a->warp;
    clpt_status status = CLPT_OK;
    whole_sums sums = {0};
    int64_t limbs = w->height * w->width * (w->complex ? 4 : 2);
    sums.images = elements_max / limbs < 1 ? 1 : elements_max / limbs;
    if (sums.images > w->count) sums.images = w->count;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, w->count, &sums.largest));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_INDEX, sums.images * limbs, &sums.limbs));
    CLPTI_TRY(find_largest(context, w, sums.largest));
    for (int64_t first = 0; first < w->count; first += sums.images) {
        int64_t count = w->count - first < sums.images ? w->count - first : sums.images;
        CLPTI_TRY(clpti_zero(clpti_view_of(sums.limbs), count * limbs));
        CLPTI_TRY(scatter(context, a, &sums, first, count));
        CLPTI_TRY(finish(context, a, &sums, first, count));
    }
cleanup:
    clpti_scratch_give(&sums.limbs);
    clpti_scratch_give(&sums.largest);
    return status;
}

enum { bands_of_groups = 16 }; /* of an image, where work-groups have several work-items */

static clpt_status transform_bands(clpt_context *context, const clpti_warp_back_args *a, int64_t bands, clpti_view out)
{
    const clpti_warp_args *w = &a->warp;
    int32_t columns = clpti_group_columns(context), rows = clpti_group_rows(context);
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "warp_back",
                        .kernel = "warp_back_transforms",
                        .options = clpti_element_option(w->complex),
                        .global = {w->count * bands * columns, rows},
                        .local = {columns, rows, 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(w->images), CLPTI_VIEW(w->out), CLPTI_LONG(w->count),
                                           CLPTI_LONG(w->height), CLPTI_LONG(w->width),
                                           CLPTI_BUFFER(w->transform_pairs), CLPTI_LONG(w->first),
                                           CLPTI_LONG(w->per_transform), CLPTI_INT(w->fill == CLPT_FILL_EDGE),
                                           CLPTI_LONG(bands), CLPTI_VIEW(out), CLPTI_LOCAL(72 * columns * rows))});
}

static clpt_status transform_gradient(clpt_context *context, const clpti_warp_back_args *a)
{
    const clpti_warp_args *w = &a->warp;
    clpt_status status = CLPT_OK;
    clpt_buffer *parts = NULL;
    int64_t bands = clpti_group_items(context) > 1 ? bands_of_groups : 1;
    if (w->interpolation == CLPT_INTERPOLATION_NEAREST) return clpti_zero(a->d_transforms, 18 * w->count);
    if (bands == 1) return transform_bands(context, a, bands, a->d_transforms);
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, 9 * bands * w->count, &parts));
    CLPTI_TRY(transform_bands(context, a, bands, clpti_view_of(parts)));
    CLPTI_TRY(
        clpti_run_kernel(context, &(clpti_launch){.file = "warp_back",
                                                  .kernel = "warp_back_bands",
                                                  .options = clpti_element_option(w->complex),
                                                  .global = {9 * w->count},
                                                  .args = CLPTI_ARGS(CLPTI_BUFFER(parts), CLPTI_LONG(w->count),
                                                                     CLPTI_LONG(bands), CLPTI_VIEW(a->d_transforms))}));
cleanup:
    clpti_scratch_give(&parts);
    return status;
}

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_warp_back_args *a = args;
    clpt_status status = CLPT_OK;
    if (a->d_images.buffer) CLPTI_TRY(image_gradient(context, a));
    if (a->d_transforms.buffer) CLPTI_TRY(transform_gradient(context, a));
cleanup:
    return status;
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_warp_back = {"warp_back", clpti_ref_warp_back, variants};

clpt_status clpti_warp_back(clpt_context *context, const clpti_warp_back_args *args)
{
    return clpti_operation_run(context, &clpti_operation_warp_back, args);
}
