/* SPDX-License-Identifier: Apache-2.0 */
/* Operations at the detector: intensities, measured amplitudes and counts, corrections, losses. */
#include <math.h>

#include "steps.h"

#include "ops/adjoint.h"
#include "ops/correction.h"

#define TEST_LOSS 1e-6 /* relative */

static clpt_status intensity(step_bench *b, const step_sizes *n)
{
    return clpti_intensity(b->context,
                           &(clpti_intensity_args){.waves = b->views[0],
                                                   .count = n->count,
                                                   .modes = n->modes,
                                                   .size = n->size,
                                                   .factor = 0.3,
                                                   .amplitude = step_has(n, STEP_ROOT),
                                                   .image = step_has(n, STEP_IMAGE),
                                                   .response = step_response(b, n, b->views[1], b->views[2]),
                                                   .out = b->views[3]});
}

static clpt_status detector_back(step_bench *b, const step_sizes *n)
{
    return clpti_detector_back(b->context,
                               &(clpti_detector_back_args){.waves = b->views[0],
                                                           .count = n->count,
                                                           .modes = n->modes,
                                                           .size = n->size,
                                                           .factor = 0.3,
                                                           .amplitude = step_has(n, STEP_ROOT),
                                                           .image = step_has(n, STEP_IMAGE),
                                                           .response = step_response(b, n, b->views[1], b->views[2]),
                                                           .cotangent = b->views[3]});
}

/* Some pixels are dark in all modes: the amplitude has no slope there. */
static void prepare_detector_back(step_case *c)
{
    int64_t pixels = c->n.size * c->n.size;
    for (int64_t i = 0; i < c->fields[0].count; i++)
        if (i % pixels % 7 == 3) test_set(&c->fields[0], i, 0, 0), test_set(&c->fields[0], i, 1, 0);
}

/* STEP_A: Poisson likelihood; STEP_ALONE: only the error. */
static clpt_status project(step_bench *b, const step_sizes *n)
{
    return clpti_project(
        b->context,
        &(clpti_project_args){.waves = b->views[0],
                              .count = n->count,
                              .modes = n->modes,
                              .size = n->size,
                              .factor = 0.7,
                              .scale = 0.25,
                              .image = step_has(n, STEP_IMAGE),
                              .response = step_response(b, n, b->views[1], b->views[2]),
                              .likelihood = step_has(n, STEP_A) ? CLPT_LIKELIHOOD_POISSON : CLPT_LIKELIHOOD_AMPLITUDE,
                              .measured = b->views[3],
                              .mask = step_given(n, STEP_MASK | STEP_MASKS, b->views[4]),
                              .mask_per_pattern = step_has(n, STEP_MASKS),
                              .order = step_order(b, n),
                              .first = n->first,
                              .only_error = step_has(n, STEP_ALONE),
                              .misfit = b->views[5],
                              .total = b->views[6]});
}

/* Some measured amplitudes are far above those of the waves. */
static void prepare_project(step_case *c)
{
    for (int64_t i = 0; i < c->fields[3].count && !step_has(&c->n, STEP_SCALES | STEP_BACKGROUND); i += 5)
        test_set(&c->fields[3], i, 0, 30 * test_get(&c->fields[3], i, 0));
    if (step_has(&c->n, STEP_MASK | STEP_MASKS)) step_hide_masked(c, 3, 4);
    if (step_has(&c->n, STEP_ALONE)) c->tolerance[0] = 0;
}

/* ---- corrections ---- */

static clpti_misfit_args misfit(const step_bench *b, const step_sizes *n)
{
    return (clpti_misfit_args){.intensity = b->views[0],
                               .count = n->count,
                               .size = n->size,
                               .response = step_response(b, n, b->views[1], b->views[2]),
                               .measured = b->views[3],
                               .mask = step_given(n, STEP_MASK | STEP_MASKS, b->views[4]),
                               .mask_per_pattern = step_has(n, STEP_MASKS),
                               .order = step_order(b, n),
                               .first = n->first,
                               .floor = 0.01,
                               .sums = b->views[5]};
}

