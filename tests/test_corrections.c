/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections of the model, on a dense scan simulated with what they are for: a beam that fluctuates from pattern to
 * pattern, and a background. What was put in is found, the same on every device, and from a state that was put back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver_case.h"

enum { ACROSS = 8, MAXIMUM = ACROSS * ACROSS };
static const double pitch = 3;

typedef struct flawed {
    solver_case c;
    double *positions, factors[MAXIMUM];
    float *amplitude, *background;
    clpt_measurement measurement;
} flawed;

static void scatter(flawed *f, int64_t count)
{
    for (int64_t k = 0; k < count; k++)
        for (int axis = 0; axis < 2; axis++) {
            double middle = (double)(axis ? f->c.height : f->c.width) / 2;
            double step = pitch * ((double)(axis ? k / ACROSS : k % ACROSS) - ACROSS / 2.0);
            f->positions[2 * k + axis] = middle + step + test_random(61, (uint64_t)(2 * k + axis), -1, 1);
        }
}

/* The model's amplitudes; returns their mean intensity. */
static double measure(flawed *f, int64_t count)
{
    int64_t all = count * f->c.side * f->c.side;
    clpt_scan *scan = NULL;
    clpt_forward_options options = {.size = sizeof options, .amplitude = true};
    clpt_array object = test_array(&f->c.object), probe = test_array(&f->c.probe);
    clpt_array out = clpt_array_host(f->amplitude, CLPT_TYPE_F32, 3, CLPT_SHAPE(count, f->c.side, f->c.side));
    test_ok(test_reference, clpt_scan_create(test_reference, f->positions, count, &scan));
    test_ok(test_reference, clpt_forward(test_reference, &object, scan, &probe, &options, &out));
    clpt_scan_destroy(&scan);
    double mean = 0;
    for (int64_t i = 0; i < all; i++) mean += (double)(f->amplitude[i] * f->amplitude[i]) / (double)all;
    return mean;
}

/* Factors within ±20 % (mean 1), and a background that is up to a fifth of the mean intensity. */
static flawed flawed_new(int64_t modes, bool fluctuates, bool has_background)
{
    flawed f = {.c = solver_case_new(modes)};
    int64_t count = test_small() ? 6 : MAXIMUM, side = f.c.side, pixels = side * side;
    f.amplitude = malloc((size_t)(count * pixels) * sizeof *f.amplitude);
    f.background = calloc((size_t)pixels, sizeof *f.background);
    f.positions = malloc((size_t)(2 * count) * sizeof *f.positions);
    assert_true(f.amplitude && f.background && f.positions);
    scatter(&f, count);
    double intensity = measure(&f, count), mean = 0;
    for (int64_t k = 0; k < count; k++) {
        f.factors[k] = fluctuates ? 1 + test_random(51, (uint64_t)k, -0.2, 0.2) : 1;
        mean += f.factors[k] / (double)count;
    }
    for (int64_t i = 0; i < pixels; i++) {
        double part = 0.1 * (1 + sin(0.3 * (double)(i % side)) * cos(0.2 * (double)(i / side)));
        f.background[i] = has_background ? (float)(part * intensity) : 0;
    }
    for (int64_t k = 0; k < count; k++) f.factors[k] /= mean;
    for (int64_t i = 0; i < count * pixels; i++) {
        double lit = f.factors[i / pixels] * (double)f.amplitude[i];
        f.amplitude[i] = (float)sqrt(lit * lit + (double)f.background[i % pixels]);
    }
    f.measurement = (clpt_measurement){.size = sizeof(clpt_measurement),
                                       .amplitude = f.amplitude,
                                       .count = count,
                                       .side = side,
                                       .positions = f.positions};
    return f;
}

static void flawed_free(flawed *f)
{
    solver_case_free(&f->c);
    free(f->amplitude);
    free(f->background);
    free(f->positions);
}

static clpt_solver *solver_of(clpt_context *context, const flawed *f, const clpt_measurement *measurement,
                              const clpt_solver_options *options)
{
    clpt_solver *solver = NULL;
    clpt_array flat = test_array(&f->c.flat), probe = test_array(&f->c.probe);
    test_ok(context, clpt_solver_create(context, measurement, &flat, &probe, options, &solver));
    return solver;
}

