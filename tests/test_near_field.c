/* SPDX-License-Identifier: Apache-2.0 */
/* Near fields: propagators against the reference, against formulas and as each other's adjoints, in the forward model
 * and in a reconstruction. Stored cases are in test_golden.c, gradients in test_vjp_scan.c. */
#include "op_case.h"
#include "solver_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

/* X-rays behind a focus; light with frequencies that do not propagate; light over a distance that a window of few
 * pixels samples coarsely. */
static const clpt_propagation ways[] = {{CLPT_PROPAGATION_FRESNEL, 9.794912e-11, 1.12, 55e-6, 3.65e-3},
                                        {CLPT_PROPAGATION_ANGULAR_SPECTRUM, 6.33e-7, 2e-5, 3e-7, 0},
                                        {CLPT_PROPAGATION_FRESNEL, 6.33e-7, 1e-3, 2e-6, 0},
                                        {CLPT_PROPAGATION_ANGULAR_SPECTRUM, 9.794912e-11, -1e-3, 2e-7, 0}};
enum { WAYS = sizeof ways / sizeof *ways };

/* ---- The operation ---- */

static void propagate_any_side_agrees_with_the_reference(void **state)
{
    (void)state;
    static const int64_t sides[] = {5, 8, 1, 2, 17, 33, 100, 128};
    for (int i = 0; i < (test_small() ? 2 : 8); i++)
        for (int w = 0; w < WAYS; w++) {
            int64_t side = sides[i], count = side == 8 && !test_small() ? 3000 : 3;
            op_case c = {.name = test_text("propagation %d, side %d", w, (int)side),
                         .operation = "propagate",
                         .options = {.model.propagation = ways[w], .back = (w + i) % 2},
                         .inputs = {test_field_random(CLPT_TYPE_C64, 5, OP_SHAPE(count, side, side))}};
            op_check(&c);
        }
}

static test_field propagated(const test_field *waves, const clpt_propagation *how, clpt_direction direction)
{
    test_field out = test_field_new(waves->type, waves->rank, waves->shape);
    clpt_array from = test_array(waves), to = test_array(&out);
    test_ok(test_context, clpt_propagate(test_context, &from, how, direction, &to));
    return out;
}

/* Re⟨a, b⟩; `scale` receives Σ|a||b|. */
static double inner(const test_field *a, const test_field *b, double *scale)
{
    double sum = 0;
    *scale = 0;
    for (int64_t i = 0; i < a->count; i++)
        for (int part = 0; part < 2; part++) {
            double term = test_get(a, i, part) * test_get(b, i, part);
            sum += term;
            *scale += fabs(term);
        }
    return sum;
}

/* ⟨U x, y⟩ = ⟨x, U* y⟩ and U* U x = x. */
static void there_and_back_are_adjoint_and_inverse(void **state)
{
    (void)state;
    static const int64_t sides[] = {7, 16, 50};
    double tolerance = test_is_reference() ? 1e-13 : 1e-6;
    for (int i = 0; i < (test_small() ? 1 : 3); i++)
        for (int w = 0; w < WAYS; w++) {
            clpt_type type = test_is_reference() ? CLPT_TYPE_C128 : CLPT_TYPE_C64;
            test_field x = test_field_random(type, 1, OP_SHAPE(2, sides[i], sides[i]));
            test_field y = test_field_random(type, 2, OP_SHAPE(2, sides[i], sides[i]));
            test_field there = propagated(&x, &ways[w], CLPT_DIRECTION_FORWARD),
                       back = propagated(&y, &ways[w], CLPT_DIRECTION_BACKWARD);
            test_field again = propagated(&there, &ways[w], CLPT_DIRECTION_BACKWARD);
            double scale, other, left = inner(&there, &y, &scale), right = inner(&x, &back, &other);
            if (!(fabs(left - right) <= tolerance * scale) || !(scale > 1))
                fail_msg("propagation %d, side %d: %.12g and %.12g", w, (int)sides[i], left, right);
            test_close(test_text("propagation %d and back", w), &again, &x, test_is_reference() ? 1e-12 : 2e-6, NULL);
            test_field_free(&x);
            test_field_free(&y);
            test_field_free(&there);
            test_field_free(&back);
            test_field_free(&again);
        }
}

/* ---- Against formulas ---- */

/* exp(2πi (kx x + ky y) / N): a plane wave, whose phase alone a propagator changes. */
static test_field plane_wave(int64_t side, int kx, int ky, double turns)
{
    test_field wave = test_field_new(CLPT_TYPE_C128, 3, (int64_t[]){1, side, side});
    for (int64_t i = 0; i < wave.count; i++) {
        double phase = (double)(kx * (i % side) + ky * (i / side)) / (double)side + turns;
        test_set(&wave, i, 0, cos(2 * pi * phase));
        test_set(&wave, i, 1, sin(2 * pi * phase));
    }
    return wave;
}

