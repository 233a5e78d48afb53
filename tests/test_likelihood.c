/* SPDX-License-Identifier: Apache-2.0 */
/* Engines that maximise a likelihood: `ml` lowers the loss it is for in every iteration, counts that are few are better
 * taken as counts, and devices agree with the double-precision reference. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver_case.h"

#include "core/poisson.h"

static const struct {
    clpt_likelihood likelihood;
    clpt_loss loss;
    const char *name;
} kinds[] = {{CLPT_LIKELIHOOD_AMPLITUDE, CLPT_LOSS_AMPLITUDE, "amplitude"},
             {CLPT_LIKELIHOOD_POISSON, CLPT_LOSS_POISSON, "poisson"}};

static clpt_solver_options options_of(const char *engine, int kind)
{
    clpt_solver_options options = clpt_solver_options_default();
    options.engine = engine;
    options.likelihood = kinds[kind].likelihood;
    options.seed = 3;
    return options;
}

/* Patterns drawn with so many counts on average; light on the object and the probe to match. */
static void draw(solver_case *c, double photons)
{
    double sum = 0;
    for (int64_t i = 0; i < c->amplitude.count; i++) sum += pow(test_get(&c->amplitude, i, 0), 2);
    double factor = photons * (double)c->count / sum;
    for (int64_t i = 0; i < c->amplitude.count; i++) {
        double rate = factor * pow(test_get(&c->amplitude, i, 0), 2);
        test_set(&c->amplitude, i, 0, sqrt((double)clpti_poisson(7, 0, (uint64_t)i, (float)rate)));
    }
    test_field *probes[] = {&c->probe, &c->weaker};
    for (int p = 0; p < 2; p++)
        for (int64_t i = 0; i < probes[p]->count; i++)
            for (int part = 0; part < 2; part++)
                test_set(probes[p], i, part, sqrt(factor) * test_get(probes[p], i, part));
}

/* Blocks with sharp edges under a small round probe, which lights the whole detector a little, and every pixel in some
 * eighty of 441 patterns: what square roots of few counts are off by does not drown in noise. */
static solver_case dense_case(void)
{
    enum { columns = 21, side = 32, width = 74 };
    solver_case c = {.side = side, .modes = 1, .count = columns * columns, .height = width, .width = width};
    c.positions = malloc((size_t)(2 * c.count) * sizeof *c.positions);
    assert_non_null(c.positions);
    for (int64_t k = 0; k < c.count; k++) {
        c.positions[2 * k] = 17 + 2 * (double)(k % columns) + test_random(43, 2 * (uint64_t)k, -1, 1);
        c.positions[2 * k + 1] = 17 + 2 * (double)(k / columns) + test_random(43, 2 * (uint64_t)k + 1, -1, 1);
    }
    c.object = test_field_new(CLPT_TYPE_C128, 2, CLPT_SHAPE(width, width));
    c.flat = test_field_new(CLPT_TYPE_C128, 2, c.object.shape);
    for (int64_t i = 0; i < c.object.count; i++) {
        uint64_t block = (uint64_t)(i / width / 5 * 100 + i % width / 5);
        double size = test_random(41, block, 0.3, 1), phase = test_random(42, block, -1, 1);
        test_set(&c.object, i, 0, size * cos(phase));
        test_set(&c.object, i, 1, size * sin(phase));
        test_set(&c.flat, i, 0, 1);
    }
    c.probe = test_field_new(CLPT_TYPE_C128, 3, CLPT_SHAPE(1, side, side));
    c.weaker = test_field_new(CLPT_TYPE_C128, 3, c.probe.shape);
    for (int64_t i = 0; i < c.probe.count; i++) {
        double y = (double)(i / side - side / 2) + 0.23, x = (double)(i % side - side / 2) + 0.81;
        double size = x * x + y * y < 100 ? 12 : 0, phase = 0.04 * (x * x + y * y);
        test_set(&c.probe, i, 0, size * cos(phase));
        test_set(&c.probe, i, 1, size * sin(phase));
    }
    c.amplitude = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(c.count, side, side));
    clpt_scan *scan = NULL;
    clpt_forward_options options = {.size = sizeof options, .amplitude = true};
    clpt_array object = test_array(&c.object), probe = test_array(&c.probe), out = test_array(&c.amplitude);
    test_ok(test_reference, clpt_scan_create(test_reference, c.positions, c.count, &scan));
    test_ok(test_reference, clpt_forward(test_reference, &object, scan, &probe, &options, &out));
    clpt_scan_destroy(&scan);
    c.measurement = (clpt_measurement){.size = sizeof(clpt_measurement),
                                       .amplitude = c.amplitude.data,
                                       .count = c.count,
                                       .side = c.side,
                                       .positions = c.positions};
    return c;
}