static void iterate(clpt_context *context, clpt_solver *solver, int times)
{
    for (int i = 0; i < times; i++) test_ok(context, clpt_solver_iterate(solver, NULL));
}

static double r_factor(clpt_context *context, clpt_solver *solver)
{
    double r = 0;
    test_ok(context, clpt_solver_evaluate_r_factor(solver, &r, NULL));
    return r;
}

/* Root mean square of ln(found / true) without what is linear in the positions: growing exponentially along the scan
 * is equivalent to an object and a probe that do. */
static double off(const flawed *f, const double *found)
{
    double m[3][4] = {{0}}, sum = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int64_t k = 0; k < MAXIMUM; k++) {
            double v[3] = {1, f->positions[2 * k] - 45, f->positions[2 * k + 1] - 48};
            double rest = log(found[k] / f->factors[k]);
            for (int i = 0; i < 3 && pass; i++) rest -= v[i] * m[i][3] / m[i][i];
            sum += pass ? rest * rest / MAXIMUM : 0;
            for (int i = 0; i < 3 && !pass; i++) {
                for (int j = 0; j < 3; j++) m[i][j] += v[i] * v[j];
                m[i][3] += v[i] * rest;
            }
            if (pass || k < MAXIMUM - 1) continue;
            for (int i = 0; i < 3; i++)
                for (int r = 0; r < 3; r++)
                    for (int j = 3; r != i && j >= 0; j--) m[r][j] -= m[r][i] / m[i][i] * m[i][j];
        }
    return sqrt(sum);
}

static void factors_are_found(void **state)
{
    (void)state;
    if (test_small()) skip(); /* too few patterns, and too slow */
    static const char *const engines[] = {"rpie", "lsqml", "raar", "epie", "dm"};
    flawed f = flawed_new(1, true, false);
    double found[MAXIMUM], before[MAXIMUM];
    for (int64_t k = 0; k < MAXIMUM; k++) before[k] = 1;
    for (int e = 0; e < (test_is_reference() ? 1 : 5); e++) {
        clpt_solver_options options = test_options("engine=%s probe-start=1", engines[e]);
        clpt_solver *fixed = solver_of(test_context, &f, &f.measurement, &options);
        options.intensity_start = 3;
        clpt_solver *refined = solver_of(test_context, &f, &f.measurement, &options);
        int iterations = strcmp(engines[e], "dm") ? 60 : 100; /* at first its waves are far from any object's */
        iterate(test_context, fixed, iterations);
        iterate(test_context, refined, iterations);
        double r_fixed = r_factor(test_context, fixed), r_refined = r_factor(test_context, refined), mean = 0;
        test_ok(test_context, clpt_solver_get_amplitude_factors(fixed, found));
        assert_memory_equal(found, before, sizeof found);
        test_ok(test_context, clpt_solver_get_amplitude_factors(refined, found));
        for (int64_t k = 0; k < MAXIMUM; k++) mean += found[k] / MAXIMUM;
        if (!(off(&f, found) < 0.01 && off(&f, before) > 0.1 && fabs(mean - 1) < 1e-6 && r_refined < 0.3 * r_fixed))
            fail_msg("%s: factors off by %.4f of %.4f, their mean %.7f, R-factor %.4f of %.4f", engines[e],
                     off(&f, found), off(&f, before), mean, r_refined, r_fixed);
        clpt_solver_destroy(&fixed);
        clpt_solver_destroy(&refined);
    }
    flawed_free(&f);
}

/* Root mean square of found − true, relative to the true one, where the mean count is below ten times it; or where it
 * is not. */
static double background_off(const flawed *f, const double *found, bool bright)
{
    int64_t pixels = f->c.side * f->c.side;
    double sum = 0, size = 0;
    for (int64_t i = 0; i < pixels; i++) {
        double mean = 0, b = (double)f->background[i];
        for (int64_t k = 0; k < MAXIMUM; k++) mean += pow((double)f->amplitude[k * pixels + i], 2) / MAXIMUM;
        if ((mean > 10 * b) != bright) continue;
        sum += pow(found[i] - b, 2);
        size += b * b;
    }
    return sqrt(sum / size);
}

