/* SPDX-License-Identifier: Apache-2.0 */
/* Updates of object and probe, lengths of steps, conjugate gradients, and positions. */
#include <math.h>

#include "steps.h"

#include "ops/engine.h"

/* STEP_A: zero power; STEP_B: the previous field is ignored. */
static clpt_status relax(step_bench *b, const step_sizes *n)
{
    return clpti_relax(b->context, &(clpti_relax_args){.field = b->views[0],
                                                       .step = b->views[1],
                                                       .power = b->views[2],
                                                       .largest = b->views[3],
                                                       .repeats = n->modes,
                                                       .count = n->height * n->width,
                                                       .alpha = 0.2,
                                                       .factor = 0.9,
                                                       .fresh = step_has(n, STEP_B)});
}

static void prepare_relax(step_case *c)
{
    step_prepare_largest(c);
    if (step_has(&c->n, STEP_A) && !step_has(&c->n, STEP_B)) c->tolerance[0] = 0;
}

static clpt_status precondition(step_bench *b, const step_sizes *n)
{
    return clpti_precondition(b->context, &(clpti_precondition_args){.step = b->views[0],
                                                                     .power = b->views[1],
                                                                     .largest = b->views[2],
                                                                     .repeats = n->modes,
                                                                     .count = n->height * n->width,
                                                                     .alpha = 0.3});
}

static clpt_status advance(step_bench *b, const step_sizes *n)
{
    return clpti_advance(b->context, &(clpti_advance_args){.field = b->views[0],
                                                           .direction = b->views[1],
                                                           .length = step_unless(n, STEP_WITHOUT, b->views[2]),
                                                           .factor = 0.7,
                                                           .count = n->height * n->width});
}

static clpt_status momentum(step_bench *b, const step_sizes *n)
{
    return clpti_momentum(b->context, &(clpti_momentum_args){.field = b->views[0],
                                                             .previous = b->views[1],
                                                             .velocity = b->views[2],
                                                             .friction = 0.6,
                                                             .count = n->height * n->width});
}

/* ---- lengths of steps ---- */

/* STEP_A: a direction for each pattern. */
static clpt_status step_fit(step_bench *b, const step_sizes *n)
{
    return clpti_step_fit(b->context,
                          &(clpti_step_fit_args){.object = b->views[0],
                                                 .object_direction = b->views[1],
                                                 .height = n->height,
                                                 .width = n->width,
                                                 .at = step_selection(b, n),
                                                 .probe = b->views[2],
                                                 .probe_stride = step_probe_stride(n),
                                                 .probe_direction = step_unless(n, STEP_WITHOUT, b->views[3]),
                                                 .direction_stride = step_has(n, STEP_A) ? step_probe_stride(n) : 0,
                                                 .waves = b->views[4],
                                                 .modes = n->modes,
                                                 .size = n->size,
                                                 .sums = b->views[5]});
}

static clpt_status step_lengths(step_bench *b, const step_sizes *n)
{
    return clpti_step_lengths(b->context, &(clpti_step_lengths_args){.sums = b->views[0],
                                                                     .count = n->count,
                                                                     .damping = step_has(n, STEP_A) ? 0.1 : 0,
                                                                     .lengths = b->views[1]});
}

/* Systems: regular, without one of the two directions, and singular. */
static void prepare_systems(step_case *c)
{
    test_field *sums = &c->fields[0];
    for (int64_t k = 0; k < c->n.count; k++) {
        double ss = test_random(2, (uint64_t)k, 0.5, 4), tt = test_random(3, (uint64_t)k, 0.5, 4);
        bool alone = k % 5 == 1, other = k % 5 == 2, singular = k % 5 == 3 && k % 2;
        test_set(sums, 5 * k + 2, 0, other ? 0 : ss);
        test_set(sums, 5 * k + 3, 0, alone ? 0 : singular ? ss : tt);
        test_set(sums, 5 * k + 4, 0, alone || other ? 0 : singular ? ss : 0.5 * test_get(sums, 5 * k + 4, 0));
    }
}

/* Products and memory of each kind. */
static const struct direction {
    bool restart;
    double products[6], memory;
} directions[] = {{false, {4, 1, 2, 3, 0.5, -1}, 5}, {true, {4, 1, 2, 3, 0.5, -1}, 5},
                  {false, {4, 1, 2, 3, 0.5, -1}, 0}, {false, {1, 3, 2, 0, 0, 0}, 2},
                  {false, {4, -9, -9, 1, 0, -1}, 1}, {false, {0, 0, 0, 0, 0, 0}, 1}};

static clpt_status conjugate(step_bench *b, const step_sizes *n)
{
    return clpti_conjugate(b->context, &(clpti_conjugate_args){.products = b->views[0],
                                                               .fields = 2,
                                                               .restart = directions[step_kind(n)].restart,
                                                               .memory = b->views[1],
                                                               .beta = b->views[2],
                                                               .slope = b->views[3]});
}

