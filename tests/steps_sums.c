/* SPDX-License-Identifier: Apache-2.0 */
/* Sums: over patterns onto an object or a probe, over fields, and matrix products of modes. */
#include <math.h>

#include "steps.h"

#include "ops/adjoint.h"
#include "ops/engine.h"

/* STEP_ALONE: without the sum of weights. */
static clpt_status gather(step_bench *b, const step_sizes *n)
{
    return clpti_gather(b->context, &(clpti_gather_args){.patches = b->views[0],
                                                         .complex = !step_has(n, STEP_REAL),
                                                         .size = n->size,
                                                         .crop = step_crop(n),
                                                         .at = step_selection(b, n),
                                                         .weights = step_unless(n, STEP_WITHOUT, b->views[1]),
                                                         .canvas = b->views[2],
                                                         .weight_sum = step_unless(n, STEP_ALONE, b->views[3]),
                                                         .height = n->height,
                                                         .width = n->width});
}

static void prepare_gather(step_case *c)
{
    if (step_has(&c->n, STEP_ALONE)) c->tolerance[3] = 0;
}

/* STEP_A: weights of each pattern's own probe. */
static clpt_status object_gradient(step_bench *b, const step_sizes *n)
{
    return clpti_object_gradient(
        b->context, &(clpti_object_gradient_args){.waves = b->views[0],
                                                  .probe = b->views[1],
                                                  .probe_stride = step_probe_stride(n),
                                                  .modes = n->modes,
                                                  .size = n->size,
                                                  .at = step_selection(b, n),
                                                  .weights = step_unless(n, STEP_WITHOUT | STEP_A, b->views[2]),
                                                  .own_weights = step_has(n, STEP_A),
                                                  .canvas = b->views[3],
                                                  .weight_sum = step_unless(n, STEP_WITHOUT, b->views[4]),
                                                  .height = n->height,
                                                  .width = n->width,
                                                  .fresh = step_has(n, STEP_B)});
}

static void prepare_object_gradient(step_case *c)
{
    if (step_has(&c->n, STEP_WITHOUT)) c->tolerance[4] = 0;
}

/* STEP_A: one slot, else three. */
static clpt_status probe_gradient(step_bench *b, const step_sizes *n)
{
    int64_t pad = step_has(n, STEP_PAD) ? n->size / 4 : 0;
    return clpti_probe_gradient(b->context, &(clpti_probe_gradient_args){.object = b->views[0],
                                                                         .height = n->height,
                                                                         .width = n->width,
                                                                         .at = step_selection(b, n),
                                                                         .waves = b->views[1],
                                                                         .modes = n->modes,
                                                                         .size = n->size,
                                                                         .pad = pad,
                                                                         .patch = pad ? n->size / 2 : 0,
                                                                         .slots = step_has(n, STEP_A) ? 1 : 3,
                                                                         .gradient = b->views[2],
                                                                         .patch_power = b->views[3],
                                                                         .fresh = step_has(n, STEP_B)});
}

static clpt_status fold(step_bench *b, const step_sizes *n)
{
    return clpti_fold(b->context, &(clpti_fold_args){.slots = b->views[0],
                                                     .complex = !step_has(n, STEP_REAL),
                                                     .slot_count = n->count,
                                                     .count = n->height * n->width,
                                                     .out = b->views[1],
                                                     .fresh = step_has(n, STEP_B)});
}

static clpt_status divide(step_bench *b, const step_sizes *n)
{
    return clpti_divide(b->context, &(clpti_divide_args){.canvas = b->views[0],
                                                         .weight_sum = b->views[1],
                                                         .complex = !step_has(n, STEP_REAL),
                                                         .count = n->height * n->width,
                                                         .epsilon = 1e-3});
}

static clpt_status extract(step_bench *b, const step_sizes *n)
{
    return clpti_extract(b->context, &(clpti_extract_args){.images = b->views[0],
                                                           .complex = !step_has(n, STEP_REAL),
                                                           .height = n->height,
                                                           .width = n->width,
                                                           .per_image = step_per_image(n),
                                                           .at = step_selection(b, n),
                                                           .interpolation = CLPT_INTERPOLATION_BILINEAR,
                                                           .patches = b->views[1],
                                                           .rows = n->size,
                                                           .columns = n->size});
}

