/* SPDX-License-Identifier: Apache-2.0 */
/* exit_step: each variant, forced, behind the calls that use it, against the double-precision reference: gradients of
 * losses, the adjoint of the forward model, and iterations of an engine, with one and several modes, with masks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#include "cl/runtime.h"

enum { COUNT = 5, MORE = 30 };

typedef struct variant {
    const char *variants;
    int64_t side;
} variant;
static const variant cases[] = {{"exit_step=n64", 64},     {"exit_step=split", 128}, {"exit_step=split", 256},
                                {"exit_step=split", 45},   {"exit_step=split", 104}, {"exit_step=split", 150},
                                {"exit_step=composed", 64}};
enum { case_count = sizeof cases / sizeof *cases };

/* A random problem, and contexts to solve it in. */
typedef struct problem {
    const variant *v;
    clpt_context *forced;
    double positions[2 * COUNT];
    test_field object, probe, measured, mask;
} problem;

/* With a small workspace for fields, so that a few patterns go through in several chunks. */
static clpt_context *forced(const char *variants)
{
    clpt_message message;
    clpt_context *context = NULL;
    clpt_context_options options = {
        .size = sizeof options, .device = test_device(), .variants = variants, .tuning = "field_bytes=300000"};
    if (clpt_context_create(&options, &context, &message) != CLPT_OK) fail_msg("cannot open: %s", message.text);
    return context;
}

static problem problem_new(const variant *v, int64_t modes)
{
    int64_t side = v->side, height = side + MORE;
    problem p = {.v = v, .forced = forced(v->variants)};
    test_random_fill(p.positions, 2 * COUNT, 3, (double)(side / 2) - 6, (double)(side / 2 + MORE + 2));
    p.object = test_field_random(CLPT_TYPE_C64, 1, 2, CLPT_SHAPE(height, height - 3));
    p.probe = test_field_random(CLPT_TYPE_C64, 2, 3, CLPT_SHAPE(modes, side, side));
    p.measured = test_field_random(CLPT_TYPE_F32, 5, 3, CLPT_SHAPE(COUNT, side, side));
    p.mask = test_field_new(CLPT_TYPE_F32, 3, p.measured.shape);
    for (int64_t i = 0; i < p.measured.count; i++) {
        test_set(&p.measured, i, 0, fabs(test_get(&p.measured, i, 0)) * (double)modes);
        test_set(&p.mask, i, 0, test_random(7, (uint64_t)i, 0, 1) < 0.1 ? 0 : 1);
    }
    return p;
}

static void problem_free(problem *p)
{
    test_field_free(&p->object);
    test_field_free(&p->probe);
    test_field_free(&p->measured);
    test_field_free(&p->mask);
    clpt_context_destroy(&p->forced);
}

/* Kernels that take a processor's compiler minutes are tested on GPUs only: there, `many` takes one mode
 * of side 64 and several of side 128, else the other way about. Of the other sides, 45 is used. */
static bool too_long(const variant *v, int64_t modes, bool many)
{
    if (test_small() && v->side > 64) return true;
    if (clpt_context_get_device(test_context)->type == CLPT_DEVICE_GPU) return false;
    if (v->side == 45) return many;
    return (v->side != 64 && v->side != 128) || (modes > 1) != (many == (v->side > 64));
}

/* Runs `compare` for every variant, with one and three modes. */
static void for_each_variant(bool many, void (*compare)(problem *p, int64_t modes))
{
    if (test_is_reference()) return;
    for (int i = 0; i < case_count; i++)
        for (int64_t modes = 1; modes <= 3; modes += 2) {
            if (too_long(&cases[i], modes, many)) continue;
            problem p = problem_new(&cases[i], modes);
            compare(&p, modes);
            problem_free(&p);
        }
}

static bool does_not_apply(const problem *p, clpt_status status)
{
    if (status == CLPT_OK) return false;
    if (!strstr(clpt_context_get_message(p->forced), "does not apply"))
        fail_msg("%s", clpt_context_get_message(p->forced));
    return true;
}

typedef struct gradients {
    test_field object, probe;
    double value;
} gradients;

static gradients gradients_new(const problem *p)
{
    return (gradients){.object = test_field_new(CLPT_TYPE_C64, 2, p->object.shape),
                       .probe = test_field_new(CLPT_TYPE_C64, 3, p->probe.shape)};
}