static clpt_status scale_sums(step_bench *b, const step_sizes *n)
{
    clpti_misfit_args args = misfit(b, n);
    return clpti_scale_sums(b->context, &args);
}

static clpt_status background_sums(step_bench *b, const step_sizes *n)
{
    clpti_misfit_args args = misfit(b, n);
    return clpti_background_sums(b->context, &args);
}

static void prepare_misfit(step_case *c)
{
    if (step_has(&c->n, STEP_MASK | STEP_MASKS)) step_hide_masked(c, 3, 4);
}

static clpt_status rescale(step_bench *b, const step_sizes *n)
{
    return clpti_rescale(
        b->context, &(clpti_rescale_args){.sums = b->views[0], .scales = b->views[1], .count = n->count, .limit = 1.5});
}

static clpt_status background_step(step_bench *b, const step_sizes *n)
{
    return clpti_background_step(
        b->context, &(clpti_background_step_args){
                        .sums = b->views[0], .background = b->views[1], .count = n->height * n->width, .step = 0.7});
}

/* Some denominators are 0. */
static void prepare_fractions(step_case *c)
{
    for (int64_t i = 0; i < c->fields[0].count; i += 2)
        test_set(&c->fields[0], i + 1, 0, i % 14 == 6 ? 0 : 1 + fabs(test_get(&c->fields[0], i + 1, 0)));
}

/* ---- losses ---- */

static clpt_status loss(step_bench *b, const step_sizes *n)
{
    clpt_status status =
        clpti_loss(b->context, &(clpti_loss_args){.loss = (clpt_loss)step_kind(n),
                                                  .intensity = b->views[0],
                                                  .count = n->count,
                                                  .pixels = n->size * n->size,
                                                  .measured = b->views[1],
                                                  .mask = step_given(n, STEP_MASK | STEP_MASKS, b->views[2]),
                                                  .mask_per_pattern = step_has(n, STEP_MASKS),
                                                  .order = step_order(b, n),
                                                  .first = n->first,
                                                  .sums = b->views[3],
                                                  .d_intensity = b->views[step_has(n, STEP_IN_PLACE) ? 0 : 4]});
    return status == CLPT_OK ? step_fold(b->views[3], 2 * n->count) : status;
}

/* Counts of 0 … 40 and intensities that differ from them in float32. */
static void prepare_loss(step_case *c)
{
    test_field *intensities = &c->fields[0], *measured = &c->fields[1];
    for (int64_t i = 0; i < intensities->count; i++)
        test_set(intensities, i, 0, test_random(1, (uint64_t)i, 1, 40) + 0.3);
    for (int64_t i = 0; i < measured->count; i++) test_set(measured, i, 0, floor(test_random(3, (uint64_t)i, 0, 41)));
    if (step_has(&c->n, STEP_MASK | STEP_MASKS)) step_hide_masked(c, 1, 2);
    if (step_has(&c->n, STEP_IN_PLACE)) c->tolerance[0] = c->tolerance[4], c->tolerance[4] = 0;
}

static const step_sizes loss_shapes[] = {{1, 1, 1, 1, 1, 0, 0},
                                         {3, 1, 5, 1, 1, 4, STEP_ORDERED | STEP_MASK | STEP_IN_PLACE},
                                         {5, 1, 32, 1, 1, 2, STEP_MASKS},
                                         {2, 1, 70, 1, 1, 0, STEP_ORDERED | STEP_MASKS},
                                         {0}};