/* ---- descent ---- */

typedef struct watch {
    const solver_case *c;
    clpt_loss loss;
    clpt_scan *scan;
    test_field object, probe, counts;
    double values[32];
    int met;
} watch;

static bool take_loss(void *user, clpt_solver *solver, int64_t iteration, double error)
{
    watch *w = user;
    clpt_array object = test_array(&w->object), probe = test_array(&w->probe), counts = test_array(&w->counts),
               mask = test_array(&w->c->mask);
    (void)iteration;
    (void)error;
    test_ok(test_context, clpt_solver_get_object(solver, &object));
    test_ok(test_context, clpt_solver_get_probe(solver, &probe));
    const clpt_gradient_args args = {.size = sizeof args,
                                     .loss = w->loss,
                                     .object = &object,
                                     .scan = w->scan,
                                     .probe = &probe,
                                     .measured = &counts,
                                     .mask = w->c->mask.data ? &mask : NULL};
    test_ok(test_reference, clpt_gradient(test_reference, &args, &w->values[w->met++], NULL));
    return true;
}

static watch watch_new(const solver_case *c, clpt_loss loss)
{
    watch w = {.c = c,
               .loss = loss,
               .object = test_field_new(CLPT_TYPE_C64, 2, c->object.shape),
               .probe = test_field_new(CLPT_TYPE_C64, 3, c->probe.shape),
               .counts = test_field_new(CLPT_TYPE_F32, 3, c->amplitude.shape)};
    for (int64_t i = 0; i < w.counts.count; i++) test_set(&w.counts, i, 0, pow(test_get(&c->amplitude, i, 0), 2));
    test_ok(test_reference, clpt_scan_create(test_reference, c->positions, c->count, &w.scan));
    return w;
}

static void watch_free(watch *w)
{
    clpt_scan_destroy(&w->scan);
    test_field_free(&w->object);
    test_field_free(&w->probe);
    test_field_free(&w->counts);
}

/* One mode without a mask, three with; the probe joins in the second iteration. */
static void loss_of_ml_never_rises(void **state)
{
    (void)state;
    int iterations = test_small() ? 3 : 20;
    for (int way = 0; way < 4; way++) {
        int kind = way % 2;
        solver_case c = solver_case_new(way / 2 ? 3 : 1);
        draw(&c, way / 2 ? 1e5 : 2e3);
        if (way / 2) solver_case_mask(&c, true);
        watch w = watch_new(&c, kinds[kind].loss);
        clpt_solver_options options = options_of("ml", kind);
        options.observer = take_loss;
        options.observer_user = &w;
        solver_run run = solver_case_run(test_context, &c, &options, false, iterations);
        for (int i = 1; i < iterations; i++)
            if (!(w.values[i] < w.values[i - 1]))
                fail_msg("%s, way %d: the loss is %.9g after iteration %d, %.9g before", kinds[kind].name, way,
                         w.values[i], i + 1, w.values[i - 1]);
        solver_run_free(&run);
        watch_free(&w);
        solver_case_free(&c);
    }
}