/* ---- fields ---- */

static clpt_status largest(step_bench *b, const step_sizes *n)
{
    return clpti_largest(
        b->context, &(clpti_largest_args){
                        .values = b->views[0], .groups = n->count, .count = n->height * n->width, .out = b->views[1]});
}

/* Sums in one launch, and in several. */
static const step_sizes long_lines[] = {
    {2, 1, 1, 1, 1, 0, 0},     {2, 1, 1, 1, 255, 0, 0},   {2, 1, 1, 1, 4097, 0, 0},
    {2, 1, 1, 1, 16384, 0, 0}, {2, 1, 1, 1, 16385, 0, 0}, {2, 1, 1, 1, 100003, 0, 0},
    {2, 2, 1, 301, 257, 0, 0}, {2, 3, 1, 367, 301, 0, 0}, {0}};

static const step_sizes images[] = {{2, 2, 1, 301, 257, 0, 0}, {0}};

static clpt_status totals(step_bench *b, const step_sizes *n)
{
    return clpti_totals(
        b->context,
        &(clpti_totals_args){
            .values = b->views[0], .groups = n->count, .height = n->height, .width = n->width, .out = b->views[1]});
}

static clpt_status power(step_bench *b, const step_sizes *n)
{
    return clpti_power(b->context, &(clpti_power_args){.modes = b->views[0],
                                                       .mode_count = n->modes,
                                                       .count = n->height * n->width,
                                                       .power = b->views[1]});
}

static clpt_status powers(step_bench *b, const step_sizes *n)
{
    return clpti_power(b->context, &(clpti_power_args){.modes = b->views[0],
                                                       .repeats = n->count,
                                                       .mode_count = n->modes,
                                                       .count = n->height * n->width,
                                                       .power = b->views[1]});
}

static clpt_status inner(step_bench *b, const step_sizes *n)
{
    return clpti_inner(b->context, &(clpti_inner_args){.a = b->views[0],
                                                       .b = b->views[1],
                                                       .count = n->height * n->width * n->modes,
                                                       .out = b->views[2]});
}

/* Positive products: a sum of both signs may be as small as rounding. */
static void prepare_inner(step_case *c)
{
    for (int64_t i = 0; i < c->fields[1].count; i++) {
        test_set(&c->fields[1], i, 0, test_get(&c->fields[0], i, 0));
        test_set(&c->fields[1], i, 1, test_get(&c->fields[0], i, 1) + 0.3);
    }
}

/* ---- matrix products ---- */

static const step_sizes dense[] = {{1, 1, 1, 1, 1, 0, 0}, {1, 2, 1, 7, 5, 0, 0}, {1, 7, 1, 16, 16, 0, 0}, {0}};
static const step_sizes more_dense[] = {{1, 12, 1, 40, 33, 0, 0}, {0}};

static clpt_status gram(step_bench *b, const step_sizes *n)
{
    return clpti_gram(b->context, &(clpti_gram_args){.modes = b->views[0],
                                                     .mode_count = n->modes,
                                                     .count = n->height * n->width,
                                                     .gram = b->views[1]});
}

static clpt_status rotate(step_bench *b, const step_sizes *n)
{
    return clpti_rotate(b->context, &(clpti_rotate_args){.modes = b->views[0],
                                                         .out = b->views[1],
                                                         .mode_count = n->modes,
                                                         .count = n->height * n->width,
                                                         .matrix = b->views[2]});
}