const step_entry step_detector[] = {
    {.name = "intensity",
     .splits = true,
     .flags = {0, STEP_ROOT, STEP_IMAGE, STEP_ROOT | STEP_ORDERED | STEP_SCALES | STEP_BACKGROUND,
               STEP_SCALES | STEP_BACKGROUND, STEP_BACKGROUND, STEP_ROOT | STEP_ORDERED | STEP_SCALES},
     .arrays = {{"cSPNN"}, {"rK", STEP_POSITIVE}, {"rNN", STEP_POSITIVE}, {"rSNN", .tolerance = TEST_DIFFRACT}},
     .call = intensity},
    {.name = "detector_back",
     .splits = true,
     .flags = {0, STEP_ROOT, STEP_IMAGE, STEP_ROOT | STEP_IMAGE,
               STEP_ROOT | STEP_ORDERED | STEP_SCALES | STEP_BACKGROUND, STEP_SCALES | STEP_BACKGROUND, STEP_BACKGROUND,
               STEP_ROOT | STEP_ORDERED | STEP_SCALES},
     .arrays = {{"cSPNN", .tolerance = TEST_LINEAR}, {"rK", STEP_POSITIVE}, {"rNN", STEP_POSITIVE}, {"rSNN"}},
     .prepare = prepare_detector_back,
     .call = detector_back},
    {.name = "project",
     .splits = true,
     .flags = {0, STEP_A | STEP_ORDERED | STEP_MASKS, STEP_MASK | STEP_ALONE,
               STEP_A | STEP_ORDERED | STEP_MASKS | STEP_IMAGE, STEP_ORDERED | STEP_SCALES | STEP_BACKGROUND, STEP_A,
               STEP_IMAGE | STEP_ORDERED | STEP_MASKS, STEP_BACKGROUND, STEP_SCALES | STEP_IMAGE},
     .arrays = {{"cSPNN", .tolerance = TEST_DIFFRACT},
                {"rK", STEP_POSITIVE},
                {"rNN", STEP_POSITIVE},
                {"rKNN", STEP_POSITIVE},
                {"rMNN", STEP_GOOD},
                {"rS", .tolerance = TEST_DIFFRACT},
                {"rS", .tolerance = TEST_DIFFRACT}},
     .larger = step_detectors,
     .prepare = prepare_project,
     .call = project},
    {.name = "scale_sums",
     .splits = true,
     .flags = {STEP_MASK, STEP_ORDERED | STEP_MASKS | STEP_SCALES | STEP_BACKGROUND, STEP_SCALES | STEP_BACKGROUND,
               STEP_ORDERED | STEP_MASKS | STEP_SCALES},
     .arrays = {{"rSNN", STEP_POSITIVE},
                {"rK", STEP_POSITIVE},
                {"rNN", STEP_POSITIVE},
                {"rKNN", STEP_POSITIVE},
                {"rMNN", STEP_GOOD},
                {"rS2", .tolerance = TEST_DIFFRACT}},
     .prepare = prepare_misfit,
     .call = scale_sums},
    {.name = "background_sums",
     .splits = true,
     .flags = {STEP_BACKGROUND | STEP_MASK, STEP_ORDERED | STEP_MASKS | STEP_SCALES | STEP_BACKGROUND,
               STEP_SCALES | STEP_BACKGROUND},
     .arrays = {{"rSNN", STEP_POSITIVE},
                {"rK", STEP_POSITIVE},
                {"rNN", STEP_POSITIVE},
                {"rKNN", STEP_POSITIVE},
                {"rMNN", STEP_GOOD},
                {"rNN2", .tolerance = TEST_DIFFRACT}},
     .prepare = prepare_misfit,
     .call = background_sums},
    {.name = "rescale",
     .arrays = {{"rS2"}, {"rS", STEP_POSITIVE, TEST_LINEAR}},
     .prepare = prepare_fractions,
     .call = rescale},
    {.name = "background_step",
     .arrays = {{"rHW2"}, {"rHW", STEP_POSITIVE, TEST_LINEAR}},
     .prepare = prepare_fractions,
     .call = background_step},
    {.name = "loss",
     .splits = true,
     .shapes = loss_shapes,
     .flags = {0, STEP_KIND, 2 * STEP_KIND},
     .full = true,
     .arrays = {{"rSNN"},
                {"rKNN"},
                {"rMNN", STEP_GOOD},
                {"rS4", .tolerance = TEST_LOSS},
                {"rSNN", .tolerance = TEST_GRADIENT}},
     .prepare = prepare_loss,
     .call = loss},
    {0}};
