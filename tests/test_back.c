/* SPDX-License-Identifier: Apache-2.0 */
/* The steps that gradients are made of, which have no public call of their own, against the reference. */
#include "step_case.h"
#include "vjp_case.h"

#include <math.h>
#include <stdlib.h>

#include "ops/adjoint.h"

#define FIELD(is_complex, seed, ...)                                                                                   \
    test_field_random((is_complex) ? CLPT_TYPE_C64 : CLPT_TYPE_F32, (seed), VJP_SHAPE(__VA_ARGS__))

static test_field positive(test_field field)
{
    for (int64_t i = 0; i < field.count; i++) test_set(&field, i, 0, 0.01 + fabs(test_get(&field, i, 0)));
    return field;
}

/* What each `how` below points to. */
typedef struct sizes {
    int64_t count, per_group, size, crop, height, width, first;
    bool is_complex, whole, ordered;
    int merge, kind;
} sizes;

static const sizes shapes[] = {{1, 1, 1, 1, 1, 1, 0, true, false, false, 0, 0},
                               {4, 2, 5, 5, 9, 8, 2, true, false, true, 0, 0},
                               {6, 3, 16, 16, 20, 31, 5, false, false, false, 0, 0},
                               {3, 0, 17, 17, 30, 21, 1, true, true, false, 0, 0},
                               {5, 0, 13, 8, 24, 24, 0, true, false, true, 0, 0}};
#define SHAPES (sizeof shapes / sizeof *shapes)
enum { PLACES = 50 };

static double positions[2 * PLACES];
static int32_t order[PLACES];

static clpti_selection selection(const step_bench *b, const sizes *n)
{
    return (clpti_selection){&b->positions, n->ordered ? &b->order : NULL, n->first, n->count, n->ordered ? 1 : 0, -1};
}

static step_case with_geometry(step_case s, const sizes *n)
{
    for (int k = 0; k < PLACES; k++) {
        positions[2 * k] = test_random(11, 2 * (uint64_t)k, -3, (double)(n->width - n->size) + 4);
        positions[2 * k + 1] = test_random(11, 2 * (uint64_t)k + 1, -3, (double)(n->height - n->size) + 4);
        if (n->whole) positions[2 * k] = floor(positions[2 * k]);
        order[k] = (int32_t)((37 * k + 11) % PLACES);
    }
    s.xy = positions;
    s.place_count = PLACES;
    s.order = n->ordered ? order : NULL;
    s.order_count = PLACES;
    s.how = n;
    return s;
}

static int64_t images_of(const sizes *n)
{
    return n->per_group ? (n->count + n->per_group - 1) / n->per_group : 1;
}

/* ---- Coordinates ---- */

static clpt_status slope(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_slope(b->context, &(clpti_slope_args){.images = b->views[0],
                                                       .complex = n->is_complex,
                                                       .height = n->height,
                                                       .width = n->width,
                                                       .per_image = n->per_group,
                                                       .at = selection(b, n),
                                                       .cotangent = b->views[1],
                                                       .rows = n->crop,
                                                       .columns = n->size,
                                                       .out = b->views[2]});
}

static void slope_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("slope %d", (int)(n - shapes)),
                       .view_count = 3,
                       .run = slope,
                       .fields = {FIELD(n->is_complex, 1, images_of(n), n->height, n->width),
                                  FIELD(n->is_complex, 2, n->count, n->crop, n->size), FIELD(false, 3, n->count, 2)},
                       .tolerance = {0, 0, TEST_GRADIENT}};
        s = with_geometry(s, n);
        step_check(&s);
    }
}

/* ---- Merging ---- */

static clpti_view when(bool given, clpti_view view)
{
    return given ? view : (clpti_view){0};
}

