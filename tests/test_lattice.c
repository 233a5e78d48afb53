/* SPDX-License-Identifier: Apache-2.0 */
/* The lattice of a raster scan: found from positions alone, and removed from the object without a change of any
 * pattern. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clptycho/quality.h"
#include "core/lattice.h"
#include "solver_case.h"

typedef struct raster {
    int columns, rows;
    double step[2][2], jitter;
} raster;

static double noise_of(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / (double)(1u << 24) - 0.5;
}

static double *positions_of(const raster *r, double centre)
{
    unsigned seed = 7;
    double *positions = malloc((size_t)(r->columns * r->rows) * 2 * sizeof *positions);
    for (int s = 0; s < r->columns * r->rows; s++)
        for (int k = 0; k < 2; k++)
            positions[2 * s + k] = centre + (s % r->columns - 0.5 * (r->columns - 1)) * r->step[0][k] +
                                   (s / r->columns - 0.5 * (r->rows - 1)) * r->step[1][k] + r->jitter * noise_of(&seed);
    return positions;
}

/* ---- the lattice ---- */

static double turn_free_area(double a[2][2])
{
    return fabs(a[0][0] * a[1][1] - a[0][1] * a[1][0]);
}

/* Rotated, sheared, wide and small rasters: the steps span the same cell. */
static void lattice_is_found_from_positions(void **state)
{
    (void)state;
    const raster rasters[] = {{24, 24, {{2.7, -2.0}, {-2.0, -2.7}}, 0},
                              {9, 7, {{5, 0}, {0, 5}}, 0.3},
                              {200, 40, {{3.13, 0.02}, {1.5, 2.9}}, 0.2},
                              {12, 12, {{8, 0}, {0, 5}}, 0},
                              {30, 30, {{6, 0.1}, {3, 5.2}}, 0.4}};
    for (size_t i = 0; i < sizeof rasters / sizeof *rasters; i++) {
        raster r = rasters[i];
        double *positions = positions_of(&r, 400);
        clpti_lattice lattice;
        clpt_message message = {0};
        bool found = false;
        assert_int_equal(clpti_lattice_fit(positions, r.columns * r.rows, &lattice, &found, &message), CLPT_OK);
        assert_true(found);
        double wanted = turn_free_area(r.step), area = turn_free_area(lattice.step);
        if (fabs(area / wanted - 1) > 0.01) fail_msg("raster %zu: a cell of %g, expected %g", i, area, wanted);
        assert_true(lattice.off <= 0.6 * r.jitter + 1e-9);
        assert_true(clpti_lattice_regularity(&lattice, positions, r.columns * r.rows, (int[]){1, 0}) > 0.95);
        free(positions);
    }
}

static void spirals_and_lines_are_no_lattice(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    double spiral[2 * COUNT], line[2 * COUNT];
    unsigned seed = 3;
    for (int s = 0; s < COUNT; s++) {
        double radius = 4 * sqrt(s), angle = s * acos(-1) * (3 - sqrt(5));
        spiral[2 * s] = radius * cos(angle);
        spiral[2 * s + 1] = radius * sin(angle);
        line[2 * s] = 3 * s;
        line[2 * s + 1] = 1e-3 * noise_of(&seed);
    }
    const double *const all[] = {spiral, line};
    for (int i = 0; i < 2; i++) {
        clpti_lattice lattice;
        clpt_message message = {0};
        bool found = true;
        assert_int_equal(clpti_lattice_fit(all[i], COUNT, &lattice, &found, &message), CLPT_OK);
        double regularity = found ? clpti_lattice_regularity(&lattice, all[i], COUNT, (int[]){1, 0}) : 0;
        if (regularity > 0.9) fail_msg("curve %d has a lattice of regularity %g", i, regularity);
    }
}

/* ---- removal ---- */

enum { SIDE = 16, SIZE = 96, COLUMNS = 11, COUNT = COLUMNS * COLUMNS };

typedef struct scan {
    double *positions;
    test_field object, probe, amplitude;
    clpt_measurement measurement;
} scan;

/* A smooth object and a defocused probe that compensates `modulation`, a phase with the raster's period in the object.
 */
static void fill(scan *s, double modulation)
{
    double _Complex *object = s->object.data, *probe = s->probe.data;
    const double turn = 2 * acos(-1) / 4;
    for (int i = 0; i < SIZE * SIZE; i++) {
        double x = i % SIZE, y = i / SIZE, phase = turn * (x - s->positions[0]), other = turn * (y - s->positions[1]);
        object[i] =
            cexp(I * (0.4 * sin(0.21 * x) * cos(0.17 * y) + modulation * (cos(phase) + 0.5 * sin(phase + other))));
    }
    for (int i = 0; i < SIDE * SIDE; i++) {
        double u = i % SIDE - SIDE / 2, v = i / SIDE - SIDE / 2;
        double exchanged = modulation * (cos(turn * u) + 0.5 * sin(turn * (u + v)));
        probe[i] = 40 * cexp(-0.04 * (u * u + v * v) + I * (0.05 * (u * u + v * v) - exchanged));
    }
}

static scan scan_new(double jitter)
{
    const raster r = {COLUMNS, COLUMNS, {{4, 0}, {0, 4}}, jitter};
    scan s = {.positions = positions_of(&r, SIZE / 2)};
    clpt_scan *made = NULL;
    clpt_forward_options options = {.size = sizeof options, .amplitude = true};
    s.object = test_field_new(CLPT_TYPE_C128, 2, CLPT_SHAPE(SIZE, SIZE));
    s.probe = test_field_new(CLPT_TYPE_C128, 3, CLPT_SHAPE(1, SIDE, SIDE));
    s.amplitude = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(COUNT, SIDE, SIDE));
    fill(&s, 0);
    clpt_array object = test_array(&s.object), probe = test_array(&s.probe), out = test_array(&s.amplitude);
    test_ok(test_reference, clpt_scan_create(test_reference, s.positions, COUNT, &made));
    test_ok(test_reference, clpt_forward(test_reference, &object, made, &probe, &options, &out));
    clpt_scan_destroy(&made);
    s.measurement = (clpt_measurement){.size = sizeof s.measurement,
                                       .amplitude = s.amplitude.data,
                                       .count = COUNT,
                                       .side = SIDE,
                                       .positions = s.positions};
    return s;
}

