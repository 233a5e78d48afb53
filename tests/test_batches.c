/* SPDX-License-Identifier: Apache-2.0 */
/* Batches of neighbours: every pattern once, near to each other, the same ones on resume; and engines take them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver_case.h"

#include "solve/compact_batches.h"

enum { COUNT = 203 };

/* Extent along x plus along y of `size` entries, averaged over the batches. */
static double mean_extent(const double *xy, const int32_t *order, int64_t batches)
{
    double sum = 0;
    for (int64_t b = 0; b < batches; b++) {
        double minimum[2] = {INFINITY, INFINITY}, maximum[2] = {-INFINITY, -INFINITY};
        for (int64_t i = COUNT * b / batches; i < COUNT * (b + 1) / batches; i++)
            for (int axis = 0; axis < 2; axis++) {
                minimum[axis] = fmin(minimum[axis], xy[2 * order[i] + axis]);
                maximum[axis] = fmax(maximum[axis], xy[2 * order[i] + axis]);
            }
        sum += maximum[0] - minimum[0] + maximum[1] - minimum[1];
    }
    return sum / (double)batches;
}

static void assert_each_once(const int32_t *order)
{
    bool response[COUNT] = {false};
    for (int i = 0; i < COUNT; i++) {
        assert_in_range(order[i], 0, COUNT - 1);
        assert_false(response[order[i]]);
        response[order[i]] = true;
    }
}

static void compact_batches_hold_each_pattern_once_and_neighbours(void **state)
{
    (void)state;
    static const int64_t batches[] = {1, 2, 3, 7, 16, 29, COUNT};
    double xy[2 * COUNT];
    int32_t order[COUNT], again[COUNT], plain[COUNT];
    clpt_message message;
    test_random_fill(xy, 2 * COUNT, 5, 0, 100);
    for (int i = 0; i < COUNT; i++) plain[i] = i;
    for (size_t k = 0; k < sizeof batches / sizeof *batches; k++) {
        int64_t n = batches[k];
        assert_int_equal(clpti_compact_batches(&message, xy, COUNT, n, order), CLPT_OK);
        assert_int_equal(clpti_compact_batches(&message, xy, COUNT, n, again), CLPT_OK);
        assert_memory_equal(order, again, sizeof order);
        assert_each_once(order);
        double found = mean_extent(xy, order, n), random = mean_extent(xy, plain, n);
        if (n > 2 && n < COUNT && !(found < 2.6 * 100 / sqrt((double)n) && found < 0.8 * random))
            fail_msg("%d batches extend over %g pixels, random ones over %g", (int)n, found, random);
        for (int64_t b = 0; b < n; b++) /* within a batch by index */
            for (int64_t i = COUNT * b / n + 1; i < COUNT * (b + 1) / n; i++) assert_true(order[i - 1] < order[i]);
    }
}

static void equal_positions_go_by_index(void **state)
{
    (void)state;
    double xy[2 * COUNT];
    int32_t order[COUNT];
    clpt_message message;
    for (int i = 0; i < 2 * COUNT; i++) xy[i] = 7.0;
    assert_int_equal(clpti_compact_batches(&message, xy, COUNT, 10, order), CLPT_OK);
    for (int i = 0; i < COUNT; i++) assert_int_equal(order[i], i);
}

static const char *const engines[] = {"rpie", "lsqml"};

/* As well as with random ones, though not to the same numbers: they are used. */
static void engines_converge_with_compact_batches(void **state)
{
    (void)state;
    if (test_small()) skip();
    solver_case c = solver_case_new(1);
    for (int e = 0; e < 2; e++) {
        clpt_solver_options options = test_options("engine=%s seed=3 probe-start=1 batch=8", engines[e]);
        solver_run random = solver_case_run(test_context, &c, &options, false, 20);
        options.batches = CLPT_BATCHES_COMPACT;
        solver_run compact = solver_case_run(test_context, &c, &options, false, 20);
        assert_true(compact.errors[0] != random.errors[0]);
        if (!(compact.overall < 1.5 * random.overall && compact.overall < 0.3 * compact.errors[0]))
            fail_msg("%s: R %g with compact batches (%g at first), %g with random ones", engines[e], compact.overall,
                     compact.errors[0], random.overall);
        solver_run_free(&random);
        solver_run_free(&compact);
    }
    solver_case_free(&c);
}

static clpt_solver *solver_of(const solver_case *c, const clpt_solver_options *options, int iterations)
{
    clpt_solver *solver = NULL;
    clpt_array object = test_array(&c->flat), probe = test_array(&c->weaker);
    test_ok(test_context, clpt_solver_create(test_context, &c->measurement, &object, &probe, options, &solver));
    for (int i = 0; i < iterations; i++) test_ok(test_context, clpt_solver_iterate(solver, NULL));
    return solver;
}

/* Also where positions have moved since: batches are those of the scan as it was given. */
static void state_put_back_goes_on_to_the_same_bits(void **state)
{
    (void)state;
    solver_case c = solver_case_new(1);
    for (int e = 0; e < 2; e++) {
        clpt_solver_options options = test_options(
            "engine=%s batch=4 batches=compact position-start=1 position-limit=3.0 probe-start=0", engines[e]);
        clpt_solver *whole = solver_of(&c, &options, 3), *resumed = solver_of(&c, &options, 0);
        solver_case_put_state(test_context, whole, resumed);
        solver_case_expect_same(test_context, whole, resumed, 2);
        clpt_solver_destroy(&whole);
        clpt_solver_destroy(&resumed);
    }
    solver_case_free(&c);
}

static void engines_without_batches_refuse(void **state)
{
    (void)state;
    static const char *const others[] = {"epie", "dm", "raar", "ml"};
    solver_case c = solver_case_new(1);
    clpt_solver *solver = NULL;
    clpt_array flat = test_array(&c.flat), probe = test_array(&c.probe);
    for (int e = 0; e < 4; e++) {
        clpt_solver_options options = test_options("engine=%s batches=compact probe-start=0", others[e]);
        test_fails(test_context, clpt_solver_create(test_context, &c.measurement, &flat, &probe, &options, &solver),
                   CLPT_ERROR_ARGUMENT, test_text("batches = compact|'%s'|rpie", others[e]));
    }
    clpt_solver_options options = clpt_solver_options_default();
    options.batches = (clpt_batches)7;
    test_fails(test_context, clpt_solver_create(test_context, &c.measurement, &flat, &probe, &options, &solver),
               CLPT_ERROR_ARGUMENT, "batches|7");
    solver_case_free(&c);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compact_batches_hold_each_pattern_once_and_neighbours),
        cmocka_unit_test(equal_positions_go_by_index),
        cmocka_unit_test(engines_converge_with_compact_batches),
        cmocka_unit_test(state_put_back_goes_on_to_the_same_bits),
        cmocka_unit_test(engines_without_batches_refuse),
    };
    return cmocka_run_group_tests_name("batches", tests, test_open_both, test_close_both);
}
