/* SPDX-License-Identifier: Apache-2.0 */
/* Constraints on object and probe; test_constraints and test_centre check their purpose. */
#include <math.h>

#include "steps.h"

#include "ops/constraint.h"

static const step_sizes fields[] = {{1, 1, 1, 1, 1, 0, 0},   {1, 3, 5, 9, 8, 0, 0},   {1, 2, 16, 1, 31, 0, 0},
                                    {1, 1, 17, 40, 1, 0, 0}, {1, 2, 8, 23, 37, 0, 0}, {0}};

static clpt_status limit_amplitude(step_bench *b, const step_sizes *n)
{
    return clpti_limit_amplitude(
        b->context, &(clpti_limit_amplitude_args){
                        .field = b->views[0], .count = n->height * n->width, .lowest = 0.3, .highest = 0.9});
}

static void prepare_limit_amplitude(step_case *c)
{
    for (int part = 0; part < 2; part++) test_set(&c->fields[0], c->fields[0].count / 2, part, 0);
}

/* STEP_A: two more fields, one scaled alike and one inversely. */
static clpt_status normalise_power(step_bench *b, const step_sizes *n)
{
    const clpti_scaled_field others[] = {{.field = b->views[1], .count = n->height},
                                         {.field = b->views[2], .count = n->height * n->width, .inverse = true}};
    return clpti_normalise_power(b->context, &(clpti_normalise_power_args){.field = b->views[0],
                                                                           .modes = n->modes,
                                                                           .size = n->size,
                                                                           .power = 123.5,
                                                                           .others = others,
                                                                           .other_count = step_has(n, STEP_A) ? 2 : 0});
}

static void prepare_normalise_power(step_case *c)
{
    if (!step_has(&c->n, STEP_A)) c->tolerance[1] = c->tolerance[2] = 0;
}

static clpt_status tv_step(step_bench *b, const step_sizes *n)
{
    return clpti_tv_step(b->context, &(clpti_tv_step_args){.field = b->views[0],
                                                           .height = n->height,
                                                           .width = n->width,
                                                           .weight = 0.05 * (1 + step_kind(n)),
                                                           .steps = 7});
}

static clpt_status smooth_object(step_bench *b, const step_sizes *n)
{
    static const double sigmas[] = {0.4, 1, 2.7, 12};
    return clpti_smooth_object(b->context, &(clpti_smooth_object_args){.field = b->views[0],
                                                                       .height = n->height,
                                                                       .width = n->width,
                                                                       .sigma = sigmas[step_kind(n)],
                                                                       .mix = step_kind(n) % 2 ? 0.3 : 1});
}

/* ---- centring ---- */

static clpt_status centre(step_bench *b, const step_sizes *n)
{
    const clpti_centred_field moved[] = {{b->views[0], n->modes, n->size, n->size, true},
                                         {b->views[1], 1, n->height, n->width, false}};
    return clpti_centre(
        b->context, &(clpti_centre_args){
                        .probe = b->views[0], .modes = n->modes, .size = n->size, .fields = moved, .field_count = 2});
}

/* A small spot away from the centre. */
static void prepare_centre(step_case *c)
{
    static const double moves[][2] = {{0, 0}, {2.2, -1.3}, {-3.8, 1.1}, {4.2, 4.8}};
    const double *move = moves[step_kind(&c->n)];
    int64_t size = c->n.size;
    for (int64_t i = 0; i < c->fields[0].count; i++) {
        double x = (double)(i % size - size / 2) - move[0], y = (double)(i / size % size - size / 2) - move[1];
        for (int part = 0; part < 2; part++)
            test_set(&c->fields[0], i, part, (1 + 0.1 * test_get(&c->fields[0], i, part)) * exp(-(x * x + y * y) / 4));
    }
}

static const step_sizes spots[] = {
    {1, 1, 16, 20, 19, 0, 0}, {1, 2, 17, 21, 19, 0, 0}, {1, 1, 18, 22, 19, 0, 0}, {1, 2, 19, 23, 19, 0, 0}, {0}};

const step_entry step_constraint[] = {
    {.name = "limit_amplitude",
     .shapes = fields,
     .arrays = {{"cHW", .tolerance = TEST_LINEAR}},
     .prepare = prepare_limit_amplitude,
     .call = limit_amplitude},
    {.name = "normalise_power",
     .shapes = fields,
     .flags = {0, STEP_A},
     .full = true,
     .arrays = {{"cPNN", .tolerance = TEST_LINEAR},
                {"cH", .tolerance = TEST_LINEAR},
                {"cHW", .tolerance = TEST_LINEAR}},
     .prepare = prepare_normalise_power,
     .call = normalise_power},
    {.name = "tv_step",
     .shapes = fields,
     .flags = {0, STEP_KIND, 2 * STEP_KIND, 3 * STEP_KIND, 4 * STEP_KIND},
     .arrays = {{"cHW", .tolerance = TEST_LINEAR}},
     .call = tv_step},
    {.name = "smooth_object",
     .shapes = fields,
     .flags = {0, STEP_KIND, 2 * STEP_KIND, 3 * STEP_KIND},
     .full = true,
     .arrays = {{"cHW", .tolerance = TEST_LINEAR}},
     .call = smooth_object},
    {.name = "centre",
     .shapes = spots,
     .flags = {0, STEP_KIND, 2 * STEP_KIND, 3 * STEP_KIND},
     .arrays = {{"cPNN", .tolerance = 1e-7}, {"cHW", .tolerance = 1e-7}}, /* a permutation of pixels */
     .prepare = prepare_centre,
     .call = centre},
    {0}};
