/* SPDX-License-Identifier: Apache-2.0 */
/* Orthogonal probe relaxation: its algebra against what defines it, and scans whose probe varies. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>

#undef complex /* the argument structs have a member of this name */
#include "solver_case.h"

#include "ops/relaxation.h"
#include "solve/opr_update.h"

typedef double _Complex number;

/* ---- the algebra ---- */

enum { K = 9, J = 3, N = 40 };

static number random_number(uint64_t stream, uint64_t i)
{
    return test_random(stream, 2 * i, -1, 1) + I * test_random(stream, 2 * i + 1, -1, 1);
}

static number product(const number *a, const number *b, int64_t count)
{
    number sum = 0;
    for (int64_t i = 0; i < count; i++) sum += conj(a[i]) * b[i];
    return sum;
}

static clpt_buffer *upload(const number *from, int64_t count)
{
    clpt_buffer *buffer = NULL;
    test_ok(test_context, clpti_buffer_create(test_context, CLPTI_COMPLEX, count, &buffer));
    test_ok(test_context, clpti_field_upload(clpti_view_of(buffer), from, CLPT_TYPE_C128, count));
    return buffer;
}

/* Residuals T − A·V of the requested modes are orthogonal to the coefficients A' that they are fitted to. */
static void turn_fits_modes_to_coefficients(void **state)
{
    (void)state;
    static number v[J * N], a[K * J], d[K * N], c[K * J], sums[(J + 1) * N], expected[K * N], fitted[K * J];
    const double eta = CLPTI_OPR_STEP, tolerance = test_is_reference() ? 1e-9 : 2e-5;
    clpt_message message;
    for (int i = 0; i < J * N; i++) v[i] = random_number(1, (uint64_t)i);
    for (int i = 0; i < K * J; i++) a[i] = random_number(2, (uint64_t)i);
    for (int i = 0; i < K * N; i++) d[i] = random_number(3, (uint64_t)i);
    for (int j = 0; j < J; j++) {
        number mean = 0;
        for (int k = 0; k < K; k++) mean += a[k * J + j] / K;
        for (int k = 0; k < K; k++) a[k * J + j] -= mean;
    }
    assert_int_equal(clpti_opr_orthonormalise((double *)v, J, N, &message), CLPT_OK);
    for (int k = 0; k < K; k++)
        for (int j = 0; j < J; j++) c[k * J + j] = product(v + j * N, d + k * N, N);
    for (int j = 0; j <= J; j++)
        for (int k = 0; k < K; k++)
            for (int i = 0; i < N; i++)
                sums[j * N + i] += (j < J ? conj(a[k * J + j] + eta * c[k * J + j]) : 1) * d[k * N + i];
    for (int i = 0; i < N; i++)
        for (int k = 0; k < K; k++) {
            expected[k * N + i] = eta * (d[k * N + i] - sums[J * N + i] / K);
            for (int j = 0; j < J; j++) expected[k * N + i] += a[k * J + j] * v[j * N + i];
        }
    for (int k = 0; k < K; k++)
        for (int j = 0; j < J; j++) fitted[k * J + j] = product(v + j * N, expected + k * N, N);
    clpt_buffer *buffers[4] = {upload(v, J * N), upload(sums, (J + 1) * N), upload(a, K * J), upload(c, K * J)};
    test_ok(test_context, clpti_opr_update(test_context, &(clpti_opr_factors){.patterns = K,
                                                                              .count = J,
                                                                              .pixels = N,
                                                                              .variable = clpti_view_of(buffers[0]),
                                                                              .sums = clpti_view_of(buffers[1]),
                                                                              .coefficients = clpti_view_of(buffers[2]),
                                                                              .fits = clpti_view_of(buffers[3])}));
    test_ok(test_context, clpti_field_download(clpti_view_of(buffers[0]), v, CLPT_TYPE_C128, J * N));
    test_ok(test_context, clpti_field_download(clpti_view_of(buffers[2]), a, CLPT_TYPE_C128, K * J));
    for (int j = 0; j < J; j++)
        for (int l = 0; l < J; l++) {
            number cross = 0;
            for (int k = 0; k < K; k++) cross += conj(a[k * J + j]) * a[k * J + l];
            assert_true(cabs(product(v + j * N, v + l * N, N) - (j == l)) < tolerance);
            assert_true(j == l || cabs(cross) < 30 * tolerance);
        }
    for (int k = 0; k < K; k++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < J; j++) expected[k * N + i] -= a[k * J + j] * v[j * N + i];
    for (int j = 0; j < J; j++)
        for (int i = 0; i < N; i++) {
            number rest = 0;
            for (int k = 0; k < K; k++) rest += conj(fitted[k * J + j]) * expected[k * N + i];
            if (!(cabs(rest) < 1e-4)) fail_msg("mode %d, pixel %d: %g is left", j, i, cabs(rest));
        }
    for (int i = 0; i < 4; i++) clpt_buffer_destroy(&buffers[i]);
}

