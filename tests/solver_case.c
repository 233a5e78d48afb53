/* SPDX-License-Identifier: Apache-2.0 */
/* A small scan simulated by the reference, and reconstructions of it, for tests of engines. */
#include "solver_case.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>

/* A transparent object of smooth waves and blobs: |o| in about 0.5 … 1, phases within ±1. */
static test_field true_object(int64_t height, int64_t width)
{
    test_field object = test_field_new(CLPT_TYPE_C128, 2, CLPT_SHAPE(height, width));
    for (int64_t i = 0; i < object.count; i++) {
        double y = (double)(i / width), x = (double)(i % width);
        double waves = sin(0.31 * x + 0.17 * y) + sin(0.11 * x - 0.42 * y + 1) + sin(0.05 * x * y / 8);
        double blobs = exp(-(pow(x - 30, 2) + pow(y - 22, 2)) / 90) - exp(-(pow(x - 20, 2) + pow(y - 34, 2)) / 40);
        double size = 0.8 + 0.1 * sin(0.23 * x) - 0.2 * blobs * blobs, phase = 0.25 * waves + 0.5 * blobs;
        test_set(&object, i, 0, size * cos(phase));
        test_set(&object, i, 1, size * sin(phase));
    }
    return object;
}

/* A Gaussian spot of this width, curved or not, whose centre lies off the middle pixel; further modes are its
 * derivatives, each with a fraction of the power before it. */
static test_field spot(int64_t modes, int64_t side, double width, double off_x, double off_y, double curvature)
{
    test_field probe = test_field_new(CLPT_TYPE_C128, 3, CLPT_SHAPE(modes, side, side));
    for (int64_t i = 0; i < probe.count; i++) {
        int64_t p = i / (side * side);
        double y = ((double)(i / side % side - side / 2) + off_y) / width,
               x = ((double)(i % side - side / 2) + off_x) / width;
        double size = 12 * exp(-(x * x + y * y) / 2) * pow(0.5, (double)p);
        if (p == 1) size *= x;
        if (p == 2) size *= y;
        test_set(&probe, i, 0, size * cos(curvature * (x * x + y * y)));
        test_set(&probe, i, 1, size * sin(curvature * (x * x + y * y)));
    }
    return probe;
}

void solver_case_symmetric(solver_case *c)
{
    test_field_free(&c->weaker);
    c->weaker = spot(c->modes, c->side, (double)c->side / 10, 0, 0, 0);
}

static double *grid(int64_t columns, int64_t rows, const solver_case *c)
{
    double *positions = malloc((size_t)(2 * columns * rows) * sizeof *positions);
    assert_non_null(positions);
    double free_x = (double)(c->width - c->side - 4), free_y = (double)(c->height - c->side - 4);
    for (int64_t k = 0; k < columns * rows; k++) {
        double jitter_x = test_random(21, 2 * (uint64_t)k, -1.5, 1.5),
               jitter_y = test_random(21, 2 * (uint64_t)k + 1, -1.5, 1.5);
        positions[2 * k] =
            (double)(c->side / 2) + 2 + free_x * (double)(k % columns) / (double)(columns - 1) + jitter_x;
        positions[2 * k + 1] =
            (double)(c->side / 2) + 2 + free_y * (double)(k / columns) / (double)(rows - 1) + jitter_y;
    }
    return positions;
}

static test_field measured(const solver_case *c)
{
    test_field amplitude = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(c->count, c->side, c->side));
    clpt_context *reference = test_open("reference", 0);
    clpt_scan *scan = NULL;
    clpt_forward_options options = {.size = sizeof options, .amplitude = true};
    clpt_array object = test_array(&c->object), probe = test_array(&c->probe), out = test_array(&amplitude);
    test_ok(reference, clpt_scan_create(reference, c->positions, c->count, &scan));
    test_ok(reference, clpt_forward(reference, &object, scan, &probe, &options, &out));
    clpt_scan_destroy(&scan);
    clpt_context_destroy(&reference);
    return amplitude;
}

static test_field weaker_probe(const test_field *probe)
{
    test_field weaker = test_field_new(CLPT_TYPE_C128, 3, probe->shape);
    int64_t side = probe->shape[1];
    for (int64_t i = 0; i < probe->count; i++)
        for (int part = 0; part < 2; part++) {
            double left = i % side ? test_get(probe, i - 1, part) : 0;
            test_set(&weaker, i, part, 0.6 * test_get(probe, i, part) + 0.3 * left);
        }
    return weaker;
}

solver_case solver_case_new(int64_t modes)
{
    bool small = test_small();
    solver_case c = {.side = small ? 16 : 32,
                     .modes = modes,
                     .count = small ? 6 : 40,
                     .height = small ? 34 : 96,
                     .width = small ? 40 : 90};
    c.positions = grid(small ? 3 : 5, small ? 2 : 8, &c);
    c.object = true_object(c.height, c.width);
    c.probe = spot(modes, c.side, (double)c.side / 5, 0.81, 0.23, 0.8);
    c.flat = test_field_new(CLPT_TYPE_C128, 2, c.object.shape);
    for (int64_t i = 0; i < c.flat.count; i++) test_set(&c.flat, i, 0, 1);
    c.weaker = weaker_probe(&c.probe);
    c.amplitude = measured(&c);
    c.measurement = (clpt_measurement){.size = sizeof(clpt_measurement),
                                       .amplitude = c.amplitude.data,
                                       .count = c.count,
                                       .side = c.side,
                                       .positions = c.positions};
    return c;
}