/* CONVENTIONS' H at one frequency, in long double as it is written there. */
static double turns_of(const clpt_propagation *how, double fx, double fy)
{
    long double k = 1 / (long double)how->wavelength, f2 = (long double)fx * fx + (long double)fy * fy;
    if (how->kind == CLPT_PROPAGATION_FRESNEL) return (double)(-0.5L * how->wavelength * how->distance * f2);
    long double rest = k * k - f2;
    long double turns = how->distance * (sqrtl(rest > 0 ? rest : 0) - k);
    return (double)(turns - rintl(turns));
}

static void a_plane_wave_turns_by_its_transfer_function(void **state)
{
    (void)state;
    static const int frequencies[][2] = {{0, 0}, {3, -2}, {-5, 6}, {1, 7}, {-8, -8}};
    for (int w = 1; w < WAYS; w++) /* those with a parallel beam */
        for (int i = 0; i < 5; i++) {
            int kx = frequencies[i][0], ky = frequencies[i][1], side = 16;
            double unit = 1 / (side * ways[w].pixel);
            test_field wave = plane_wave(side, kx, ky, 0);
            test_field expected = plane_wave(side, kx, ky, turns_of(&ways[w], kx * unit, ky * unit));
            test_field got = propagated(&wave, &ways[w], CLPT_DIRECTION_FORWARD);
            test_close(test_text("propagation %d, frequency %d %d", w, kx, ky), &got, &expected,
                       test_is_reference() ? 1e-8 : 2e-6, NULL);
            test_field_free(&wave);
            test_field_free(&expected);
            test_field_free(&got);
        }
}

/* A diverging beam is a parallel one with pixel and distance divided by M. */
static void a_diverging_beam_is_scaled(void **state)
{
    (void)state;
    clpt_geometry g;
    clpt_message message;
    assert_int_equal(clpt_propagation_get_geometry(&ways[0], &g, &message), CLPT_OK);
    double m = (3.65e-3 + 1.12) / 3.65e-3;
    assert_true(fabs(g.magnification / m - 1) < 1e-14);
    assert_true(fabs(g.pixel / (55e-6 / m) - 1) < 1e-14 && fabs(g.distance / (1.12 / m) - 1) < 1e-14);
    clpt_propagation parallel = {CLPT_PROPAGATION_FRESNEL, ways[0].wavelength, g.distance, g.pixel, 0};
    test_field wave = test_field_random(CLPT_TYPE_C64, 9, OP_SHAPE(1, 24, 24));
    test_field a = propagated(&wave, &ways[0], CLPT_DIRECTION_FORWARD),
               b = propagated(&wave, &parallel, CLPT_DIRECTION_FORWARD);
    test_close("scaled", &a, &b, 1e-6, NULL);
    test_field_free(&wave);
    test_field_free(&a);
    test_field_free(&b);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    static const struct {
        clpt_propagation how;
        const char *words;
    } cases[] = {{{CLPT_PROPAGATION_FAR_FIELD, 0, 0, 0, 0}, "clpt_diffract"},
                 {{(clpt_propagation_kind)7, 1, 1, 1, 0}, "unknown propagation 7"},
                 {{CLPT_PROPAGATION_FRESNEL, 0, 1, 1, 0}, "they are 0 m, 1 m and 1 m"},
                 {{CLPT_PROPAGATION_FRESNEL, 1e-10, 0, 1, 0}, "they are 1e-10 m, 0 m and 1 m"},
                 {{CLPT_PROPAGATION_FRESNEL, 1e-10, 1, -1, 0}, "they are 1e-10 m, 1 m and -1 m"},
                 {{CLPT_PROPAGATION_FRESNEL, NAN, 1, 1, 0}, "wavelength"},
                 {{CLPT_PROPAGATION_FRESNEL, 1e-10, 1, 1e-6, -0.5}, "magnification of -1"},
                 {{CLPT_PROPAGATION_ANGULAR_SPECTRUM, 1e-10, 1, 1e-6, NAN}, "magnification"}};
    const clpt_propagation valid = {CLPT_PROPAGATION_FRESNEL, 1e-10, 1, 1e-6, 0};
    test_field wave = test_field_random(CLPT_TYPE_C64, 9, OP_SHAPE(1, 4, 4));
    clpt_array array = test_array(&wave);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clpt_geometry g;
        clpt_message message;
        test_fails(test_context, clpt_propagate(test_context, &array, &cases[i].how, CLPT_DIRECTION_FORWARD, &array),
                   CLPT_ERROR_ARGUMENT, cases[i].words);
        assert_int_equal(clpt_propagation_get_geometry(&cases[i].how, &g, &message), CLPT_ERROR_ARGUMENT);
        assert_non_null(strstr(message.text, cases[i].words));
    }
    test_fails(test_context, clpt_propagate(test_context, &array, NULL, CLPT_DIRECTION_FORWARD, &array),
               CLPT_ERROR_ARGUMENT, "NULL");
    test_fails(test_context, clpt_propagate(test_context, &array, &valid, (clpt_direction)2, &array),
               CLPT_ERROR_ARGUMENT, "unknown direction 2");
    test_field_free(&wave);
}