/* kind 1: d_sum in the cotangent's own memory. */
static clpt_status merge_back(step_bench *b, const void *how)
{
    const sizes *n = how;
    bool none = n->merge == CLPTI_MERGE_NONE;
    return clpti_merge_back(b->context,
                            &(clpti_merge_back_args){.merge = (clpti_merge)n->merge,
                                                     .cotangent = b->views[0],
                                                     .canvas = b->views[1],
                                                     .complex = n->is_complex,
                                                     .total = when(!none, b->views[2]),
                                                     .largest = when(n->merge == CLPTI_MERGE_PROBE, b->views[3]),
                                                     .groups = n->count,
                                                     .pixels = n->height * n->width,
                                                     .d_sum = b->views[n->kind ? 0 : 4],
                                                     .d_total = when(!none, b->views[5])});
}

/* Totals on both sides of every cutoff, none so near that rounding decides. */
static void merge_back_agrees_with_the_reference(void **state)
{
    (void)state;
    for (int merge = CLPTI_MERGE_NONE; merge <= CLPTI_MERGE_SCAN; merge++)
        for (int own = 0; own < 2; own++) {
            sizes n = {3, 0, 0, 0, 7, 9, 0, merge & 1, false, false, merge, own};
            test_field total = positive(FIELD(false, 3, n.count, n.height, n.width));
            test_field largest = test_field_new(CLPT_TYPE_F32, 1, &n.count);
            for (int64_t g = 0; g < n.count; g++) test_set(&largest, g, 0, g == 2 ? 1e-7 : 2);
            for (int64_t i = 0; i < total.count; i++) {
                double scale = i % 5 == 0 ? 0 : i % 5 == 1 ? 3e-7 : i % 5 == 2 ? 3e-12 : i % 5 == 3 ? 1e-14 : 1;
                test_set(&total, i, 0, scale * test_get(&total, i, 0));
            }
            double sum = own ? 0 : TEST_LINEAR;
            step_case s = {.name = test_text("merge_back %d%s", merge, own ? ", in place" : ""),
                           .view_count = 6,
                           .run = merge_back,
                           .how = &n,
                           .fields = {FIELD(n.is_complex, 1, n.count, n.height, n.width),
                                      FIELD(n.is_complex, 2, n.count, n.height, n.width), total, largest,
                                      FIELD(n.is_complex, 4, n.count, n.height, n.width),
                                      FIELD(false, 5, n.count, n.height, n.width)},
                           .tolerance = {own ? TEST_LINEAR : 0, 0, 0, 0, sum, merge ? TEST_LINEAR : 0}};
            step_check(&s);
        }
}

static clpti_merge_geometry geometry(step_bench *b, const sizes *n)
{
    bool none = n->merge == CLPTI_MERGE_NONE;
    return (clpti_merge_geometry){.merge = (clpti_merge)n->merge,
                                  .complex = n->is_complex,
                                  .at = selection(b, n),
                                  .per_group = n->per_group,
                                  .size = n->size,
                                  .crop = n->merge == CLPTI_MERGE_SCAN ? n->crop : n->size,
                                  .height = n->height,
                                  .width = n->width,
                                  .d_sum = b->views[0],
                                  .d_total = when(!none, b->views[1]),
                                  .power = when(n->merge == CLPTI_MERGE_PROBE, b->views[2])};
}

static clpt_status merge_pull(step_bench *b, const void *how)
{
    return clpti_merge_pull(b->context, &(clpti_merge_pull_args){.g = geometry(b, how), .d_patches = b->views[3]});
}

/* The same from a canvas's cotangent: total and largest from views that hold positive numbers. */
static clpt_status merge_pull_divided(step_bench *b, const void *how)
{
    const sizes *n = how;
    clpti_merge_geometry g = geometry(b, how);
    return clpti_merge_pull(b->context,
                            &(clpti_merge_pull_args){.g = g,
                                                     .total = b->views[1],
                                                     .largest = when(n->merge == CLPTI_MERGE_PROBE, b->views[4]),
                                                     .d_patches = b->views[3]});
}