const step_entry step_sums[] = {
    {.name = "gather",
     .splits = true,
     .larger = step_detectors,
     .flags = {0, STEP_ORDERED | STEP_CROP, STEP_ALONE, STEP_ORDERED, STEP_WITHOUT, STEP_REAL, STEP_CROP | STEP_REAL},
     .arrays =
         {{"eSNN"}, {"rNN", STEP_POSITIVE}, {"eHW", .tolerance = TEST_LINEAR}, {"rHW", STEP_POSITIVE, TEST_LINEAR}},
     .prepare = prepare_gather,
     .call = gather},
    {.name = "object_gradient",
     .splits = true,
     .larger = step_detectors,
     .flags = {0, STEP_ORDERED, STEP_WITHOUT, STEP_OWN, STEP_OWN | STEP_ORDERED, STEP_OWN | STEP_A,
               STEP_OWN | STEP_WHOLE | STEP_A},
     .arrays = {{"cSPNN"},
                {"cOPNN"},
                {"rNN", STEP_POSITIVE},
                {"cHW", .tolerance = TEST_LINEAR},
                {"rHW", .tolerance = TEST_LINEAR}},
     .prepare = prepare_object_gradient,
     .call = object_gradient},
    {.name = "probe_gradient",
     .splits = true,
     .larger = step_detectors,
     .flags = {STEP_A, STEP_ORDERED | STEP_A, STEP_PAD, STEP_ORDERED},
     .arrays = {{"cHW"}, {"cSPNN"}, {"c3PNN", .tolerance = TEST_LINEAR}, {"r3NN", STEP_POSITIVE, TEST_LINEAR}},
     .call = probe_gradient},
    {.name = "probe_gradient, fresh",
     .larger = step_large,
     .flags = {STEP_A | STEP_B, STEP_B, STEP_PAD | STEP_B},
     .arrays = {{"cHW"}, {"cSPNN"}, {"c3PNN", .tolerance = TEST_LINEAR}, {"r3NN", STEP_POSITIVE, TEST_LINEAR}},
     .call = probe_gradient},
    {.name = "object_gradient, fresh",
     .larger = step_large,
     .flags = {STEP_B, STEP_B | STEP_WITHOUT, STEP_B | STEP_OWN | STEP_A},
     .arrays = {{"cSPNN"},
                {"cOPNN"},
                {"rNN", STEP_POSITIVE},
                {"cHW", .tolerance = TEST_LINEAR},
                {"rHW", .tolerance = TEST_LINEAR}},
     .prepare = prepare_object_gradient,
     .call = object_gradient},
    {.name = "fold, fresh",
     .flags = {STEP_B, STEP_REAL | STEP_B},
     .arrays = {{"eSHW"}, {"eHW", .tolerance = TEST_LINEAR}},
     .call = fold},
    {.name = "fold",
     .splits = true,
     .flags = {0, STEP_REAL},
     .arrays = {{"eSHW"}, {"eHW", .tolerance = TEST_LINEAR}},
     .call = fold},
    {.name = "divide",
     .flags = {0, STEP_REAL},
     .arrays = {{"eHW", .tolerance = TEST_LINEAR}, {"rHW", STEP_POSITIVE}},
     .call = divide},
    {.name = "extract",
     .flags = {0, STEP_ORDERED, STEP_REAL, STEP_GROUPS, STEP_WHOLE},
     .arrays = {{"eGHW"}, {"eSNN", .tolerance = TEST_LINEAR}},
     .call = extract},
    {.name = "largest",
     .splits = true,
     .larger = long_lines,
     .arrays = {{"rSHW", STEP_POSITIVE}, {"rS", .tolerance = 1e-7}},
     .call = largest},
    {.name = "totals",
     .splits = true,
     .larger = images,
     .arrays = {{"rSHW", STEP_POSITIVE}, {"rS", .tolerance = TEST_LINEAR}},
     .call = totals},
    {.name = "power", .arrays = {{"cPHW"}, {"rHW", .tolerance = TEST_LINEAR}}, .call = power},
    {.name = "power, each pattern", .arrays = {{"cSPHW"}, {"rSHW", .tolerance = TEST_LINEAR}}, .call = powers},
    {.name = "inner",
     .larger = long_lines,
     .arrays = {{"cPHW"}, {"cPHW"}, {"r1", .tolerance = TEST_LINEAR}},
     .prepare = prepare_inner,
     .call = inner},
    {.name = "gram",
     .shapes = dense,
     .larger = more_dense,
     .arrays = {{"cPHW"}, {"cPP", .tolerance = TEST_LINEAR}},
     .call = gram},
    {.name = "rotate",
     .shapes = dense,
     .larger = more_dense,
     .arrays = {{"cPHW"}, {"cPHW", .tolerance = TEST_LINEAR}, {"cPP"}},
     .call = rotate},
    {0}};