static void prepare_conjugate(step_case *c)
{
    const struct direction *t = &directions[step_kind(&c->n)];
    for (int k = 0; k < 6; k++) test_set(&c->fields[0], k, 0, t->products[k]);
    test_set(&c->fields[1], 0, 0, t->memory);
}

static clpt_status secant(step_bench *b, const step_sizes *n)
{
    return clpti_secant(b->context, &(clpti_secant_args){.sums = b->views[0],
                                                         .count = n->count,
                                                         .slope = b->views[1],
                                                         .factor = 0.9,
                                                         .length = b->views[2],
                                                         .correction = b->views[3]});
}

/* Slopes after the trial: lower, about equal, higher, far below 0; and a zero slope at the start. */
static void prepare_secant(step_case *c)
{
    static const double slopes[] = {3, 0.1, -2, 0, 1e-3};
    int kind = step_kind(&c->n);
    for (int64_t i = 0; i < c->fields[0].count; i++)
        test_set(&c->fields[0], i, 0, (kind == 4 ? -0.1 : 0.1) + 0.03 * test_get(&c->fields[0], i, 0));
    test_set(&c->fields[1], 0, 0, slopes[kind] * (double)c->n.count);
    test_set(&c->fields[2], 0, 0, 1.5);
}

/* ---- positions ---- */

static clpt_status position_fit(step_bench *b, const step_sizes *n)
{
    return clpti_position_fit(b->context, &(clpti_position_fit_args){.object = b->views[0],
                                                                     .height = n->height,
                                                                     .width = n->width,
                                                                     .at = step_selection(b, n),
                                                                     .probe = b->views[1],
                                                                     .probe_stride = step_probe_stride(n),
                                                                     .waves = b->views[2],
                                                                     .modes = n->modes,
                                                                     .size = n->size,
                                                                     .sums = b->views[3]});
}

static void prepare_position_fit(step_case *c)
{
    if (step_has(&c->n, STEP_OWN)) c->tolerance[3] = 4e-6;
}

static clpt_status displace(step_bench *b, const step_sizes *n)
{
    int kind = step_kind(n);
    return clpti_displace(b->context, &(clpti_displace_args){.sums = b->views[0],
                                                             .positions = &b->positions,
                                                             .count = n->count,
                                                             .size = n->size,
                                                             .moved = b->views[1],
                                                             .step = 0.8,
                                                             .damping = 0.01,
                                                             .limit = 0.5,
                                                             .stretch = kind == 2 ? -1 : 0.7,
                                                             .map_limit = kind == 3 ? 0.05 : 9,
                                                             .pull = kind & 1 ? 0.3 : 0,
                                                             .range = kind & 2 ? 0.2 : 9,
                                                             .dilation = kind & 1});
}

/* Sums over a few pixels each; some patterns have no gradient along y, others none at all. */
static void prepare_displace(step_case *c)
{
    for (int64_t k = 0; k < c->n.count; k++) {
        double all[clpti_position_sums] = {0};
        for (uint64_t i = 0; i < 12 && k % 5 != 3; i++) {
            uint64_t at = 5 * (12 * (uint64_t)k + i);
            double jx = test_random(7, at, -2, 2), jy = k % 5 == 1 ? 0 : test_random(7, at + 1, -2, 2),
                   w = test_random(7, at + 2, -1, 1), u = test_random(7, at + 3, -1, 1),
                   v = test_random(7, at + 4, -1, 1);
            const double q[5] = {jx * w, jy * w, jx * jx, jy * jy, jx * jy};
            for (int j = 0; j < 15; j++) all[j] += q[j % 5] * (j < 5 ? 1 : j < 10 ? u : v);
            for (int j = 0; j < 9; j++) all[15 + j] += q[2 + j % 3] * (j < 3 ? u * u : j < 6 ? v * v : u * v);
        }
        for (int j = 0; j < clpti_position_sums; j++) test_set(&c->fields[0], clpti_position_sums * k + j, 0, all[j]);
    }
}

/* Moved positions, observed through patches of an image. */
static clpt_status move_and_extract(step_bench *b, const step_sizes *n)
{
    clpt_status status = CLPT_OK;
    clpti_positions moved = {0};
    clpti_selection at = step_selection(b, n);
    CLPTI_TRY(clpti_positions_create(b->context, b->positions.xy, b->positions.count, &moved));
    CLPTI_TRY(clpti_move_positions(b->context, &(clpti_move_positions_args){.start = &b->positions,
                                                                            .positions = &moved,
                                                                            .count = b->positions.count,
                                                                            .moved = b->views[1]}));
    at.positions = &moved;
    CLPTI_TRY(clpti_extract(b->context, &(clpti_extract_args){.images = b->views[0],
                                                              .complex = true,
                                                              .height = n->height,
                                                              .width = n->width,
                                                              .at = at,
                                                              .interpolation = CLPT_INTERPOLATION_BILINEAR,
                                                              .patches = b->views[2],
                                                              .rows = n->size,
                                                              .columns = n->size}));
cleanup:
    clpti_positions_destroy(&moved);
    return status;
}