static clpt_status merge_slope(step_bench *b, const void *how)
{
    return clpti_merge_slope(
        b->context, &(clpti_merge_slope_args){.g = geometry(b, how), .patches = b->views[3], .out = b->views[4]});
}

static clpt_status merge_weight_pull(step_bench *b, const void *how)
{
    return clpti_merge_weight_pull(
        b->context,
        &(clpti_merge_weight_pull_args){.g = geometry(b, how), .patches = b->views[3], .d_power = b->views[4]});
}

/* Totals of which every fourth is below the cutoffs, and one for each image that they are small against. */
static test_field totals(const sizes *n)
{
    test_field field = positive(FIELD(false, 2, images_of(n), n->height, n->width));
    for (int64_t i = 0; i < field.count; i++) test_set(&field, i, 0, i % 4 ? 0.1 + test_get(&field, i, 0) : 3e-7);
    return field;
}

static test_field largest(const sizes *n)
{
    int64_t images = images_of(n);
    test_field field = test_field_new(CLPT_TYPE_F32, 1, &images);
    for (int64_t i = 0; i < images; i++) test_set(&field, i, 0, 2 + (double)i);
    return field;
}

static test_field anything(const sizes *n)
{
    return FIELD(false, 2, images_of(n), n->height, n->width);
}

static test_field slopes(const sizes *n)
{
    return FIELD(false, 5, n->count, 2);
}

static test_field power(const sizes *n)
{
    return FIELD(false, 5, n->size, n->size);
}

typedef test_field (*field_of)(const sizes *n);

static void check_merge(const char *name, clpt_status (*run)(step_bench *, const void *), int merge, int written,
                        double tolerance, field_of second, field_of last)
{
    for (const sizes *shape = shapes; shape < shapes + SHAPES; shape++) {
        sizes n = *shape;
        n.merge = merge;
        int64_t images = images_of(&n);
        step_case s = {.name = test_text("%s of merge %d, %d", name, merge, (int)(shape - shapes)),
                       .view_count = 5,
                       .run = run,
                       .fields = {FIELD(n.is_complex, 1, images, n.height, n.width), second(&n),
                                  positive(FIELD(false, 3, n.size, n.size)),
                                  FIELD(n.is_complex, 4, n.count, n.size, n.size), last(&n)}};
        s.tolerance[written] = tolerance;
        s = with_geometry(s, &n);
        step_check(&s);
    }
}

static void merge_pull_agrees_with_the_reference(void **state)
{
    (void)state;
    for (int merge = CLPTI_MERGE_NONE; merge <= CLPTI_MERGE_SCAN; merge++)
        check_merge("pull", merge_pull, merge, 3, TEST_LINEAR, anything, slopes);
}

static void merge_pull_of_a_cotangent_agrees_with_the_reference(void **state)
{
    (void)state;
    for (int merge = CLPTI_MERGE_CENTRE; merge <= CLPTI_MERGE_SCAN; merge++)
        check_merge("pull, divided", merge_pull_divided, merge, 3, TEST_LINEAR, totals, largest);
}

static void merge_slope_agrees_with_the_reference(void **state)
{
    (void)state;
    for (int merge = CLPTI_MERGE_NONE; merge <= CLPTI_MERGE_SCAN; merge++)
        check_merge("slope", merge_slope, merge, 4, TEST_GRADIENT, anything, slopes);
}

static void merge_weight_pull_agrees_with_the_reference(void **state)
{
    (void)state;
    check_merge("weight pull", merge_weight_pull, CLPTI_MERGE_PROBE, 4, TEST_GRADIENT, anything, power);
}

/* ---- Waves ---- */

static clpt_status scale_by(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_scale_by(b->context, &(clpti_scale_by_args){.field = b->views[0],
                                                             .out = b->views[2],
                                                             .real = b->views[1],
                                                             .repeats = n->count,
                                                             .count = n->height * n->width,
                                                             .factor = -1.7});
}

