/* SPDX-License-Identifier: Apache-2.0 */
/* The operations of src/ops/engine.h against the reference. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "step_case.h"

#include "ops/engine.h"

#define REAL(seed, ...)                                                                                                \
    test_field_random(CLPT_TYPE_F32, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})
#define PAIRS(seed, ...)                                                                                               \
    test_field_random(CLPT_TYPE_C64, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})

static test_field positive(test_field field)
{
    for (int64_t i = 0; i < field.count; i++) test_set(&field, i, 0, fabs(test_get(&field, i, 0)) + 0.01);
    return field;
}

typedef struct sizes {
    int64_t count, modes, size, height, width, first;
    int way; /* 1: through an order; 2: something optional is not given */
} sizes;

static const sizes shapes[] = {{1, 1, 1, 3, 4, 0, 0},
                               {4, 3, 5, 9, 8, 2, 1},
                               {9, 1, 16, 20, 31, 5, 2},
                               {3, 2, 17, 30, 21, 0, 3},
                               {70, 2, 8, 12, 13, 1, 1}};
#define SHAPES (sizeof shapes / sizeof *shapes)

static double positions[200];
static int32_t order[100];

static step_case with_geometry(step_case s, const sizes *n)
{
    for (int64_t k = 0; k < 100; k++) {
        positions[2 * k] = test_random(11, 2 * (uint64_t)k, -2, (double)(n->width - n->size) + 3);
        positions[2 * k + 1] = test_random(11, 2 * (uint64_t)k + 1, -2, (double)(n->height - n->size) + 3);
        order[k] = (int32_t)((37 * k + 11) % 100);
    }
    s.xy = positions;
    s.place_count = 100;
    s.order = n->way & 1 ? order : NULL;
    s.order_count = 100;
    s.how = n;
    return s;
}

static clpti_selection selection(const step_bench *b, const sizes *n)
{
    return (clpti_selection){&b->positions, n->way & 1 ? &b->order : NULL, n->first, n->count, n->way & 2 ? 1 : 0, -1};
}

static clpti_view unless(bool left_out, clpti_view view)
{
    return left_out ? (clpti_view){0} : view;
}

/* ---- fields ---- */

static clpt_status precondition(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_precondition(b->context, &(clpti_precondition_args){.step = b->views[0],
                                                                     .power = b->views[1],
                                                                     .largest = b->views[2],
                                                                     .repeats = n->modes,
                                                                     .count = n->height * n->width,
                                                                     .alpha = 0.3});
}

static void precondition_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++)
        for (int dark = 0; dark < 2; dark++) {
            test_field power = positive(REAL(3, n->height, n->width)),
                       largest = test_field_new(CLPT_TYPE_F32, 1, (int64_t[]){1});
            for (int64_t i = 0; i < power.count; i++) {
                if (dark) test_set(&power, i, 0, 0);
                test_set(&largest, 0, 0, fmax(test_get(&largest, 0, 0), test_get(&power, i, 0)));
            }
            step_case s = {.name = test_text("precondition %d%s", (int)(n - shapes), dark ? ", dark" : ""),
                           .view_count = 3,
                           .run = precondition,
                           .how = n,
                           .fields = {PAIRS(1, n->modes, n->height, n->width), power, largest},
                           .tolerance = {TEST_LINEAR}};
            step_check(&s);
        }
}

static clpt_status advance(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_advance(b->context, &(clpti_advance_args){.field = b->views[0],
                                                           .direction = b->views[1],
                                                           .length = unless(n->way & 2, b->views[2]),
                                                           .factor = 0.7,
                                                           .count = n->height * n->width});
}

static clpt_status momentum(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_momentum(b->context, &(clpti_momentum_args){.field = b->views[0],
                                                             .previous = b->views[1],
                                                             .velocity = b->views[2],
                                                             .friction = 0.6,
                                                             .count = n->height * n->width});
}

static void advance_and_momentum_agree_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("advance %d", (int)(n - shapes)),
                       .view_count = 3,
                       .run = advance,
                       .how = n,
                       .fields = {PAIRS(1, n->height, n->width), PAIRS(2, n->height, n->width), REAL(3, 1)},
                       .tolerance = {TEST_LINEAR}};
        step_check(&s);
        step_case m = {
            .name = test_text("momentum %d", (int)(n - shapes)),
            .view_count = 3,
            .run = momentum,
            .how = n,
            .fields = {PAIRS(1, n->height, n->width), PAIRS(2, n->height, n->width), PAIRS(3, n->height, n->width)},
            .tolerance = {TEST_LINEAR, 0, TEST_LINEAR}};
        step_check(&m);
    }
}