/* ---- a probe that varies ---- */

enum { ACROSS = 10, MAXIMUM = ACROSS * ACROSS };

typedef struct varied {
    solver_case c;
    double *positions;
    float *amplitude;
    clpt_measurement measurement;
} varied;

/* Waves of many directions, a few pixels long: what an object of few waves shows of one probe it shows of many. */
static void roughen(solver_case *c)
{
    for (int64_t i = 0; i < c->object.count; i++) {
        double y = (double)(i / c->width), x = (double)(i % c->width), phase = 0, size = 0.8;
        for (uint64_t w = 0; w < 12; w++) {
            double along = test_random(81, 3 * w, -0.6, 0.6) * x + test_random(81, 3 * w + 1, -0.6, 0.6) * y;
            phase += 0.3 * sin(along + test_random(81, 3 * w + 2, 0, 6));
            size += 0.03 * sin(1.1 * along + test_random(82, w, 0, 6));
        }
        test_set(&c->object, i, 0, size * cos(phase));
        test_set(&c->object, i, 1, size * sin(phase));
    }
}

/* P + a·P·xy/σ² in pattern k. */
static test_field own_probe(const solver_case *c, int64_t k)
{
    test_field own = test_field_new(CLPT_TYPE_C128, 3, c->probe.shape);
    double a = test_random(84, (uint64_t)k, -0.5, 0.5), unit = (double)c->side / 5;
    for (int64_t i = 0; i < own.count; i++) {
        double x = ((double)(i % c->side - c->side / 2) + 0.81) / unit;
        double y = ((double)(i / c->side % c->side - c->side / 2) + 0.23) / unit;
        double by = i < c->side * c->side ? 1 + a * x * y : 1;
        for (int part = 0; part < 2; part++) test_set(&own, i, part, by * test_get(&c->probe, i, part));
    }
    return own;
}

static varied varied_new(int64_t modes)
{
    varied v = {.c = solver_case_new(modes)};
    int64_t count = test_small() ? 6 : MAXIMUM, side = v.c.side;
    clpt_forward_options options = {.size = sizeof options, .amplitude = true};
    v.positions = malloc((size_t)(2 * count) * sizeof *v.positions);
    v.amplitude = malloc((size_t)(count * side * side) * sizeof *v.amplitude);
    assert_true(v.positions && v.amplitude);
    roughen(&v.c);
    for (int64_t k = 0; k < count; k++) {
        v.positions[2 * k] = (double)v.c.width / 2 + 4 * ((double)(k % ACROSS) - ACROSS / 2.0);
        v.positions[2 * k + 1] = (double)v.c.height / 2 + 4 * ((double)(k / ACROSS) - ACROSS / 2.0);
        for (int axis = 0; axis < 2; axis++)
            v.positions[2 * k + axis] += test_random(61, (uint64_t)(2 * k + axis), -1, 1);
        clpt_scan *scan = NULL;
        test_field own = own_probe(&v.c, k);
        clpt_array object = test_array(&v.c.object), probe = test_array(&own);
        clpt_array out = clpt_array_host(v.amplitude + k * side * side, CLPT_TYPE_F32, 3, CLPT_SHAPE(1, side, side));
        test_ok(test_reference, clpt_scan_create(test_reference, v.positions + 2 * k, 1, &scan));
        test_ok(test_reference, clpt_forward(test_reference, &object, scan, &probe, &options, &out));
        clpt_scan_destroy(&scan);
        test_field_free(&own);
    }
    v.measurement = (clpt_measurement){.size = sizeof(clpt_measurement),
                                       .amplitude = v.amplitude,
                                       .count = count,
                                       .side = side,
                                       .positions = v.positions};
    return v;
}