static clpt_status smooth_back(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_smooth_back(b->context, &(clpti_smooth_back_args){.in = b->views[0],
                                                                   .out = b->views[1],
                                                                   .count = n->count,
                                                                   .size = n->size,
                                                                   .sigma = 0.4 + n->kind,
                                                                   .probe_mask = n->kind == 1});
}

/* Sides 1, 2 and 3 too, where both edges reflect onto the same pixels. */
static void scaling_and_smoothing_agree_with_the_reference(void **state)
{
    (void)state;
    for (int64_t size = 1; size <= 12; size += size < 4 ? 1 : 4)
        for (int kind = 0; kind < 3; kind++) {
            sizes n = {.count = 3, .size = size, .height = size, .width = size + 1, .kind = kind};
            step_case scale = {.name = test_text("scale_by %d", (int)size),
                               .view_count = 3,
                               .run = scale_by,
                               .how = &n,
                               .fields = {FIELD(true, 1, n.count, n.height, n.width),
                                          FIELD(false, 2, n.height, n.width),
                                          FIELD(true, 3, n.count, n.height, n.width)},
                               .tolerance = {0, 0, TEST_LINEAR}};
            step_check(&scale);
            step_case smooth = {.name = test_text("smooth_back %d, %d", (int)size, kind),
                                .view_count = 2,
                                .run = smooth_back,
                                .how = &n,
                                .fields = {FIELD(true, 1, n.count, size, size), FIELD(true, 2, n.count, size, size)},
                                .tolerance = {0, TEST_LINEAR}};
            step_check(&smooth);
        }
}

static clpt_status detector_back(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_detector_back(b->context, &(clpti_detector_back_args){.waves = b->views[0],
                                                                       .count = n->count,
                                                                       .modes = n->per_group,
                                                                       .size = n->size,
                                                                       .factor = 0.3,
                                                                       .amplitude = n->kind,
                                                                       .image = n->whole,
                                                                       .cotangent = b->views[1]});
}

/* Some pixels are dark in all modes: the amplitude has no slope there. */
static void detector_back_agrees_with_the_reference(void **state)
{
    (void)state;
    static const sizes cases[] = {{.count = 1, .per_group = 1, .size = 1},
                                  {.count = 3, .per_group = 2, .size = 5},
                                  {.count = 2, .per_group = 3, .size = 16}};
    for (int i = 0; i < 12; i++) {
        sizes n = cases[i / 4];
        n.kind = i % 2;
        n.whole = i / 2 % 2; /* a near field's image */
        int64_t pixels = n.size * n.size;
        test_field waves = FIELD(true, 1, n.count, n.per_group, n.size, n.size);
        for (int64_t j = 0; j < waves.count; j++)
            if (j % pixels % 7 == 3) test_set(&waves, j, 0, 0), test_set(&waves, j, 1, 0);
        step_case s = {.name = test_text("detector_back %d", i),
                       .view_count = 2,
                       .run = detector_back,
                       .how = &n,
                       .fields = {waves, FIELD(false, 2, n.count, n.size, n.size)},
                       .tolerance = {TEST_LINEAR, 0}};
        step_check(&s);
    }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slope_agrees_with_the_reference),
        cmocka_unit_test(merge_back_agrees_with_the_reference),
        cmocka_unit_test(merge_pull_agrees_with_the_reference),
        cmocka_unit_test(merge_pull_of_a_cotangent_agrees_with_the_reference),
        cmocka_unit_test(merge_slope_agrees_with_the_reference),
        cmocka_unit_test(merge_weight_pull_agrees_with_the_reference),
        cmocka_unit_test(scaling_and_smoothing_agree_with_the_reference),
        cmocka_unit_test(detector_back_agrees_with_the_reference),
    };
    return cmocka_run_group_tests_name("back", tests, test_open_both, test_close_both);
}