/* Of the solver's state, and of each pattern, with a mask and √m where the loss is of m. */
static void loss_of_a_solver_is_that_of_its_state(void **state)
{
    (void)state;
    solver_case c = solver_case_new(2);
    draw(&c, 3000);
    solver_case_mask(&c, true);
    for (int l = CLPT_LOSS_POISSON; l <= CLPT_LOSS_AMPLITUDE_L1; l++) {
        double overall = 0, sum = 0, *each = calloc((size_t)c.count, sizeof *each);
        assert_non_null(each);
        watch w = watch_new(&c, (clpt_loss)l);
        clpt_solver_options options = options_of("rpie", 0);
        clpt_array flat = test_array(&c.flat), start = test_array(&c.weaker);
        clpt_solver *solver = NULL;
        test_ok(test_context, clpt_solver_create(test_context, &c.measurement, &flat, &start, &options, &solver));
        test_ok(test_context, clpt_solver_iterate(solver, NULL));
        take_loss(&w, solver, 1, 0);
        test_ok(test_context, clpt_solver_evaluate_loss(solver, (clpt_loss)l, &overall, each));
        for (int64_t k = 0; k < c.count; k++) sum += each[k];
        if (!(fabs(overall - w.values[0]) <= 1e-5 * fabs(w.values[0])) || fabs(sum - overall) > 1e-9 * fabs(sum))
            fail_msg("loss %d is %.9g, of all patterns %.9g; it should be %.9g", l, overall, sum, w.values[0]);
        assert_int_equal(clpt_solver_evaluate_loss(solver, (clpt_loss)3, &overall, NULL), CLPT_ERROR_ARGUMENT);
        clpt_solver_destroy(&solver);
        watch_free(&w);
        free(each);
    }
    solver_case_free(&c);
}

/* ---- few counts ---- */

static double distance_after(const solver_case *c, const char *engine, int kind, int iterations)
{
    clpt_solver_options options = options_of(engine, kind);
    options.probe_start = -1;
    solver_run run = solver_case_run(test_context, c, &options, true, iterations);
    double distance = solver_case_distance(c, &run.object);
    solver_run_free(&run);
    return distance;
}

/* The mean of the square roots of few counts is less than the root of their rate. */
static void few_counts_are_better_taken_as_counts(void **state)
{
    (void)state;
    if (test_small()) skip(); /* too few patterns */
    static const char *const engines[] = {"ml", "lsqml", "rpie"};
    solver_case c = dense_case();
    draw(&c, 1000);
    for (int e = 0; e < 3; e++) {
        double amplitude = distance_after(&c, engines[e], 0, 20), poisson = distance_after(&c, engines[e], 1, 20);
        if (!(poisson < 0.9 * amplitude))
            fail_msg("%s: %.4f from the true object by counts, %.4f by amplitudes", engines[e], poisson, amplitude);
    }
    solver_case_free(&c);
}

/* ---- devices ---- */

/* A count on a dark pixel pulls up to 63 times its wave, and so dark a pixel has little accuracy in float32. */
static const double same_field = 1e-4, same_error = 1e-5;

static void device_agrees_with_the_reference(void **state)
{
    (void)state;
    static const char *const engines[] = {"ml", "lsqml"};
    for (int way = 0; way < (test_small() ? 1 : 4); way++)
        for (int e = 0; e < 2; e++) {
            solver_case c = solver_case_new(way == 1 ? 3 : 1);
            if (way == 3) solver_case_symmetric(&c);
            draw(&c, way == 2 ? 500 : 1e4);
            if (way == 1 || way == 2) solver_case_mask(&c, way == 2);
            clpt_solver_options options = options_of(engines[e], 1);
            solver_run got = solver_case_run(test_context, &c, &options, false, 3);
            solver_run expected = solver_case_run(test_reference, &c, &options, false, 3);
            test_close(test_text("%s, way %d: object", engines[e], way), &got.object, &expected.object, same_field,
                       NULL);
            test_close(test_text("%s, way %d: probe", engines[e], way), &got.probe, &expected.probe, same_field, NULL);
            if (!(fabs(got.overall - expected.overall) <= same_error * expected.overall))
                fail_msg("%s, way %d: R-factor %.9g should be %.9g", engines[e], way, got.overall, expected.overall);
            solver_run_free(&got);
            solver_run_free(&expected);
            solver_case_free(&c);
        }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loss_of_ml_never_rises),
        cmocka_unit_test(loss_of_a_solver_is_that_of_its_state),
        cmocka_unit_test(few_counts_are_better_taken_as_counts),
        cmocka_unit_test(device_agrees_with_the_reference),
    };
    return cmocka_run_group_tests_name("likelihood", tests, test_open_both, test_close_both);
}
