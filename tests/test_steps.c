/* SPDX-License-Identifier: Apache-2.0 */
/* The steps that engines are made of, which have no public call of their own, against the reference. */
#include "step_case.h"

#include <math.h>
#include <stdlib.h>

#define REAL(seed, ...)                                                                                                \
    test_field_random(CLPT_TYPE_F32, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})
#define PAIRS(seed, ...)                                                                                               \
    test_field_random(CLPT_TYPE_C64, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})

/* Positive numbers. */
static test_field positive(test_field field)
{
    for (int64_t i = 0; i < field.count; i++) test_set(&field, i, 0, fabs(test_get(&field, i, 0)));
    return field;
}

/* count, modes, size, …: what each `how` below points to. */
typedef struct sizes {
    int64_t count, modes, size, height, width, first;
    int way;
} sizes;

static const sizes shapes[] = {{1, 1, 1, 3, 4, 0, 0},    {4, 3, 5, 9, 8, 2, 1},    {9, 1, 16, 20, 31, 5, 2},
                               {3, 2, 17, 30, 21, 0, 3}, {40, 2, 8, 12, 13, 1, 1}, {5, 5, 11, 14, 40, 3, 0}};
#define SHAPES (sizeof shapes / sizeof *shapes)

static double positions[200];
static int32_t order[100];

static void make_geometry(const sizes *n)
{
    for (int64_t k = 0; k < 100; k++) {
        positions[2 * k] = test_random(11, 2 * (uint64_t)k, -2, (double)(n->width - n->size) + 3);
        positions[2 * k + 1] = test_random(11, 2 * (uint64_t)k + 1, -2, (double)(n->height - n->size) + 3);
        order[k] = (int32_t)((37 * k + 11) % 100);
    }
}

static clpti_selection selection(const step_bench *b, const sizes *n)
{
    return (clpti_selection){&b->positions, n->way & 1 ? &b->order : NULL, n->first, n->count, n->way & 2 ? 1 : 0, -1};
}

static step_case with_geometry(step_case s, const sizes *n)
{
    make_geometry(n);
    s.xy = positions;
    s.place_count = 100;
    s.order = n->way & 1 ? order : NULL;
    s.order_count = 100;
    s.how = n;
    return s;
}

/* ---- Waves ---- */

static clpt_status illuminate(step_bench *b, const void *how)
{
    const sizes *n = how;
    int64_t pad = n->way == 2 ? n->size / 4 : 0;
    return clpti_illuminate(b->context, &(clpti_illuminate_args){.object = b->views[0],
                                                                 .height = n->height,
                                                                 .width = n->width,
                                                                 .at = selection(b, n),
                                                                 .probe = b->views[1],
                                                                 .modes = n->modes,
                                                                 .size = n->size,
                                                                 .pad = pad,
                                                                 .patch = pad ? n->size / 2 : n->size,
                                                                 .probe_mask = n->way == 3,
                                                                 .waves = b->views[2]});
}

static void illuminate_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("illuminate %d", (int)(n - shapes)),
                       .view_count = 3,
                       .run = illuminate,
                       .fields = {PAIRS(1, n->height, n->width), PAIRS(2, n->modes, n->size, n->size),
                                  PAIRS(3, n->count, n->modes, n->size, n->size)},
                       .tolerance = {0, 0, TEST_LINEAR}};
        s = with_geometry(s, n);
        step_check(&s);
    }
}

static clpt_status smooth(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_smooth(b->context, &(clpti_smooth_args){.in = b->views[0],
                                                         .out = b->views[1],
                                                         .count = n->count * n->modes,
                                                         .size = n->size,
                                                         .sigma = 0.4 + n->way,
                                                         .probe_mask = n->way == 3});
}

static void smooth_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("smooth %d", (int)(n - shapes)),
                       .view_count = 2,
                       .run = smooth,
                       .how = n,
                       .fields = {PAIRS(1, n->count * n->modes, n->size, n->size),
                                  PAIRS(2, n->count * n->modes, n->size, n->size)},
                       .tolerance = {0, TEST_LINEAR}};
        step_check(&s);
    }
}