/* Displacements up to 3 pixels, some of them 0 or ending just below an integer. */
static void prepare_move_positions(step_case *c)
{
    for (int64_t i = 0; i < c->fields[1].count; i++) {
        if (i % 7 == 2) c->xy[i] = floor(c->xy[i]);
        test_set(&c->fields[1], i, 0, i % 7 == 1 ? 0 : i % 7 == 2 ? -1e-9 : 3 * test_get(&c->fields[1], i, 0));
    }
}

static const step_sizes one[] = {{1, 1, 1, 1, 1, 0, 0}, {0}};

const step_entry step_engine[] = {
    {.name = "relax",
     .flags = {0, STEP_A, STEP_B, STEP_A | STEP_B},
     .full = true,
     .arrays = {{"cPHW", .tolerance = TEST_LINEAR}, {"cPHW"}, {"rHW", STEP_POSITIVE}, {"r1"}},
     .prepare = prepare_relax,
     .call = relax},
    {.name = "precondition",
     .flags = {0, STEP_A},
     .full = true,
     .arrays = {{"cPHW", .tolerance = TEST_LINEAR}, {"rHW", STEP_POSITIVE}, {"r1"}},
     .prepare = step_prepare_largest,
     .call = precondition},
    {.name = "advance",
     .flags = {0, STEP_WITHOUT},
     .arrays = {{"cHW", .tolerance = TEST_LINEAR}, {"cHW"}, {"r1"}},
     .call = advance},
    {.name = "momentum",
     .arrays = {{"cHW", .tolerance = TEST_LINEAR}, {"cHW"}, {"cHW", .tolerance = TEST_LINEAR}},
     .call = momentum},
    {.name = "step_fit",
     .splits = true,
     .larger = step_large,
     .flags = {0, STEP_ORDERED, STEP_WITHOUT, STEP_OWN, STEP_OWN | STEP_ORDERED},
     .arrays = {{"cHW"}, {"cHW"}, {"cOPNN"}, {"cPNN"}, {"cSPNN"}, {"rS5", .tolerance = TEST_LINEAR}},
     .call = step_fit},
    {.name = "step_fit, own directions",
     .splits = true,
     .larger = step_large,
     .flags = {STEP_OWN | STEP_A, STEP_OWN | STEP_A | STEP_ORDERED},
     .arrays = {{"cHW"}, {"cHW"}, {"cSPNN"}, {"cSPNN"}, {"cSPNN"}, {"rS5", .tolerance = TEST_LINEAR}},
     .call = step_fit},
    {.name = "step_lengths",
     .flags = {0, STEP_A},
     .full = true,
     .arrays = {{"rS5"}, {"r2", .tolerance = 1e-5}},
     .prepare = prepare_systems,
     .call = step_lengths},
    {.name = "conjugate",
     .shapes = one,
     .flags = {0, STEP_KIND, 2 * STEP_KIND, 3 * STEP_KIND, 4 * STEP_KIND, 5 * STEP_KIND},
     .full = true,
     .arrays = {{"r6"}, {"r1", .tolerance = 1e-6}, {"r1", .tolerance = 1e-6}, {"r1", .tolerance = 1e-6}},
     .prepare = prepare_conjugate,
     .call = conjugate},
    {.name = "secant",
     .flags = {0, STEP_KIND, 2 * STEP_KIND, 3 * STEP_KIND, 4 * STEP_KIND},
     .full = true,
     .arrays = {{"rS5"}, {"r1"}, {"r1", .tolerance = 1e-5}, {"r1", .tolerance = 1e-5}},
     .prepare = prepare_secant,
     .call = secant},
    {.name = "position_fit",
     .splits = true,
     .larger = step_large,
     .flags = {0, STEP_ORDERED, STEP_OWN, STEP_OWN | STEP_ORDERED},
     .arrays = {{"cHW"}, {"cOPNN"}, {"cSPNN"}, {"rKQ", STEP_ZERO, TEST_LINEAR}},
     .prepare = prepare_position_fit,
     .call = position_fit},
    {.name = "displace",
     .flags = {0, STEP_KIND, 2 * STEP_KIND, 3 * STEP_KIND},
     .full = true,
     .arrays = {{"rSQ"}, {"rS2", .tolerance = 2e-5}},
     .prepare = prepare_displace,
     .call = displace},
    {.name = "move_positions",
     .flags = {0, STEP_ORDERED},
     .arrays = {{"cHW"}, {"rK2"}, {"cSNN", .tolerance = TEST_LINEAR}},
     .prepare = prepare_move_positions,
     .call = move_and_extract},
    {0}};