/* ---- lengths of steps ---- */

static clpt_status step_fit(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_step_fit(b->context, &(clpti_step_fit_args){.object = b->views[0],
                                                             .object_direction = b->views[1],
                                                             .height = n->height,
                                                             .width = n->width,
                                                             .at = selection(b, n),
                                                             .probe = b->views[2],
                                                             .probe_direction = unless(n->way & 2, b->views[3]),
                                                             .waves = b->views[4],
                                                             .modes = n->modes,
                                                             .size = n->size,
                                                             .sums = b->views[5]});
}

static void step_fit_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("step_fit %d", (int)(n - shapes)),
                       .view_count = 6,
                       .run = step_fit,
                       .fields = {PAIRS(1, n->height, n->width), PAIRS(2, n->height, n->width),
                                  PAIRS(3, n->modes, n->size, n->size), PAIRS(4, n->modes, n->size, n->size),
                                  PAIRS(5, n->count, n->modes, n->size, n->size), REAL(6, n->count, 5)},
                       .tolerance = {[5] = TEST_LINEAR}};
        s = with_geometry(s, n);
        step_check(&s);
    }
}

static clpt_status step_lengths(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_step_lengths(b->context, &(clpti_step_lengths_args){.sums = b->views[0],
                                                                     .count = n->count,
                                                                     .damping = n->way & 1 ? 0.1 : 0,
                                                                     .lengths = b->views[1]});
}

/* Systems of several kinds: solvable, without one of the two directions, without both, and singular. */
static test_field systems(int64_t count)
{
    test_field sums = REAL(1, count, 5);
    for (int64_t k = 0; k < count; k++) {
        double ss = test_random(2, (uint64_t)k, 0.5, 4), tt = test_random(3, (uint64_t)k, 0.5, 4);
        bool alone = k % 5 == 1, other = k % 5 == 2, singular = k % 5 == 3 && k % 2;
        test_set(&sums, 5 * k + 2, 0, other ? 0 : ss);
        test_set(&sums, 5 * k + 3, 0, alone ? 0 : singular ? ss : tt);
        test_set(&sums, 5 * k + 4, 0, alone || other ? 0 : singular ? ss : 0.5 * test_get(&sums, 5 * k + 4, 0));
    }
    return sums;
}

static void step_lengths_agree_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("step_lengths %d", (int)(n - shapes)),
                       .view_count = 2,
                       .run = step_lengths,
                       .how = n,
                       .fields = {systems(n->count), REAL(2, 2)},
                       .tolerance = {0, 1e-5}};
        step_check(&s);
    }
}

/* ---- conjugate gradients ---- */

static clpt_status inner(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_inner(b->context, &(clpti_inner_args){.a = b->views[0],
                                                       .b = b->views[1],
                                                       .count = n->height * n->width * n->modes,
                                                       .out = b->views[2]});
}

/* Products that add up: what numbers of both signs leave is as small as the device's rounding. */
static void inner_agrees_with_the_reference(void **state)
{
    (void)state;
    static const sizes longer[] = {{.modes = 1, .height = 1, .width = 1}, {.modes = 3, .height = 367, .width = 301}};
    for (size_t i = 0; i < SHAPES + 2; i++) {
        const sizes *n = i < SHAPES ? &shapes[i] : &longer[i - SHAPES];
        test_field a = PAIRS(1, n->modes, n->height, n->width), b = PAIRS(1, n->modes, n->height, n->width);
        for (int64_t k = 0; k < b.count; k++) test_set(&b, k, 1, test_get(&b, k, 1) + 0.3);
        step_case s = {.name = test_text("inner %d", (int)i),
                       .view_count = 3,
                       .run = inner,
                       .how = n,
                       .fields = {a, b, REAL(2, 1)},
                       .tolerance = {0, 0, TEST_LINEAR}};
        step_check(&s);
    }
}

typedef struct turn {
    bool restart;
    double products[6], memory;
} turn;