void solver_case_free(solver_case *c)
{
    test_field *fields[] = {&c->object, &c->probe, &c->flat, &c->weaker, &c->amplitude, &c->mask};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) test_field_free(fields[i]);
    free(c->positions);
    c->positions = NULL;
}

void solver_case_mask(solver_case *c, bool per_pattern)
{
    int64_t pixels = c->side * c->side;
    c->mask = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(per_pattern ? c->count : 1, c->side, c->side));
    for (int64_t i = 0; i < c->mask.count; i++)
        test_set(&c->mask, i, 0, test_random(31, (uint64_t)i, 0, 1) < 0.1 || i % pixels / c->side == 5 ? 0 : 1);
    for (int64_t i = 0; i < c->amplitude.count; i++)
        if (test_get(&c->mask, per_pattern ? i : i % pixels, 0) == 0) test_set(&c->amplitude, i, 0, NAN);
    c->measurement.mask = c->mask.data;
    c->measurement.mask_per_pattern = per_pattern;
}

double solver_case_distance(const solver_case *c, const test_field *got)
{
    double complex cross = 0;
    double power = 0, expected = 0;
    int64_t edge = 3 * c->side / 4;
    for (int64_t i = 0; i < got->count; i++) {
        int64_t y = i / c->width, x = i % c->width;
        if (y < edge || x < edge || y >= c->height - edge || x >= c->width - edge) continue;
        double complex a = test_get(got, i, 0) + I * test_get(got, i, 1);
        double complex b = test_get(&c->object, i, 0) + I * test_get(&c->object, i, 1);
        cross += conj(a) * b;
        power += pow(cabs(a), 2);
        expected += pow(cabs(b), 2);
    }
    return sqrt(fmax(0, 1 - pow(cabs(cross), 2) / power / expected));
}

solver_run solver_case_run(clpt_context *context, const solver_case *c, const clpt_solver_options *options,
                           bool true_probe, int iterations)
{
    solver_run run = {.object = test_field_new(CLPT_TYPE_C64, 2, c->object.shape),
                      .probe = test_field_new(CLPT_TYPE_C64, 3, c->probe.shape),
                      .per_pattern = calloc((size_t)c->count, sizeof(double))};
    clpt_solver *solver = NULL;
    assert_non_null(run.per_pattern);
    clpt_array flat = test_array(&c->flat), start = test_array(true_probe ? &c->probe : &c->weaker);
    clpt_array object = test_array(&run.object), probe = test_array(&run.probe);
    test_ok(context, clpt_solver_create(context, &c->measurement, &flat, &start, options, &solver));
    for (int i = 0; i < iterations; i++) test_ok(context, clpt_solver_iterate(solver, &run.errors[i]));
    test_ok(context, clpt_solver_evaluate_r_factor(solver, &run.overall, run.per_pattern));
    test_ok(context, clpt_solver_get_object(solver, &object));
    test_ok(context, clpt_solver_get_probe(solver, &probe));
    clpt_solver_destroy(&solver);
    assert_null(solver);
    return run;
}

void solver_run_free(solver_run *run)
{
    test_field_free(&run->object);
    test_field_free(&run->probe);
    free(run->per_pattern);
    run->per_pattern = NULL;
}

/* ---- two solvers ---- */

static test_field array_of(clpt_context *context, clpt_solver *solver, size_t i, clpt_solver_array *row)
{
    test_ok(context, clpt_solver_describe_state(solver, i, row));
    test_field field = test_field_new(row->type, row->rank, row->shape);
    clpt_array numbers = test_array(&field);
    test_ok(context, clpt_solver_get_state(solver, i, &numbers));
    return field;
}

void solver_case_put_state(clpt_context *context, clpt_solver *from, clpt_solver *to)
{
    assert_int_equal(clpt_solver_get_state_count(from), clpt_solver_get_state_count(to));
    for (size_t i = 0; i < clpt_solver_get_state_count(from); i++) {
        clpt_solver_array row;
        test_field field = array_of(context, from, i, &row);
        clpt_array numbers = test_array(&field);
        test_ok(context, clpt_solver_set_state(to, i, &numbers));
        test_field_free(&field);
    }
    test_ok(context, clpt_solver_set_iteration(to, clpt_solver_get_iteration(from)));
}

void solver_case_expect_same(clpt_context *context, clpt_solver *a, clpt_solver *b, int iterations)
{
    for (int i = 0; i < iterations; i++) {
        test_ok(context, clpt_solver_iterate(a, NULL));
        test_ok(context, clpt_solver_iterate(b, NULL));
    }
    assert_int_equal(clpt_solver_get_state_count(a), clpt_solver_get_state_count(b));
    for (size_t i = 0; i < clpt_solver_get_state_count(a); i++) {
        clpt_solver_array row;
        test_field of_a = array_of(context, a, i, &row), of_b = array_of(context, b, i, &row);
        test_same_bits(row.name, &of_b, &of_a);
        test_field_free(&of_a);
        test_field_free(&of_b);
    }
}