static void background_is_found(void **state)
{
    (void)state;
    if (test_small()) skip();
    static const char *const engines[] = {"rpie", "lsqml"};
    flawed f = flawed_new(1, false, true);
    clpt_measurement given = f.measurement;
    given.background = f.background;
    double *found = calloc((size_t)(f.c.side * f.c.side), sizeof *found);
    assert_non_null(found);
    for (int e = 0; e < (test_is_reference() ? 1 : 2); e++) {
        clpt_solver_options options = test_options("engine=%s probe-start=1", engines[e]);
        clpt_solver *without = solver_of(test_context, &f, &f.measurement, &options);
        clpt_solver *with = solver_of(test_context, &f, &given, &options);
        options.background_start = 5; /* before object and probe have made the background theirs */
        clpt_solver *refined = solver_of(test_context, &f, &f.measurement, &options);
        clpt_solver *solvers[] = {without, with, refined};
        double r[3];
        for (int i = 0; i < 3; i++) {
            iterate(test_context, solvers[i], 100);
            r[i] = r_factor(test_context, solvers[i]);
        }
        test_ok(test_context, clpt_solver_get_background(with, found));
        for (int64_t i = 0; i < f.c.side * f.c.side; i++) assert_true(found[i] == (double)f.background[i]);
        test_ok(test_context, clpt_solver_get_background(refined, found));
        for (int64_t i = 0; i < f.c.side * f.c.side; i++) assert_true(found[i] >= 0);
        double away = background_off(&f, found, false);
        if (!(away < 0.1 && r[1] < 0.15 * r[0] && r[2] < 0.008 && r[2] < 0.2 * r[0]))
            fail_msg("%s: background off by %.3f; R-factor %.4f without, %.4f with it, %.4f refined", engines[e], away,
                     r[0], r[1], r[2]);
        for (int i = 0; i < 3; i++) clpt_solver_destroy(&solvers[i]);
    }
    free(found);
    flawed_free(&f);
}

static void pixels_that_share_know_it_under_bright_ones_too(void **state)
{
    (void)state;
    if (test_small()) skip();
    flawed f = flawed_new(1, false, true);
    double away[2], *found = calloc((size_t)(f.c.side * f.c.side), sizeof *found);
    assert_non_null(found);
    for (int i = 0; i < 2; i++) {
        clpt_solver_options options =
            test_options("probe-start=1 background-start=1 background-smooth=%.17g", (double)(i ? 2 : 0));
        clpt_solver *solver = solver_of(test_context, &f, &f.measurement, &options);
        iterate(test_context, solver, 30);
        test_ok(test_context, clpt_solver_get_background(solver, found));
        away[i] = background_off(&f, found, true);
        clpt_solver_destroy(&solver);
    }
    if (!(away[1] < 0.5 * away[0]))
        fail_msg("off by %.3f where pixels share, by %.3f where each is for itself", away[1], away[0]);
    free(found);
    flawed_free(&f);
}

/* Without a background, dark pixels would be brought from rounding's phases to its counts. */
static void device_agrees_with_the_reference(void **state)
{
    (void)state;
    flawed f = flawed_new(2, true, true);
    int64_t pixels = f.c.side * f.c.side, count = f.measurement.count;
    double factors[2][MAXIMUM], *background[2] = {calloc((size_t)pixels, 8), calloc((size_t)pixels, 8)}, r[2],
                                maximum = 0;
    clpt_context *contexts[2] = {test_context, test_reference};
    assert_true(background[0] && background[1]);
    clpt_solver_options options =
        test_options("engine=lsqml probe-start=1 intensity-start=1 background-start=1 background-smooth=1.5");
    clpt_measurement half = f.measurement;
    half.background = f.background;
    for (int64_t i = 0; i < pixels; i++) f.background[i] *= 0.5f;
    for (int i = 0; i < 2; i++) {
        clpt_solver *solver = solver_of(contexts[i], &f, &half, &options);
        iterate(contexts[i], solver, 3);
        r[i] = r_factor(contexts[i], solver);
        test_ok(contexts[i], clpt_solver_get_amplitude_factors(solver, factors[i]));
        test_ok(contexts[i], clpt_solver_get_background(solver, background[i]));
        clpt_solver_destroy(&solver);
    }
    for (int64_t k = 0; k < count; k++)
        if (!(fabs(factors[0][k] - factors[1][k]) < 1e-5))
            fail_msg("factor %lld is %.7g and should be %.7g", (long long)k, factors[0][k], factors[1][k]);
    assert_true(fabs(factors[0][0] - 1) > 1e-3);
    for (int64_t i = 0; i < pixels; i++) maximum = fmax(maximum, background[1][i]);
    for (int64_t i = 0; i < pixels; i++)
        if (!(fabs(background[0][i] - background[1][i]) < 1e-4 * maximum))
            fail_msg("background %lld is %.7g and should be %.7g", (long long)i, background[0][i], background[1][i]);
    assert_true(maximum > 0 && fabs(r[0] - r[1]) < 1e-5 * r[1]);
    free(background[0]);
    free(background[1]);
    flawed_free(&f);
}

