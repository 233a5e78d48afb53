/* SPDX-License-Identifier: Apache-2.0 */
/* Adjoints of merging and of warp, derivatives with respect to coordinates, and total variation. */
#include <math.h>

#include "steps.h"

#include "ops/adjoint.h"

#define TEST_LOSS 1e-6 /* relative */

static const step_sizes patches[] = {{1, 1, 1, 1, 1, 0, STEP_GROUPS},
                                     {4, 2, 5, 9, 8, 2, STEP_GROUPS | STEP_ORDERED},
                                     {6, 3, 16, 20, 31, 5, STEP_GROUPS | STEP_REAL},
                                     {3, 1, 17, 30, 21, 1, STEP_WHOLE},
                                     {5, 1, 13, 24, 24, 0, STEP_ORDERED | STEP_CROP},
                                     {0}};

static clpt_status slope(step_bench *b, const step_sizes *n)
{
    return clpti_slope(b->context, &(clpti_slope_args){.images = b->views[0],
                                                       .complex = !step_has(n, STEP_REAL),
                                                       .height = n->height,
                                                       .width = n->width,
                                                       .per_image = step_per_image(n),
                                                       .at = step_selection(b, n),
                                                       .cotangent = b->views[1],
                                                       .rows = step_crop(n),
                                                       .columns = n->size,
                                                       .out = b->views[2]});
}

static clpt_status scale_by(step_bench *b, const step_sizes *n)
{
    return clpti_scale_by(b->context, &(clpti_scale_by_args){.field = b->views[0],
                                                             .out = b->views[2],
                                                             .real = b->views[1],
                                                             .repeats = n->count,
                                                             .count = n->height * n->width,
                                                             .factor = -1.7});
}

/* ---- merging; the kind is a clpti_merge ---- */

enum {
    NONE = CLPTI_MERGE_NONE * STEP_KIND,
    CENTRE = CLPTI_MERGE_CENTRE * STEP_KIND,
    CENTRE_MASKED = CLPTI_MERGE_CENTRE_MASKED * STEP_KIND,
    PROBE = CLPTI_MERGE_PROBE * STEP_KIND,
    SCAN = CLPTI_MERGE_SCAN * STEP_KIND
};

static clpti_view for_merge(const step_sizes *n, bool given, clpti_view view)
{
    return given && step_kind(n) != CLPTI_MERGE_NONE ? view : (clpti_view){0};
}

static clpt_status merge_back(step_bench *b, const step_sizes *n)
{
    clpti_merge merge = (clpti_merge)step_kind(n);
    return clpti_merge_back(b->context,
                            &(clpti_merge_back_args){.merge = merge,
                                                     .cotangent = b->views[0],
                                                     .canvas = b->views[1],
                                                     .complex = !step_has(n, STEP_REAL),
                                                     .total = for_merge(n, true, b->views[2]),
                                                     .largest = for_merge(n, merge == CLPTI_MERGE_PROBE, b->views[3]),
                                                     .groups = n->count,
                                                     .pixels = n->height * n->width,
                                                     .d_sum = b->views[step_has(n, STEP_IN_PLACE) ? 0 : 4],
                                                     .d_total = for_merge(n, true, b->views[5])});
}

/* Totals on both sides of every cutoff, at a distance beyond rounding. */
static void prepare_merge_back(step_case *c)
{
    static const double scales[] = {0, 3e-7, 3e-12, 1e-14, 1};
    test_field *total = &c->fields[2], *largest = &c->fields[3];
    for (int64_t g = 0; g < c->n.count; g++) test_set(largest, g, 0, g == 2 ? 1e-7 : 2);
    for (int64_t i = 0; i < total->count; i++) test_set(total, i, 0, scales[i % 5] * test_get(total, i, 0));
    c->tolerance[step_has(&c->n, STEP_IN_PLACE) ? 4 : 0] = 0;
    if (step_kind(&c->n) == CLPTI_MERGE_NONE) c->tolerance[5] = 0;
}

static const step_sizes canvases[] = {{3, 1, 1, 7, 9, 0, 0}, {0}};

static clpti_merge_geometry geometry(step_bench *b, const step_sizes *n)
{
    clpti_merge merge = (clpti_merge)step_kind(n);
    return (clpti_merge_geometry){.merge = merge,
                                  .complex = !step_has(n, STEP_REAL),
                                  .at = step_selection(b, n),
                                  .per_group = step_per_image(n),
                                  .size = n->size,
                                  .crop = merge == CLPTI_MERGE_SCAN ? step_crop(n) : n->size,
                                  .height = n->height,
                                  .width = n->width,
                                  .d_sum = b->views[0],
                                  .d_total = for_merge(n, true, b->views[1]),
                                  .power = for_merge(n, merge == CLPTI_MERGE_PROBE, b->views[2])};
}