/* ---- In the forward model ---- */

/* Sides 64 and 128 are those of the fused far field. */
static void forward_agrees_with_the_reference(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = {{5, 2, 8}, {3, 1, 7}, {9, 2, 24}, {7, 1, 64}, {3, 2, 128}, {4, 1, 100}};
    for (int i = 0; i < (test_small() ? 1 : 6); i++)
        for (int w = 0; w < (test_small() ? 2 : WAYS); w++) {
            int64_t count = shapes[i][0], modes = shapes[i][1], side = shapes[i][2];
            op_case c = {.name = test_text("forward %d by propagation %d", i, w),
                         .operation = "forward",
                         .options = {.model = {.amplitude = i % 2, .smooth = w % 2 ? 0.7 : 0, .propagation = ways[w]}},
                         .inputs = {test_field_random(CLPT_TYPE_C64, 1, OP_SHAPE(40, 43)),
                                    test_field_new(CLPT_TYPE_F64, OP_SHAPE(count, 2)),
                                    test_field_random(CLPT_TYPE_C64, 2, OP_SHAPE(modes, side, side))}};
            test_random_fill(c.inputs[1].data, 2 * count, 3 + (uint64_t)side, -2, 42); /* some over the border */
            op_check(&c);
        }
}

/* ---- In a reconstruction ---- */

/* The patterns of a case as images some way behind the object. */
static void replace_patterns(solver_case *c, const clpt_propagation *how)
{
    clpt_scan *scan = NULL;
    clpt_forward_options options = {.size = sizeof options, .amplitude = true, .propagation = *how};
    clpt_array object = test_array(&c->object), probe = test_array(&c->probe), out = test_array(&c->amplitude);
    test_ok(test_reference, clpt_scan_create(test_reference, c->positions, c->count, &scan));
    test_ok(test_reference, clpt_forward(test_reference, &object, scan, &probe, &options, &out));
    clpt_scan_destroy(&scan);
}

/* Every engine finds the object behind near-field images, and loses it where the distance is wrong. */
static void reconstructions_explain_near_fields(void **state)
{
    (void)state;
    if (test_small()) skip();
    clpt_propagation how = {CLPT_PROPAGATION_FRESNEL, 1e-10, 0.02, 1e-6, 0.02};
    for (size_t e = 0; clpt_engine_name(e); e++) {
        solver_case c = solver_case_new(1);
        replace_patterns(&c, &how);
        clpt_solver_options options = clpt_solver_options_default();
        options.engine = clpt_engine_name(e);
        options.propagation = how;
        options.probe_start = -1;
        int iterations = 20;
        solver_run run = solver_case_run(test_context, &c, &options, true, iterations);
        options.propagation.distance = 0.06;
        solver_run wrong = solver_case_run(test_context, &c, &options, true, iterations);
        options.propagation = (clpt_propagation){0};
        solver_run far = solver_case_run(test_context, &c, &options, true, iterations);
        print_message("%s: R %.4f, with a wrong distance %.4f, as a far field %.4f\n", options.engine, run.overall,
                      wrong.overall, far.overall);
        assert_true(run.overall < 0.02);
        assert_true(wrong.overall > 2 * run.overall && far.overall > 4 * run.overall);
        solver_run_free(&run);
        solver_run_free(&wrong);
        solver_run_free(&far);
        solver_case_free(&c);
    }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(propagate_any_side_agrees_with_the_reference),
        cmocka_unit_test(there_and_back_are_adjoint_and_inverse),
        cmocka_unit_test(a_plane_wave_turns_by_its_transfer_function),
        cmocka_unit_test(a_diverging_beam_is_scaled),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(forward_agrees_with_the_reference),
        cmocka_unit_test(reconstructions_explain_near_fields),
    };
    return cmocka_run_group_tests_name("near_field", tests, op_open, op_close);
}