static clpt_status intensity(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_intensity(b->context, &(clpti_intensity_args){.waves = b->views[0],
                                                               .count = n->count,
                                                               .modes = n->modes,
                                                               .size = n->size,
                                                               .factor = 0.3,
                                                               .amplitude = n->way & 1,
                                                               .image = n->way == 2,
                                                               .out = b->views[1]});
}

static void intensity_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("intensity %d", (int)(n - shapes)),
                       .view_count = 2,
                       .run = intensity,
                       .how = n,
                       .fields = {PAIRS(1, n->count, n->modes, n->size, n->size), REAL(2, n->count, n->size, n->size)},
                       .tolerance = {0, TEST_DIFFRACT}};
        step_check(&s);
    }
}

static clpt_likelihood likelihood; /* of `project` */

/* way & 1: through an order, with a mask of each pattern; way 2: one mask for all, only the error; else no mask. */
static clpt_status project(step_bench *b, const void *how)
{
    const sizes *n = how;
    clpti_view none = {0};
    return clpti_project(b->context, &(clpti_project_args){.waves = b->views[0],
                                                           .count = n->count,
                                                           .modes = n->modes,
                                                           .size = n->size,
                                                           .factor = 0.7,
                                                           .scale = 0.25,
                                                           .likelihood = likelihood,
                                                           .image = n->way == 3 || n->size == 8,
                                                           .measured = b->views[1],
                                                           .mask = n->way ? b->views[2] : none,
                                                           .mask_per_pattern = n->way & 1,
                                                           .order = n->way & 1 ? &b->order : NULL,
                                                           .first = n->first,
                                                           .only_error = n->way == 2,
                                                           .misfit = b->views[3],
                                                           .total = b->views[4]});
}

static void project_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        int64_t rows = 100, masks = n->way & 1 ? rows : 1, pixels = n->size * n->size;
        test_field mask = test_field_new(CLPT_TYPE_F32, 3, (int64_t[]){masks, n->size, n->size});
        test_field measured = positive(REAL(2, rows, n->size, n->size));
        for (int64_t i = 0; i < mask.count; i++) test_set(&mask, i, 0, test_random(8, (uint64_t)i, 0, 1) < 0.8 || !i);
        for (int64_t i = 0; i < measured.count; i += 5) /* waves far too dark for them */
            test_set(&measured, i, 0, 30 * test_get(&measured, i, 0));
        likelihood = (n - shapes) % 2 ? CLPT_LIKELIHOOD_POISSON : CLPT_LIKELIHOOD_AMPLITUDE;
        for (int64_t i = 0; n->way && i < measured.count; i++)
            if (test_get(&mask, i % (masks * pixels), 0) == 0) test_set(&measured, i, 0, NAN);
        step_case s = {.name = test_text("project %d", (int)(n - shapes)),
                       .view_count = 5,
                       .run = project,
                       .fields = {PAIRS(1, n->count, n->modes, n->size, n->size), measured, mask, REAL(3, n->count),
                                  REAL(4, n->count)},
                       .tolerance = {n->way == 2 ? 0 : TEST_DIFFRACT, 0, 0, TEST_DIFFRACT, TEST_DIFFRACT}};
        s = with_geometry(s, n);
        step_check(&s);
    }
}

/* ---- Updates ---- */

static clpt_status backproject(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_backproject(b->context, &(clpti_backproject_args){.waves = b->views[0],
                                                                   .probe = b->views[1],
                                                                   .count = n->count,
                                                                   .modes = n->modes,
                                                                   .size = n->size,
                                                                   .step = b->views[2]});
}

static void backproject_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("backproject %d", (int)(n - shapes)),
                       .view_count = 3,
                       .run = backproject,
                       .how = n,
                       .fields = {PAIRS(1, n->count, n->modes, n->size, n->size), PAIRS(2, n->modes, n->size, n->size),
                                  PAIRS(3, n->count, n->size, n->size)},
                       .tolerance = {0, 0, TEST_LINEAR}};
        step_check(&s);
    }
}

static int64_t slots_of(const sizes *n)
{
    return n->way == 1 ? 1 : 3;
}

