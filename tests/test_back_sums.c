/* SPDX-License-Identifier: Apache-2.0 */
/* Losses, total variation and the adjoint of warp, between buffers, against the reference: what they sum is kept as a
 * high and a low part. */
#include "step_case.h"
#include "vjp_case.h"

#include <math.h>
#include <stdlib.h>

#include "ops/adjoint.h"

#define FIELD(is_complex, seed, ...)                                                                                   \
    test_field_random((is_complex) ? CLPT_TYPE_C64 : CLPT_TYPE_F32, (seed), VJP_SHAPE(__VA_ARGS__))

/* Adds each low part to its high one: how a number is split between them is the step's own affair. */
static clpt_status fold(clpti_view sums, int64_t pairs)
{
    double *numbers = malloc((size_t)pairs * 2 * sizeof *numbers);
    assert_non_null(numbers);
    clpt_status status = clpti_field_download(sums, numbers, CLPT_TYPE_F64, 2 * pairs);
    for (int64_t i = 0; i < 2 * pairs; i += 2) {
        numbers[i] += numbers[i + 1];
        numbers[i + 1] = 0;
    }
    if (status == CLPT_OK) status = clpti_field_upload(sums, numbers, CLPT_TYPE_F64, 2 * pairs);
    free(numbers);
    return status;
}

/* ---- Losses ---- */

enum { ROWS = 20 };

/* masks 0: none; 1: one for all; 2: one for each. */
typedef struct loss_how {
    int64_t count, pixels, first;
    int loss, masks;
    bool ordered, in_place;
} loss_how;

static clpt_status loss(step_bench *b, const void *how)
{
    const loss_how *n = how;
    clpti_view none = {0};
    clpt_status status = clpti_loss(b->context, &(clpti_loss_args){.loss = (clpt_loss)n->loss,
                                                                   .intensity = b->views[0],
                                                                   .count = n->count,
                                                                   .pixels = n->pixels,
                                                                   .measured = b->views[1],
                                                                   .mask = n->masks ? b->views[2] : none,
                                                                   .mask_per_pattern = n->masks == 2,
                                                                   .order = n->ordered ? &b->order : NULL,
                                                                   .first = n->first,
                                                                   .sums = b->views[3],
                                                                   .d_intensity = b->views[n->in_place ? 0 : 4]});
    return status == CLPT_OK ? fold(b->views[3], 2 * n->count) : status;
}

/* Counts of 0 … 40 and intensities that float32 can tell from them. */
static void make_patterns(const loss_how *n, test_field *intensity, test_field *measured, test_field *mask)
{
    *intensity = test_field_new(CLPT_TYPE_F32, 2, (int64_t[]){n->count, n->pixels});
    *measured = test_field_new(CLPT_TYPE_F32, 2, (int64_t[]){ROWS, n->pixels});
    *mask = test_field_new(CLPT_TYPE_F32, 2, (int64_t[]){n->masks == 2 ? ROWS : 1, n->pixels});
    for (int64_t i = 0; i < intensity->count; i++) test_set(intensity, i, 0, test_random(1, (uint64_t)i, 1, 40) + 0.3);
    for (int64_t i = 0; i < mask->count; i++) test_set(mask, i, 0, test_random(2, (uint64_t)i, 0, 1) < 0.7 || !i);
    for (int64_t i = 0; i < measured->count; i++) {
        double counts = floor(test_random(3, (uint64_t)i, 0, 41));
        bool good = !n->masks || test_get(mask, n->masks == 2 ? i : i % n->pixels, 0) > 0;
        test_set(measured, i, 0, good ? counts : NAN);
    }
}

static void loss_agrees_with_the_reference(void **state)
{
    (void)state;
    static const loss_how cases[] = {{1, 1, 0, 0, 0, false, false},
                                     {3, 25, 4, 0, 1, true, true},
                                     {5, 33 * 31, 2, 0, 2, false, false},
                                     {2, 70 * 70, 0, 0, 2, true, false}};
    static int32_t order[ROWS];
    for (int k = 0; k < ROWS; k++) order[k] = (7 * k + 3) % ROWS;
    for (int i = 0; i < 12; i++) {
        loss_how n = cases[i / 3];
        n.loss = i % 3;
        test_field intensity, measured, mask;
        make_patterns(&n, &intensity, &measured, &mask);
        step_case s = {
            .name = test_text("loss %d, case %d", n.loss, i / 3),
            .view_count = 5,
            .run = loss,
            .how = &n,
            .order = n.ordered ? order : NULL,
            .order_count = ROWS,
            .fields = {intensity, measured, mask, FIELD(false, 4, n.count, 4), FIELD(false, 5, n.count, n.pixels)},
            .tolerance = {n.in_place ? TEST_GRADIENT : 0, 0, 0, TEST_LOSS, n.in_place ? 0 : TEST_GRADIENT}};
        step_check(&s);
    }
}

/* ---- Total variation ---- */

typedef struct variation_how {
    int64_t height, width;
    int variation;
} variation_how;

static clpt_status variation(step_bench *b, const void *how)
{
    const variation_how *n = how;
    clpt_status status = clpti_variation(b->context, &(clpti_variation_args){.variation = (clpt_variation)n->variation,
                                                                             .object = b->views[0],
                                                                             .height = n->height,
                                                                             .width = n->width,
                                                                             .epsilon = 0.05,
                                                                             .rows = b->views[1],
                                                                             .d_object = b->views[2]});
    return status == CLPT_OK ? fold(b->views[1], n->height) : status;
}