static void scan_free(scan *s)
{
    test_field_free(&s->object), test_field_free(&s->probe), test_field_free(&s->amplitude);
    free(s->positions);
}

static clpt_solver *solver_of(scan *s, double modulation, const char *option)
{
    clpt_solver *solver = NULL;
    clpt_solver_options options = test_options("engine=rpie %s", option);
    fill(s, modulation);
    clpt_array object = test_array(&s->object), probe = test_array(&s->probe);
    test_ok(test_context, clpt_solver_create(test_context, &s->measurement, &object, &probe, &options, &solver));
    return solver;
}

static test_field object_of(clpt_solver *solver)
{
    test_field object = test_field_new(test_is_reference() ? CLPT_TYPE_C128 : CLPT_TYPE_C64, 2, CLPT_SHAPE(SIZE, SIZE));
    clpt_array to = test_array(&object);
    test_ok(test_context, clpt_solver_get_object(solver, &to));
    return object;
}

static double power_of(const scan *s, clpt_solver *solver)
{
    test_field field = object_of(solver);
    clpt_array object = test_array(&field);
    clpt_message message = {0};
    double power = -1;
    assert_int_equal(clpt_lattice_power(&object, s->positions, COUNT, &power, &message), CLPT_OK);
    test_field_free(&field);
    return power;
}

static void lattice_leaves_the_object_and_no_pattern_changes(void **state)
{
    (void)state;
    scan s = scan_new(0);
    clpt_solver *solver = solver_of(&s, 0.1, "probe-start=0");
    clpt_solver_lattice removal = clpt_solver_lattice_default();
    double before = 0, after = 0, power = power_of(&s, solver);
    assert_true(power > 100);
    test_ok(test_context, clpt_solver_evaluate_r_factor(solver, &before, NULL));
    test_ok(test_context, clpt_solver_remove_lattice(solver, &removal));
    test_ok(test_context, clpt_solver_evaluate_r_factor(solver, &after, NULL));
    assert_true(removal.found && removal.harmonics >= 4 && removal.off < 1e-9);
    if (!(fabs(removal.modulation - 0.079) < 0.01)) fail_msg("a modulation of %g", removal.modulation);
    assert_true(fabs(hypot(removal.step[0][0], removal.step[0][1]) - 4) < 1e-9);
    if (!(power_of(&s, solver) < 0.05 * power)) fail_msg("power %g, before %g", power_of(&s, solver), power);
    if (!(before < 1e-3 && after < 5e-3)) fail_msg("R-factor %g, before %g", after, before);
    for (int i = 0; i < 2; i++) test_ok(test_context, clpt_solver_iterate(solver, &after));
    assert_true(after < 5e-3);
    clpt_solver_destroy(&solver);
    scan_free(&s);
}

/* Without a lattice in the object, with jittered positions, or with an object or probe that is known, no bit changes.
 */
static void nothing_else_is_removed(void **state)
{
    (void)state;
    const struct {
        double jitter, modulation;
        const char *option;
        bool found;
    } cases[] = {{0, 0, "probe-start=0", true},
                 {3, 0.1, "probe-start=0", false},
                 {0, 0.1, "probe-start=never", true},
                 {0, 0.1, "probe-start=0 object-start=never", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scan s = scan_new(cases[i].jitter);
        clpt_solver *solver = solver_of(&s, cases[i].modulation, cases[i].option);
        clpt_solver_lattice removal = clpt_solver_lattice_default();
        test_field before = object_of(solver);
        test_ok(test_context, clpt_solver_remove_lattice(solver, &removal));
        test_field after = object_of(solver);
        if (removal.harmonics != 0)
            fail_msg("case %zu: %lld harmonics, modulation %g", i, (long long)removal.harmonics, removal.modulation);
        assert_true(removal.found || !cases[i].found);
        test_same_bits("object", &after, &before);
        test_field_free(&before), test_field_free(&after);
        clpt_solver_destroy(&solver);
        scan_free(&s);
    }
}

static void bad_arguments_are_refused(void **state)
{
    (void)state;
    double power, positions[4] = {1, 2, NAN, 4};
    double _Complex pixels[4] = {0};
    clpt_message message = {0};
    clpt_array object = clpt_array_host(pixels, CLPT_TYPE_C128, 2, CLPT_SHAPE(2, 2));
    assert_int_equal(clpt_solver_remove_lattice(NULL, NULL), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_lattice_power(&object, positions, 2, &power, &message), CLPT_ERROR_ARGUMENT);
    assert_non_null(strstr(message.text, "position 1"));
    assert_int_equal(clpt_lattice_power(NULL, positions, 1, &power, &message), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_lattice_power(&object, positions, 1, &power, &message), CLPT_OK);
    assert_true(power == 0);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lattice_is_found_from_positions),
        cmocka_unit_test(spirals_and_lines_are_no_lattice),
        cmocka_unit_test(lattice_leaves_the_object_and_no_pattern_changes),
        cmocka_unit_test(nothing_else_is_removed),
        cmocka_unit_test(bad_arguments_are_refused),
    };
    return cmocka_run_group_tests_name("lattice", tests, test_open_both, test_close_both);
}