static void state_put_back_goes_on_to_the_same_bits(void **state)
{
    (void)state;
    flawed f = flawed_new(1, true, true);
    clpt_solver_options options = test_options("engine=rpie probe-start=1 intensity-start=1 background-start=2");
    clpt_solver *whole = solver_of(test_context, &f, &f.measurement, &options);
    clpt_solver *resumed = solver_of(test_context, &f, &f.measurement, &options);
    int64_t pixels = f.c.side * f.c.side;
    double factors[2][MAXIMUM] = {{0}}, *background = calloc((size_t)(2 * pixels), sizeof *background);
    assert_non_null(background);
    iterate(test_context, whole, 3);
    assert_int_equal(clpt_solver_get_state_count(whole), 4);
    for (size_t i = 0; i < clpt_solver_get_state_count(whole); i++) {
        clpt_solver_array array;
        test_ok(test_context, clpt_solver_describe_state(whole, i, &array));
        test_field field = test_field_new(array.type, array.rank, array.shape);
        clpt_array numbers = test_array(&field);
        test_ok(test_context, clpt_solver_get_state(whole, i, &numbers));
        test_ok(test_context, clpt_solver_set_state(resumed, i, &numbers));
        test_field_free(&field);
    }
    test_ok(test_context, clpt_solver_set_iteration(resumed, 3));
    clpt_solver *solvers[2] = {whole, resumed};
    double r[2];
    for (int i = 0; i < 2; i++) {
        iterate(test_context, solvers[i], 2);
        r[i] = r_factor(test_context, solvers[i]);
        test_ok(test_context, clpt_solver_get_amplitude_factors(solvers[i], factors[i]));
        test_ok(test_context, clpt_solver_get_background(solvers[i], background + i * pixels));
        clpt_solver_destroy(&solvers[i]);
    }
    assert_true(r[0] == r[1]);
    assert_memory_equal(factors[0], factors[1], sizeof factors[0]);
    assert_memory_equal(background, background + pixels, (size_t)pixels * sizeof *background);
    free(background);
    flawed_free(&f);
}

static void wrong_arguments_are_named(void **state)
{
    (void)state;
    flawed f = flawed_new(1, false, false);
    clpt_solver *solver = NULL;
    clpt_array flat = test_array(&f.c.flat), probe = test_array(&f.c.probe);
    clpt_solver_options options = test_options("engine=dm relaxation=1 intensity-start=1");
    test_fails(test_context, clpt_solver_create(test_context, &f.measurement, &flat, &probe, &options, &solver),
               CLPT_ERROR_ARGUMENT, "intensity_start = 1|relaxation = 1|raar");
    clpt_measurement bad = f.measurement;
    bad.background = f.background;
    f.background[f.c.side + 2] = -1;
    test_fails(test_context, clpt_solver_create(test_context, &bad, &flat, &probe, NULL, &solver), CLPT_ERROR_ARGUMENT,
               "background|row 1, column 2|-1");
    f.background[f.c.side + 2] = NAN;
    test_fails(test_context, clpt_solver_create(test_context, &bad, &flat, &probe, NULL, &solver), CLPT_ERROR_ARGUMENT,
               "background|nan");
    assert_null(solver);
    flawed_free(&f);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(factors_are_found),
        cmocka_unit_test(background_is_found),
        cmocka_unit_test(pixels_that_share_know_it_under_bright_ones_too),
        cmocka_unit_test(device_agrees_with_the_reference),
        cmocka_unit_test(state_put_back_goes_on_to_the_same_bits),
        cmocka_unit_test(wrong_arguments_are_named),
    };
    return cmocka_run_group_tests_name("corrections", tests, test_open_both, test_close_both);
}