static void variation_agrees_with_the_reference(void **state)
{
    (void)state;
    static const variation_how cases[] = {{1, 1, 0}, {1, 9, 0}, {8, 1, 0}, {21, 34, 0}, {65, 70, 0}};
    for (int i = 0; i < 10; i++) {
        variation_how n = cases[i / 2];
        n.variation = i % 2;
        bool flat = n.height * n.width == 1; /* nothing varies: the gradient, and one of the values, is 0 */
        step_case s = {.name = test_text("variation %d, %d×%d", n.variation, (int)n.height, (int)n.width),
                       .view_count = 3,
                       .run = variation,
                       .how = &n,
                       .fields = {FIELD(true, 1, n.height, n.width), FIELD(false, 2, n.height, 2),
                                  FIELD(true, 3, n.height, n.width)},
                       .tolerance = {0, flat ? 1e-6 : TEST_LOSS, TEST_GRADIENT}};
        step_check(&s);
    }
}

/* ---- Warp ---- */

typedef struct warp_how {
    int64_t count, height, width, first, per_transform;
    bool is_complex;
    int interpolation, fill;
} warp_how;

enum { TRANSFORMS = 6 };
static double transforms[9 * TRANSFORMS];

/* Turned, scaled, moved and slightly projective; the last looks at the image from behind. */
static void make_transforms(void)
{
    for (int k = 0; k < TRANSFORMS; k++) {
        double angle = test_random(5, 8 * (uint64_t)k, -1, 1), scale = test_random(5, 8 * (uint64_t)k + 1, 0.5, 1.5);
        double made[9] = {scale * cos(angle), -scale * sin(angle), test_random(5, 8 * (uint64_t)k + 2, -4, 6),
                          scale * sin(angle), scale * cos(angle),  test_random(5, 8 * (uint64_t)k + 3, -4, 6),
                          0.004 * k,          -0.003 * k,          1};
        for (int i = 0; i < 9; i++) transforms[9 * k + i] = (k == TRANSFORMS - 1 ? -1 : 1) * made[i];
    }
}

static clpt_status upload_transforms(step_bench *b, clpt_buffer **pairs)
{
    float parts[2 * 9 * TRANSFORMS];
    for (int i = 0; i < 9 * TRANSFORMS; i++) {
        parts[2 * i] = (float)transforms[i];
        parts[2 * i + 1] = (float)(transforms[i] - (double)parts[2 * i]);
    }
    clpt_status status = clpti_buffer_create(b->context, CLPTI_REAL, 18 * TRANSFORMS, pairs);
    return status == CLPT_OK ? clpti_upload(clpti_view_of(*pairs), parts, 18 * TRANSFORMS) : status;
}

static clpt_status warp_back(step_bench *b, const void *how)
{
    const warp_how *n = how;
    clpt_buffer *pairs = NULL;
    clpt_status status = clpti_is_reference(b->context) ? CLPT_OK : upload_transforms(b, &pairs);
    clpti_warp_args warp = {.images = b->views[0],
                            .out = b->views[1],
                            .complex = n->is_complex,
                            .count = n->count,
                            .height = n->height,
                            .width = n->width,
                            .transforms = transforms,
                            .transform_pairs = pairs,
                            .first = n->first,
                            .per_transform = n->per_transform,
                            .interpolation = (clpt_interpolation)n->interpolation,
                            .fill = (clpt_fill)n->fill};
    if (status == CLPT_OK)
        status = clpti_warp_back(
            b->context, &(clpti_warp_back_args){.warp = warp, .d_images = b->views[2], .d_transforms = b->views[3]});
    if (status == CLPT_OK) status = fold(b->views[3], 9 * n->count);
    clpt_buffer_destroy(&pairs);
    return status;
}

static void warp_back_agrees_with_the_reference(void **state)
{
    (void)state;
    static const warp_how cases[] = {{1, 5, 4, 0, 1, true, 0, 0},
                                     {2, 7, 12, 1, 1, false, 0, 0},
                                     {5, 20, 13, 3, 2, true, 0, 0},
                                     {3, 33, 40, 15, 3, true, 0, 0}};
    make_transforms();
    for (int i = 0; i < 16; i++) {
        warp_how n = cases[i / 4];
        n.interpolation = i % 2;
        n.fill = i / 2 % 2;
        step_case s = {.name = test_text("warp_back, case %d, way %d", i / 4, i % 4),
                       .view_count = 4,
                       .run = warp_back,
                       .how = &n,
                       .fields = {FIELD(n.is_complex, 1, n.count, n.height, n.width),
                                  FIELD(n.is_complex, 2, n.count, n.height, n.width),
                                  FIELD(n.is_complex, 3, n.count, n.height, n.width), FIELD(false, 4, n.count, 9, 2)},
                       .tolerance = {0, 0, TEST_WARP, TEST_GRADIENT}};
        step_check(&s);
    }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loss_agrees_with_the_reference),
        cmocka_unit_test(variation_agrees_with_the_reference),
        cmocka_unit_test(warp_back_agrees_with_the_reference),
    };
    return cmocka_run_group_tests_name("back_sums", tests, test_open_both, test_close_both);
}