static void gradients_free(gradients *g)
{
    test_field_free(&g->object);
    test_field_free(&g->probe);
}

/* ---- a loss ---- */

static clpt_status of_loss(clpt_context *context, const problem *p, clpt_loss loss, gradients *g)
{
    clpt_scan *scan = NULL;
    clpt_array object = test_array(&p->object), probe = test_array(&p->probe), measured = test_array(&p->measured),
               mask = test_array(&p->mask), d_object = test_array(&g->object), d_probe = test_array(&g->probe);
    clpt_forward_gradients gradients_out = {.size = sizeof gradients_out, .d_object = &d_object, .d_probe = &d_probe};
    clpt_forward_options options = {.size = sizeof options, .scale = 1.2};
    test_ok(context, clpt_scan_create(context, p->positions, COUNT, &scan));
    const clpt_gradient_args args = {.size = sizeof args,
                                     .loss = loss,
                                     .object = &object,
                                     .scan = scan,
                                     .probe = &probe,
                                     .measured = &measured,
                                     .mask = &mask,
                                     .options = &options};
    clpt_status status = clpt_gradient(context, &args, &g->value, &gradients_out);
    clpt_scan_destroy(&scan);
    return status;
}

static void compare_losses(problem *p, int64_t modes)
{
    static const clpt_loss losses[] = {CLPT_LOSS_POISSON, CLPT_LOSS_AMPLITUDE};
    for (int i = 0; i < 2; i++) {
        gradients got = gradients_new(p), expected = gradients_new(p);
        clpt_status status = of_loss(p->forced, p, losses[i], &got);
        if (!does_not_apply(p, status)) {
            assert_int_equal(of_loss(test_reference, p, losses[i], &expected), CLPT_OK);
            const char *name = test_text("%s, side %lld, %lld modes, loss %d", p->v->variants, (long long)p->v->side,
                                         (long long)modes, i);
            test_close(name, &got.object, &expected.object, 2e-5, NULL);
            test_close(name, &got.probe, &expected.probe, 2e-5, NULL);
            if (!(fabs(got.value - expected.value) <= 2e-6 * fabs(expected.value)))
                fail_msg("%s: %.9g, not %.9g", name, got.value, expected.value);
        }
        gradients_free(&got);
        gradients_free(&expected);
    }
}

static void gradient_of_every_variant_agrees_with_the_reference(void **state)
{
    (void)state;
    for_each_variant(true, compare_losses);
}

/* ---- a cotangent ---- */

static clpt_status of_cotangent(clpt_context *context, const problem *p, bool amplitude, gradients *g)
{
    clpt_scan *scan = NULL;
    clpt_array object = test_array(&p->object), probe = test_array(&p->probe), cotangent = test_array(&p->measured),
               d_object = test_array(&g->object), d_probe = test_array(&g->probe);
    clpt_forward_gradients gradients_out = {.size = sizeof gradients_out, .d_object = &d_object, .d_probe = &d_probe};
    clpt_forward_options options = {.size = sizeof options, .scale = 1.2, .probe_mask = false, .amplitude = amplitude};
    test_ok(context, clpt_scan_create(context, p->positions, COUNT, &scan));
    clpt_status status = clpt_forward_adjoint(context, &object, scan, &probe, &options, &cotangent, &gradients_out);
    clpt_scan_destroy(&scan);
    return status;
}

static void compare_cotangents(problem *p, int64_t modes)
{
    for (int amplitude = 0; amplitude < 2; amplitude++) {
        gradients got = gradients_new(p), expected = gradients_new(p);
        if (!does_not_apply(p, of_cotangent(p->forced, p, amplitude, &got))) {
            assert_int_equal(of_cotangent(test_reference, p, amplitude, &expected), CLPT_OK);
            const char *name =
                test_text("%s, side %lld, %lld modes, cotangent by %s", p->v->variants, (long long)p->v->side,
                          (long long)modes, amplitude ? "amplitude" : "intensity");
            test_close(name, &got.object, &expected.object, 2e-5, NULL);
            test_close(name, &got.probe, &expected.probe, 2e-5, NULL);
        }
        gradients_free(&got);
        gradients_free(&expected);
    }
}

static void adjoint_of_every_variant_agrees_with_the_reference(void **state)
{
    (void)state;
    for_each_variant(false, compare_cotangents);
}

/* ---- moduli ---- */