static clpt_status probe_gradient(step_bench *b, const void *how)
{
    const sizes *n = how;
    int64_t pad = n->way == 2 ? n->size / 4 : 0;
    return clpti_probe_gradient(b->context, &(clpti_probe_gradient_args){.object = b->views[0],
                                                                         .height = n->height,
                                                                         .width = n->width,
                                                                         .at = selection(b, n),
                                                                         .waves = b->views[1],
                                                                         .modes = n->modes,
                                                                         .size = n->size,
                                                                         .pad = pad,
                                                                         .patch = pad ? n->size / 2 : 0,
                                                                         .slots = slots_of(n),
                                                                         .gradient = b->views[2],
                                                                         .patch_power = b->views[3]});
}

static void probe_gradient_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("probe_gradient %d", (int)(n - shapes)),
                       .view_count = 4,
                       .run = probe_gradient,
                       .fields = {PAIRS(1, n->height, n->width), PAIRS(2, n->count, n->modes, n->size, n->size),
                                  PAIRS(3, slots_of(n), n->modes, n->size, n->size),
                                  positive(REAL(4, slots_of(n), n->size, n->size))},
                       .tolerance = {0, 0, TEST_LINEAR, TEST_LINEAR}};
        s = with_geometry(s, n);
        step_check(&s);
    }
}

static clpt_status gather(step_bench *b, const void *how)
{
    const sizes *n = how;
    clpti_view none = {0};
    return clpti_gather(b->context, &(clpti_gather_args){.patches = b->views[0],
                                                         .complex = true,
                                                         .size = n->size,
                                                         .crop = n->way == 1 ? n->size - n->size / 3 : n->size,
                                                         .at = selection(b, n),
                                                         .weights = n->way ? b->views[1] : none,
                                                         .canvas = b->views[2],
                                                         .weight_sum = n->way == 2 ? none : b->views[3],
                                                         .height = n->height,
                                                         .width = n->width});
}

static void gather_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("gather %d", (int)(n - shapes)),
                       .view_count = 4,
                       .run = gather,
                       .fields = {PAIRS(1, n->count, n->size, n->size), positive(REAL(2, n->size, n->size)),
                                  PAIRS(3, n->height, n->width), positive(REAL(4, n->height, n->width))},
                       .tolerance = {0, 0, TEST_LINEAR, n->way == 2 ? 0 : TEST_LINEAR}};
        s = with_geometry(s, n);
        step_check(&s);
    }
}

static bool relax_afresh;

static clpt_status relax(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_relax(b->context, &(clpti_relax_args){.field = b->views[0],
                                                       .step = b->views[1],
                                                       .power = b->views[2],
                                                       .largest = b->views[3],
                                                       .repeats = n->modes,
                                                       .count = n->height * n->width,
                                                       .alpha = 0.2,
                                                       .factor = 0.9,
                                                       .fresh = relax_afresh});
}

static void relax_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++)
        for (int way = 0; way < 4; way++) {
            bool dark = way & 1;
            relax_afresh = way & 2;
            test_field power = positive(REAL(3, n->height, n->width)),
                       largest = test_field_new(CLPT_TYPE_F32, 1, (int64_t[]){1});
            for (int64_t i = 0; i < power.count; i++) {
                if (dark) test_set(&power, i, 0, 0);
                test_set(&largest, 0, 0, fmax(test_get(&largest, 0, 0), test_get(&power, i, 0)));
            }
            step_case s = {.name = test_text("relax %d, way %d", (int)(n - shapes), way),
                           .view_count = 4,
                           .run = relax,
                           .how = n,
                           .fields = {PAIRS(1, n->modes, n->height, n->width), PAIRS(2, n->modes, n->height, n->width),
                                      power, largest},
                           .tolerance = {dark && !relax_afresh ? 0 : TEST_LINEAR}};
            step_check(&s);
        }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(illuminate_agrees_with_the_reference),
        cmocka_unit_test(smooth_agrees_with_the_reference),
        cmocka_unit_test(intensity_agrees_with_the_reference),
        cmocka_unit_test(project_agrees_with_the_reference),
        cmocka_unit_test(backproject_agrees_with_the_reference),
        cmocka_unit_test(probe_gradient_agrees_with_the_reference),
        cmocka_unit_test(gather_agrees_with_the_reference),
        cmocka_unit_test(relax_agrees_with_the_reference),
    };
    return cmocka_run_group_tests_name("steps", tests, test_open_both, test_close_both);
}