static const turn turns[] = {{false, {4, 1, 2, 3, 0.5, -1}, 5}, {true, {4, 1, 2, 3, 0.5, -1}, 5},
                             {false, {4, 1, 2, 3, 0.5, -1}, 0}, {false, {1, 3, 2, 0, 0, 0}, 2},
                             {false, {4, -9, -9, 1, 0, -1}, 1}, {false, {0, 0, 0, 0, 0, 0}, 1}};

static clpt_status conjugate(step_bench *b, const void *how)
{
    const turn *t = how;
    return clpti_conjugate(b->context, &(clpti_conjugate_args){.products = b->views[0],
                                                               .fields = 2,
                                                               .restart = t->restart,
                                                               .memory = b->views[1],
                                                               .beta = b->views[2],
                                                               .slope = b->views[3]});
}

static void conjugate_agrees_with_the_reference(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        test_field products = test_field_new(CLPT_TYPE_F32, 1, CLPT_SHAPE(6)),
                   memory = test_field_new(CLPT_TYPE_F32, 1, CLPT_SHAPE(1));
        for (int k = 0; k < 6; k++) test_set(&products, k, 0, turns[i].products[k]);
        test_set(&memory, 0, 0, turns[i].memory);
        step_case s = {.name = test_text("conjugate %d", (int)i),
                       .view_count = 4,
                       .run = conjugate,
                       .how = &turns[i],
                       .fields = {products, memory, REAL(3, 1), REAL(4, 1)},
                       .tolerance = {0, 1e-6, 1e-6, 1e-6}};
        step_check(&s);
    }
}

static clpt_status secant(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_secant(b->context, &(clpti_secant_args){.sums = b->views[0],
                                                         .count = n->count,
                                                         .slope = b->views[1],
                                                         .factor = 0.9,
                                                         .length = b->views[2],
                                                         .correction = b->views[3]});
}

/* Slopes after the trial that are lower, about the same, higher and far below 0, and none at the start. */
static void secant_agrees_with_the_reference(void **state)
{
    (void)state;
    static const double slopes[] = {3, 0.1, -2, 0, 1e-3};
    for (const sizes *n = shapes; n < shapes + SHAPES; n++)
        for (int i = 0; i < 5; i++) {
            test_field slope = test_field_new(CLPT_TYPE_F32, 1, CLPT_SHAPE(1)),
                       length = test_field_new(CLPT_TYPE_F32, 1, CLPT_SHAPE(1));
            test_field sums = REAL(1, n->count, 5);
            for (int64_t k = 0; k < sums.count; k++)
                test_set(&sums, k, 0, (i == 4 ? -0.1 : 0.1) + 0.03 * test_get(&sums, k, 0));
            test_set(&slope, 0, 0, slopes[i] * (double)n->count);
            test_set(&length, 0, 0, 1.5);
            step_case s = {.name = test_text("secant %d, %d", (int)(n - shapes), i),
                           .view_count = 4,
                           .run = secant,
                           .how = n,
                           .fields = {sums, slope, length, REAL(4, 1)},
                           .tolerance = {0, 0, 1e-5, 1e-5}};
            step_check(&s);
        }
}

/* ---- exit waves ---- */

static clpt_status blend(step_bench *b, const void *how)
{
    const sizes *n = how;
    static const double all[3] = {0.3, -0.8, 1.4}, same_stored[3] = {0, 1, 0}, same_waves[3] = {0, 0, 1};
    clpti_blend_args args = {.object = b->views[0],
                             .height = n->height,
                             .width = n->width,
                             .at = selection(b, n),
                             .probe = b->views[1],
                             .modes = n->modes,
                             .size = n->size,
                             .stored = b->views[2],
                             .waves = b->views[3]};
    memcpy(args.stored_by, n->way == 1 ? same_stored : all, sizeof all);
    memcpy(args.waves_by, n->way == 2 ? same_waves : all, sizeof all);
    return clpti_blend(b->context, &args);
}

static void blend_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("blend %d", (int)(n - shapes)),
                       .view_count = 4,
                       .run = blend,
                       .fields = {PAIRS(1, n->height, n->width), PAIRS(2, n->modes, n->size, n->size),
                                  PAIRS(3, 100, n->modes, n->size, n->size),
                                  PAIRS(4, n->count, n->modes, n->size, n->size)},
                       .tolerance = {0, 0, n->way == 1 ? 0 : TEST_LINEAR, n->way == 2 ? 0 : TEST_LINEAR}};
        s = with_geometry(s, n);
        step_check(&s);
    }
}

/* ---- positions ---- */