/* STEP_A: from the cotangent of a canvas, with totals and their maximum. */
static clpt_status merge_pull(step_bench *b, const step_sizes *n)
{
    bool divided = step_has(n, STEP_A), probe = step_kind(n) == CLPTI_MERGE_PROBE;
    return clpti_merge_pull(b->context, &(clpti_merge_pull_args){.g = geometry(b, n),
                                                                 .total = for_merge(n, divided, b->views[1]),
                                                                 .largest = for_merge(n, divided && probe, b->views[4]),
                                                                 .d_patches = b->views[3]});
}

/* Every fourth total is below the cutoffs, which are relative to a larger one per image. */
static void prepare_merge_pull(step_case *c)
{
    test_field *total = &c->fields[1], *largest = &c->fields[4];
    for (int64_t i = 0; i < total->count && step_has(&c->n, STEP_A); i++)
        test_set(total, i, 0, i % 4 ? 0.11 + fabs(test_get(total, i, 0)) : 3e-7);
    for (int64_t i = 0; i < largest->count; i++) test_set(largest, i, 0, 2 + (double)i);
}

static clpt_status merge_slope(step_bench *b, const step_sizes *n)
{
    return clpti_merge_slope(
        b->context, &(clpti_merge_slope_args){.g = geometry(b, n), .patches = b->views[3], .out = b->views[4]});
}

static clpt_status merge_weight_pull(step_bench *b, const step_sizes *n)
{
    return clpti_merge_weight_pull(
        b->context,
        &(clpti_merge_weight_pull_args){.g = geometry(b, n), .patches = b->views[3], .d_power = b->views[4]});
}

/* ---- total variation ---- */

static const step_sizes images[] = {{1, 1, 1, 1, 1, 0, 0},   {1, 1, 1, 1, 9, 0, 0},   {1, 1, 1, 8, 1, 0, 0},
                                    {1, 1, 1, 21, 34, 0, 0}, {1, 1, 1, 65, 70, 0, 0}, {0}};

static clpt_status variation(step_bench *b, const step_sizes *n)
{
    clpt_status status = clpti_variation(b->context, &(clpti_variation_args){.variation = (clpt_variation)step_kind(n),
                                                                             .object = b->views[0],
                                                                             .height = n->height,
                                                                             .width = n->width,
                                                                             .epsilon = 0.05,
                                                                             .rows = b->views[1],
                                                                             .d_object = b->views[2]});
    return status == CLPT_OK ? step_fold(b->views[1], n->height) : status;
}

/* ---- warp: the kind is an interpolation; STEP_A: the other fill; `modes` images share a transform ---- */

enum { TRANSFORMS = 6 };

/* Rotation, scale, shift and a slight perspective; the last one views the image from behind. */
static void make_transforms(double transforms[9 * TRANSFORMS])
{
    for (int k = 0; k < TRANSFORMS; k++) {
        double angle = test_random(5, 8 * (uint64_t)k, -1, 1), scale = test_random(5, 8 * (uint64_t)k + 1, 0.5, 1.5);
        double made[9] = {scale * cos(angle), -scale * sin(angle), test_random(5, 8 * (uint64_t)k + 2, -4, 6),
                          scale * sin(angle), scale * cos(angle),  test_random(5, 8 * (uint64_t)k + 3, -4, 6),
                          0.004 * k,          -0.003 * k,          1};
        for (int i = 0; i < 9; i++) transforms[9 * k + i] = (k == TRANSFORMS - 1 ? -1 : 1) * made[i];
    }
}

static clpt_status upload_transforms(step_bench *b, const double *transforms, clpt_buffer **pairs)
{
    float parts[2 * 9 * TRANSFORMS];
    for (int i = 0; i < 9 * TRANSFORMS; i++) {
        parts[2 * i] = (float)transforms[i];
        parts[2 * i + 1] = (float)(transforms[i] - (double)parts[2 * i]);
    }
    clpt_status status = clpti_buffer_create(b->context, CLPTI_REAL, 18 * TRANSFORMS, pairs);
    return status == CLPT_OK ? clpti_upload(clpti_view_of(*pairs), parts, 18 * TRANSFORMS) : status;
}