static void varied_free(varied *v)
{
    solver_case_free(&v->c);
    free(v->positions);
    free(v->amplitude);
}

static clpt_solver *solver_of(clpt_context *context, const varied *v, const clpt_solver_options *options, int times)
{
    clpt_solver *solver = NULL;
    clpt_array flat = test_array(&v->c.flat), probe = test_array(&v->c.probe);
    test_ok(context, clpt_solver_create(context, &v->measurement, &flat, &probe, options, &solver));
    for (int i = 0; i < times; i++) test_ok(context, clpt_solver_iterate(solver, NULL));
    return solver;
}

static number at(const test_field *field, int64_t i)
{
    return test_get(field, i, 0) + I * test_get(field, i, 1);
}

/* The sine of the angle between an object and the true one in the middle, without the factor and the phase ramp that an
 * object and a probe may exchange. */
static double object_off(const varied *v, clpt_solver *solver)
{
    test_field got = test_field_new(CLPT_TYPE_C128, 2, v->c.object.shape);
    const test_field *expected = &v->c.object;
    clpt_array to = test_array(&got);
    number both = 0, right = 0, down = 0;
    double mine = 0, its = 0;
    int64_t height = v->c.height, width = v->c.width;
    test_ok(test_context, clpt_solver_get_object(solver, &to));
    for (int pass = 0; pass < 2; pass++)
        for (int64_t y = 32; y < height - 32; y++)
            for (int64_t x = 30; x < width - 30; x++) {
                int64_t i = y * width + x;
                number a = at(&got, i), b = at(expected, i), ratio = a * conj(b);
                right += pass ? 0 : at(&got, i + 1) * conj(at(expected, i + 1)) * conj(ratio);
                down += pass ? 0 : at(&got, i + width) * conj(at(expected, i + width)) * conj(ratio);
                if (!pass) continue;
                a *= cexp(-I * ((double)x * carg(right) + (double)y * carg(down)));
                both += conj(a) * b;
                mine += creal(a * conj(a));
                its += creal(b * conj(b));
            }
    test_field_free(&got);
    return sqrt(fmax(0, 1 - pow(cabs(both), 2) / (mine * its)));
}

static double r_factor(clpt_context *context, clpt_solver *solver)
{
    double r = 0;
    test_ok(context, clpt_solver_evaluate_r_factor(solver, &r, NULL));
    return r;
}

static void varying_probe_gives_a_better_object(void **state)
{
    (void)state;
    if (test_small()) skip(); /* too few patterns, and too slow */
    static const char *const engines[] = {"rpie", "lsqml"};
    varied v = varied_new(1);
    for (int e = 0; e < (test_is_reference() ? 1 : 2); e++) {
        clpt_solver_options options = test_options("engine=%s probe-start=1", engines[e]);
        clpt_solver *one = solver_of(test_context, &v, &options, 60);
        options.opr_modes = 2;
        options.opr_start = 5;
        clpt_solver *many = solver_of(test_context, &v, &options, 60);
        double r[2] = {r_factor(test_context, one), r_factor(test_context, many)};
        double off[2] = {object_off(&v, one), object_off(&v, many)};
        if (!(r[1] < 0.4 * r[0] && off[1] < 0.5 * off[0]))
            fail_msg("%s: R-factor %.4f of %.4f, object off by %.4f of %.4f", engines[e], r[1], r[0], off[1], off[0]);
        clpt_solver_destroy(&one);
        clpt_solver_destroy(&many);
    }
    varied_free(&v);
}