static clpt_status iterated(clpt_context *context, const problem *p, const char *engine, gradients *after,
                            double *errors)
{
    clpt_measurement m = {.size = sizeof m,
                          .amplitude = p->measured.data,
                          .count = COUNT,
                          .side = p->v->side,
                          .positions = p->positions,
                          .mask = p->mask.data,
                          .mask_per_pattern = true};
    clpt_solver_options options = clpt_solver_options_default();
    options.engine = engine;
    if (!strcmp(engine, "rpie")) options.batch = 3;
    if (!strcmp(engine, "ml")) options.likelihood = CLPT_LIKELIHOOD_POISSON;
    options.probe_start = 0;
    clpt_solver *solver = NULL;
    clpt_array object = test_array(&p->object), probe = test_array(&p->probe), d_object = test_array(&after->object),
               d_probe = test_array(&after->probe);
    test_ok(context, clpt_solver_create(context, &m, &object, &probe, &options, &solver));
    clpt_status status = clpt_solver_iterate(solver, &errors[0]);
    if (status == CLPT_OK) {
        test_ok(context, clpt_solver_evaluate_r_factor(solver, &errors[1], NULL));
        test_ok(context, clpt_solver_get_object(solver, &d_object));
        test_ok(context, clpt_solver_get_probe(solver, &d_probe));
    }
    clpt_solver_destroy(&solver);
    return status;
}

static void compare_engine(problem *p, int64_t modes, const char *engine)
{
    gradients got = gradients_new(p), expected = gradients_new(p);
    double errors[2], expected_errors[2];
    if (!does_not_apply(p, iterated(p->forced, p, engine, &got, errors))) {
        assert_int_equal(iterated(test_reference, p, engine, &expected, expected_errors), CLPT_OK);
        const char *name =
            test_text("%s, side %lld, %lld modes, %s", p->v->variants, (long long)p->v->side, (long long)modes, engine);
        test_close(name, &got.object, &expected.object, 1e-4, NULL);
        test_close(name, &got.probe, &expected.probe, 1e-4, NULL);
        for (int i = 0; i < 2; i++)
            if (!(fabs(errors[i] - expected_errors[i]) <= 1e-5 * expected_errors[i]))
                fail_msg("%s: error %d is %.9g, not %.9g", name, i, errors[i], expected_errors[i]);
    }
    gradients_free(&got);
    gradients_free(&expected);
}

/* rpie makes its exit waves, raar gives them, and ml takes the Poisson likelihood. */
static void compare_iterations(problem *p, int64_t modes)
{
    compare_engine(p, modes, "rpie");
    compare_engine(p, modes, "raar");
    if (clpt_context_get_device(test_context)->type == CLPT_DEVICE_GPU || p->v->side <= 64)
        compare_engine(p, modes, "ml");
}

static void iteration_of_every_variant_agrees_with_the_reference(void **state)
{
    (void)state;
    for_each_variant(false, compare_iterations);
}

/* Kernels miscompiled by a compiler are rejected with a message, and no others. */
static void several_modes_with_lines_to_spare_run_where_they_come_out_right(void **state)
{
    (void)state;
    static const struct {
        variant v;
        int64_t modes;
        bool spare;
    } rows[] = {{{"exit_step=split", 45}, 2, true}, {{"exit_step=split", 45}, 1, false}};
    if (test_is_reference()) return;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        problem p = problem_new(&rows[i].v, rows[i].modes);
        gradients g = gradients_new(&p);
        clpt_status status = of_cotangent(p.forced, &p, false, &g);
        if (clpti_capabilities_of(test_context)->full_work_groups_only && rows[i].spare) {
            assert_int_equal(status, CLPT_ERROR_ARGUMENT);
            if (!strstr(clpt_context_get_message(p.forced), "one mode or full work-groups"))
                fail_msg("%s", clpt_context_get_message(p.forced));
        } else {
            test_ok(p.forced, status);
        }
        gradients_free(&g);
        problem_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_of_every_variant_agrees_with_the_reference),
        cmocka_unit_test(adjoint_of_every_variant_agrees_with_the_reference),
        cmocka_unit_test(iteration_of_every_variant_agrees_with_the_reference),
        cmocka_unit_test(several_modes_with_lines_to_spare_run_where_they_come_out_right),
    };
    test_start();
    return cmocka_run_group_tests(tests, test_open_both, test_close_both);
}
