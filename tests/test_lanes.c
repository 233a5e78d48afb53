/* SPDX-License-Identifier: Apache-2.0 */
/* The operations that CPUs do in one kernel (forward, exit_step, object_gradient, probe_gradient; cl/?*_lanes.cl) at
 * sides whose transforms take different radices, against the reference. On other devices their other variants run. */
#include "step_case.h"

#include <math.h>
#include <string.h>

#include "cl/runtime.h"
#include "ops/adjoint.h"
#include "fft/fft.h"

/* WAY_MASK: one for all patterns; WAY_MASKS: one for each, through an order; WAY_ERROR: only the error; WAY_GIVEN: exit
 * waves are there. */
typedef enum way { WAY_PLAIN, WAY_MASK, WAY_MASKS, WAY_ERROR, WAY_GIVEN } way;

typedef struct sizes {
    int64_t count, modes, size, height, width, first;
    way way;
} sizes;

/* The last ones are for whoever does not interpret kernels. */
static const sizes shapes[] = {
    {3, 1, 16, 23, 40, 0, WAY_PLAIN}, {11, 2, 16, 30, 18, 4, WAY_MASKS},   {2, 3, 32, 60, 51, 1, WAY_GIVEN},
    {5, 1, 48, 70, 97, 2, WAY_MASK},  {4, 2, 80, 120, 131, 0, WAY_MASKS},  {13, 1, 64, 100, 90, 3, WAY_ERROR},
    {9, 3, 64, 70, 65, 0, WAY_PLAIN}, {12, 2, 128, 171, 160, 5, WAY_MASK}, {2, 1, 256, 300, 257, 0, WAY_GIVEN}};
enum { FEW = 2, ROWS = 20 };

static int shape_count(void)
{
    return test_small() ? FEW : (int)(sizeof shapes / sizeof *shapes);
}

#define REAL(seed, ...)                                                                                                \
    test_field_random(CLPT_TYPE_F32, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})
#define PAIRS(seed, ...)                                                                                               \
    test_field_random(CLPT_TYPE_C64, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})

static double positions[2 * ROWS];
static int32_t order[ROWS];

/* Patches stick out on all sides, some by far. */
static step_case with_geometry(step_case s, const sizes *n)
{
    for (int64_t k = 0; k < ROWS; k++) {
        int64_t beyond = k % 5 ? 3 : n->size + 2;
        positions[2 * k] = test_random(11, 2 * (uint64_t)k, (double)-beyond, (double)(n->width - n->size + beyond));
        positions[2 * k + 1] =
            test_random(11, 2 * (uint64_t)k + 1, (double)-beyond, (double)(n->height - n->size + beyond));
        order[k] = (int32_t)((7 * k + 11) % ROWS);
    }
    s.xy = positions;
    s.place_count = ROWS;
    s.order = n->way == WAY_MASKS ? order : NULL;
    s.order_count = ROWS;
    s.how = n;
    return s;
}

static clpti_selection selection(const step_bench *b, const sizes *n)
{
    return (clpti_selection){&b->positions, n->way == WAY_MASKS ? &b->order : NULL, n->first, n->count, 1, -1};
}

static clpti_forward_args forward_of(const step_bench *b, const sizes *n)
{
    return (clpti_forward_args){.object = b->views[0],
                                .height = n->height,
                                .width = n->width,
                                .at = selection(b, n),
                                .probe = b->views[1],
                                .modes = n->modes,
                                .size = n->size,
                                .probe_mask = n->way == WAY_MASK,
                                .amplitude = n->way != WAY_GIVEN,
                                .scale = 1.3};
}

static test_field object_of(const sizes *n)
{
    return PAIRS(1, n->height, n->width);
}

static test_field probe_of(const sizes *n)
{
    return PAIRS(2, n->modes, n->size, n->size);
}

static test_field waves_of(const sizes *n)
{
    return PAIRS(3, n->count, n->modes, n->size, n->size);
}

/* ---- forward ---- */

static clpt_status forward(step_bench *b, const void *how)
{
    clpti_forward_args args = forward_of(b, how);
    args.out = b->views[2];
    return clpti_forward(b->context, &args);
}

static void forward_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + shape_count(); n++) {
        step_case s = {.name = test_text("forward %d", (int)(n - shapes)),
                       .view_count = 3,
                       .run = forward,
                       .fields = {object_of(n), probe_of(n), REAL(4, n->count, n->size, n->size)},
                       .tolerance = {0, 0, TEST_DIFFRACT}};
        s = with_geometry(s, n);
        step_check(&s);
    }
}

/* ---- exit_step ---- */

static clpt_status exit_step(step_bench *b, const void *how)
{
    const sizes *n = how;
    clpt_status status = CLPT_OK;
    clpti_view none = {0};
    clpti_forward_workspace workspace = {0};
    clpti_exit_step_args args = {.forward = forward_of(b, n),
                                 .workspace = &workspace,
                                 .given = n->way == WAY_GIVEN,
                                 .detector = CLPTI_DETECTOR_MODULUS,
                                 .measured = b->views[2],
                                 .mask = n->way == WAY_MASK || n->way == WAY_MASKS ? b->views[3] : none,
                                 .mask_per_pattern = n->way == WAY_MASKS,
                                 .rows_order = n->way == WAY_MASKS ? &b->order : NULL,
                                 .rows_first = n->first,
                                 .only_error = n->way == WAY_ERROR,
                                 .misfit = b->views[4],
                                 .total = b->views[5]};
    int64_t waves = n->count * n->modes * n->size * n->size;
    CLPTI_TRY(clpti_fft_get(b->context, n->size, n->count * n->modes, &workspace.fft));
    workspace.chunk = n->count;
    if (args.given) CLPTI_TRY(clpti_copy(b->views[6], clpti_view_of(workspace.fft->waves), waves));
    CLPTI_TRY(clpti_exit_step(b->context, &args));
    if (!args.only_error) CLPTI_TRY(clpti_copy(clpti_view_of(workspace.fft->waves), b->views[6], waves));
cleanup:
    return status;
}