static clpt_status warp_back(step_bench *b, const step_sizes *n)
{
    clpt_status status = CLPT_OK;
    double transforms[9 * TRANSFORMS];
    clpt_buffer *pairs = NULL;
    make_transforms(transforms);
    if (!clpti_is_reference(b->context)) CLPTI_TRY(upload_transforms(b, transforms, &pairs));
    clpti_warp_args warp = {.images = b->views[0],
                            .out = b->views[1],
                            .complex = !step_has(n, STEP_REAL),
                            .count = n->count,
                            .height = n->height,
                            .width = n->width,
                            .transforms = transforms,
                            .transform_pairs = pairs,
                            .first = n->first,
                            .per_transform = n->modes,
                            .interpolation = (clpt_interpolation)step_kind(n),
                            .fill = (clpt_fill)step_has(n, STEP_A)};
    CLPTI_TRY(clpti_warp_back(
        b->context, &(clpti_warp_back_args){.warp = warp, .d_images = b->views[2], .d_transforms = b->views[3]}));
    CLPTI_TRY(step_fold(b->views[3], 9 * n->count));
cleanup:
    clpt_buffer_destroy(&pairs);
    return status;
}

static const step_sizes warped[] = {
    {1, 1, 1, 5, 4, 0, 0}, {2, 1, 1, 7, 12, 1, STEP_REAL}, {5, 2, 1, 20, 13, 3, 0}, {3, 3, 1, 33, 40, 15, 0}, {0}};

const step_entry step_adjoint[] = {
    {.name = "slope",
     .shapes = patches,
     .arrays = {{"eGHW"}, {"eSCN"}, {"rS2", .tolerance = TEST_GRADIENT}},
     .call = slope},
    {.name = "scale_by",
     .splits = true,
     .arrays = {{"cSHW"}, {"rHW"}, {"cSHW", .tolerance = TEST_LINEAR}},
     .call = scale_by},
    {.name = "merge_back",
     .shapes = canvases,
     .flags = {NONE | STEP_REAL, CENTRE, CENTRE_MASKED | STEP_REAL, PROBE, SCAN | STEP_REAL, NONE | STEP_IN_PLACE,
               CENTRE | STEP_IN_PLACE, CENTRE_MASKED | STEP_IN_PLACE, PROBE | STEP_IN_PLACE, SCAN | STEP_IN_PLACE},
     .full = true,
     .arrays = {{"eSHW", .tolerance = TEST_LINEAR},
                {"eSHW"},
                {"rSHW", STEP_POSITIVE},
                {"rS"},
                {"eSHW", .tolerance = TEST_LINEAR},
                {"rSHW", .tolerance = TEST_LINEAR}},
     .prepare = prepare_merge_back,
     .call = merge_back},
    {.name = "merge_pull",
     .shapes = patches,
     .flags = {NONE, CENTRE, CENTRE_MASKED, PROBE, SCAN, CENTRE | STEP_A, CENTRE_MASKED | STEP_A, PROBE | STEP_A,
               SCAN | STEP_A},
     .full = true,
     .arrays = {{"eGHW"}, {"rGHW"}, {"rNN", STEP_POSITIVE}, {"eSNN", .tolerance = TEST_LINEAR}, {"rG"}},
     .prepare = prepare_merge_pull,
     .call = merge_pull},
    {.name = "merge_slope",
     .shapes = patches,
     .flags = {NONE, CENTRE, CENTRE_MASKED, PROBE, SCAN},
     .full = true,
     .arrays = {{"eGHW"}, {"rGHW"}, {"rNN", STEP_POSITIVE}, {"eSNN"}, {"rS2", .tolerance = TEST_GRADIENT}},
     .call = merge_slope},
    {.name = "merge_weight_pull",
     .shapes = patches,
     .flags = {PROBE},
     .arrays = {{"eGHW"}, {"rGHW"}, {"rNN", STEP_POSITIVE}, {"eSNN"}, {"rNN", .tolerance = TEST_GRADIENT}},
     .call = merge_weight_pull},
    {.name = "variation",
     .shapes = images,
     .flags = {0, STEP_KIND},
     .full = true,
     .arrays = {{"cHW"}, {"rH2", .tolerance = TEST_LOSS}, {"cHW", .tolerance = TEST_GRADIENT}},
     .call = variation},
    {.name = "warp_back",
     .shapes = warped,
     .flags = {0, STEP_KIND, STEP_A, STEP_A | STEP_KIND},
     .full = true,
     .arrays = {{"eSHW"}, {"eSHW"}, {"eSHW", .tolerance = TEST_WARP}, {"rS92", .tolerance = TEST_GRADIENT}},
     .call = warp_back},
    {0}};