static void device_agrees_with_the_reference(void **state)
{
    (void)state;
    varied v = varied_new(2);
    clpt_solver_options options = test_options("engine=lsqml probe-start=1 opr-modes=2 opr-start=1");
    clpt_solver *here = solver_of(test_context, &v, &options, 3), *there = solver_of(test_reference, &v, &options, 3);
    test_field got = test_field_new(CLPT_TYPE_C64, 2, v.c.object.shape),
               expected = test_field_new(CLPT_TYPE_C64, 2, got.shape);
    clpt_array a = test_array(&got), b = test_array(&expected);
    test_ok(test_context, clpt_solver_get_object(here, &a));
    test_ok(test_reference, clpt_solver_get_object(there, &b));
    test_close("object", &got, &expected, 1e-3, NULL);
    assert_true(fabs(r_factor(test_context, here) - r_factor(test_reference, there)) < 1e-4);
    test_field_free(&got);
    test_field_free(&expected);
    clpt_solver_destroy(&here);
    clpt_solver_destroy(&there);
    varied_free(&v);
}

static void state_put_back_goes_on_to_the_same_bits(void **state)
{
    (void)state;
    varied v = varied_new(2);
    clpt_solver_options options = test_options("probe-start=1 opr-modes=2 opr-start=1 seed=4");
    clpt_solver *whole = solver_of(test_context, &v, &options, 3), *resumed = solver_of(test_context, &v, &options, 0);
    assert_int_equal(clpt_solver_get_state_count(whole), 4);
    solver_case_put_state(test_context, whole, resumed);
    solver_case_expect_same(test_context, whole, resumed, 2);
    clpt_solver_destroy(&whole);
    clpt_solver_destroy(&resumed);
    varied_free(&v);
}

static void wrong_arguments_are_named(void **state)
{
    (void)state;
    solver_case c = solver_case_new(1);
    clpt_solver *solver = NULL;
    clpt_array flat = test_array(&c.flat), probe = test_array(&c.probe);
    static const char *const engines[] = {"epie", "raar", "dm", "ml"};
    for (size_t e = 0; e < sizeof engines / sizeof *engines; e++) {
        clpt_solver_options options = test_options("engine=%s opr-modes=2", engines[e]);
        test_fails(test_context, clpt_solver_create(test_context, &c.measurement, &flat, &probe, &options, &solver),
                   CLPT_ERROR_ARGUMENT, test_text("opr_modes = 2|'%s'|rpie, lsqml", engines[e]));
    }
    test_ok(test_context, clpt_solver_create(test_context, &c.measurement, &flat, &probe, NULL, &solver));
    test_fails(test_context, clpt_solver_get_opr_modes(solver, &probe), CLPT_ERROR_ARGUMENT, "without opr_modes");
    test_fails(test_context, clpt_solver_get_opr_coefficients(solver, &flat), CLPT_ERROR_ARGUMENT, "without opr_modes");
    clpt_solver_destroy(&solver);
    solver_case_free(&c);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turn_fits_modes_to_coefficients),  cmocka_unit_test(varying_probe_gives_a_better_object),
        cmocka_unit_test(device_agrees_with_the_reference), cmocka_unit_test(state_put_back_goes_on_to_the_same_bits),
        cmocka_unit_test(wrong_arguments_are_named),
    };
    return cmocka_run_group_tests_name("opr", tests, test_open_both, test_close_both);
}