/* Amplitudes like those of the patterns; NaN where the mask leaves them out. */
static test_field measured_of(const sizes *n, const test_field *mask)
{
    test_field field = REAL(5, ROWS, n->size, n->size);
    for (int64_t i = 0; i < field.count; i++) {
        double amplitude = (1.0 + test_get(&field, i, 0)) * sqrt((double)n->modes);
        bool masked = (n->way == WAY_MASK || n->way == WAY_MASKS) && test_get(mask, i % mask->count, 0) == 0;
        test_set(&field, i, 0, masked ? NAN : amplitude);
    }
    return field;
}

static void exit_step_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + shape_count(); n++) {
        test_field mask =
            test_field_new(CLPT_TYPE_F32, 3, (int64_t[]){n->way == WAY_MASKS ? ROWS : 1, n->size, n->size});
        for (int64_t i = 0; i < mask.count; i++) test_set(&mask, i, 0, test_random(8, (uint64_t)i, 0, 1) < 0.8);
        step_case s = {
            .name = test_text("exit_step %d", (int)(n - shapes)),
            .view_count = 7,
            .run = exit_step,
            .fields = {object_of(n), probe_of(n), measured_of(n, &mask), mask, REAL(6, n->count), REAL(7, n->count),
                       waves_of(n)},
            .tolerance = {0, 0, 0, 0, TEST_DIFFRACT, TEST_DIFFRACT, n->way == WAY_ERROR ? 0 : TEST_GRADIENT}};
        s = with_geometry(s, n);
        step_check(&s);
    }
}

/* ---- gradients ---- */

static clpt_status object_gradient(step_bench *b, const void *how)
{
    const sizes *n = how;
    clpti_view none = {0};
    return clpti_object_gradient(b->context,
                                 &(clpti_object_gradient_args){.waves = b->views[0],
                                                               .probe = b->views[1],
                                                               .modes = n->modes,
                                                               .size = n->size,
                                                               .at = selection(b, n),
                                                               .weights = n->way == WAY_ERROR ? none : b->views[2],
                                                               .canvas = b->views[3],
                                                               .weight_sum = n->way == WAY_ERROR ? none : b->views[4],
                                                               .height = n->height,
                                                               .width = n->width});
}

static void object_gradient_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + shape_count(); n++) {
        step_case s = {
            .name = test_text("object_gradient %d", (int)(n - shapes)),
            .view_count = 5,
            .run = object_gradient,
            .fields = {waves_of(n), probe_of(n), REAL(4, n->size, n->size), object_of(n), REAL(5, n->height, n->width)},
            .tolerance = {0, 0, 0, TEST_LINEAR, n->way == WAY_ERROR ? 0 : TEST_LINEAR}};
        s = with_geometry(s, n);
        step_check(&s);
    }
}

static clpt_status probe_gradient(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_probe_gradient(b->context, &(clpti_probe_gradient_args){.object = b->views[0],
                                                                         .height = n->height,
                                                                         .width = n->width,
                                                                         .at = selection(b, n),
                                                                         .waves = b->views[1],
                                                                         .modes = n->modes,
                                                                         .size = n->size,
                                                                         .gradient = b->views[2],
                                                                         .patch_power = b->views[3]});
}

static void probe_gradient_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + shape_count(); n++) {
        step_case s = {.name = test_text("probe_gradient %d", (int)(n - shapes)),
                       .view_count = 4,
                       .run = probe_gradient,
                       .fields = {object_of(n), waves_of(n), probe_of(n), REAL(4, n->size, n->size)},
                       .tolerance = {0, 0, TEST_LINEAR, TEST_LINEAR}};
        s = with_geometry(s, n);
        step_check(&s);
    }
}

/* What a CPU chose is what is meant to be tested here. */
static void cpus_choose_lanes(void **state)
{
    (void)state;
    static const char *const chosen[] = {"forward: lanes", "exit_step: lanes", "object_gradient: lanes",
                                         "probe_gradient: lanes"};
    const char *choices = clpt_context_choices(test_context);
    if (test_is_reference() || !clpti_capabilities_of(test_context)->cpu_shaped) skip();
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        if (!strstr(choices, chosen[i])) fail_msg("no '%s' in: %s", chosen[i], choices);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_agrees_with_the_reference),
        cmocka_unit_test(exit_step_agrees_with_the_reference),
        cmocka_unit_test(object_gradient_agrees_with_the_reference),
        cmocka_unit_test(probe_gradient_agrees_with_the_reference),
        cmocka_unit_test(cpus_choose_lanes),
    };
    return cmocka_run_group_tests_name("lanes", tests, test_open_both, test_close_both);
}