static clpt_status position_fit(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_position_fit(b->context, &(clpti_position_fit_args){.object = b->views[0],
                                                                     .height = n->height,
                                                                     .width = n->width,
                                                                     .at = selection(b, n),
                                                                     .probe = b->views[1],
                                                                     .waves = b->views[2],
                                                                     .modes = n->modes,
                                                                     .size = n->size,
                                                                     .sums = b->views[3]});
}

static clpt_status displace(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_displace(b->context, &(clpti_displace_args){.sums = b->views[0],
                                                             .positions = &b->positions,
                                                             .count = n->count,
                                                             .size = n->size,
                                                             .moved = b->views[1],
                                                             .step = 0.8,
                                                             .damping = 0.01,
                                                             .limit = 0.5,
                                                             .stretch = n->way == 2 ? -1 : 0.7,
                                                             .map_limit = n->way == 3 ? 0.05 : 9,
                                                             .pull = n->way & 1 ? 0.3 : 0,
                                                             .range = n->way & 2 ? 0.2 : 9,
                                                             .dilation = n->way & 1});
}

/* Sums as of a few pixels each; some patterns say nothing of y, others nothing at all. */
static test_field fits(int64_t count)
{
    test_field sums = test_field_new(CLPT_TYPE_F32, 2, (int64_t[]){count, clpti_position_sums});
    for (int64_t k = 0; k < count; k++) {
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
        for (int j = 0; j < clpti_position_sums; j++) test_set(&sums, clpti_position_sums * k + j, 0, all[j]);
    }
    return sums;
}

/* Where the places are after a move shows in patches of an image. */
static clpt_status move_and_extract(step_bench *b, const void *how)
{
    const sizes *n = how;
    clpt_status status = CLPT_OK;
    clpti_positions moved = {0};
    clpti_selection at = selection(b, n);
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

/* Displacements up to 3 pixels, some of them 0 or so small that they end just below a whole pixel. */
static test_field displacements(void)
{
    test_field moved = REAL(2, 100, 2);
    for (int64_t i = 0; i < 200; i++) {
        double tiny = i % 7 == 2 ? -1e-9 : 0;
        test_set(&moved, i, 0, i % 7 == 1 || i % 7 == 2 ? tiny : 3 * test_get(&moved, i, 0));
        if (i % 7 == 2) positions[i] = floor(positions[i]);
    }
    return moved;
}

static void positions_agree_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("position_fit %d", (int)(n - shapes)),
                       .view_count = 4,
                       .run = position_fit,
                       .fields = {PAIRS(1, n->height, n->width), PAIRS(2, n->modes, n->size, n->size),
                                  PAIRS(3, n->count, n->modes, n->size, n->size),
                                  test_field_new(CLPT_TYPE_F32, 2, (int64_t[]){100, clpti_position_sums})},
                       .tolerance = {[3] = TEST_LINEAR}};
        s = with_geometry(s, n);
        step_check(&s);
        step_case d = {.name = test_text("displace %d", (int)(n - shapes)),
                       .view_count = 2,
                       .run = displace,
                       .fields = {fits(n->count), REAL(2, n->count, 2)},
                       .tolerance = {0, 2e-5}};
        d = with_geometry(d, n);
        step_check(&d);
        step_case m = {
            .name = test_text("move_positions %d", (int)(n - shapes)), .view_count = 3, .run = move_and_extract};
        m = with_geometry(m, n);
        m.fields[0] = PAIRS(1, n->height, n->width);
        m.fields[1] = displacements();
        m.fields[2] = PAIRS(3, n->count, n->size, n->size);
        m.tolerance[2] = TEST_LINEAR;
        step_check(&m);
    }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(precondition_agrees_with_the_reference),
        cmocka_unit_test(advance_and_momentum_agree_with_the_reference),
        cmocka_unit_test(step_fit_agrees_with_the_reference),
        cmocka_unit_test(step_lengths_agree_with_the_reference),
        cmocka_unit_test(inner_agrees_with_the_reference),
        cmocka_unit_test(conjugate_agrees_with_the_reference),
        cmocka_unit_test(secant_agrees_with_the_reference),
        cmocka_unit_test(blend_agrees_with_the_reference),
        cmocka_unit_test(positions_agree_with_the_reference),
    };
    return cmocka_run_group_tests_name("engine_steps", tests, test_open_both, test_close_both);
}
