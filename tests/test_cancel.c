/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_solver_cancel: before an iteration and during one, from another thread, with every engine; the solver continues.
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "solver_case.h"

static clpt_solver *solver_of(const solver_case *c, const char *engine, bool cancellable)
{
    clpt_solver *solver = NULL;
    clpt_array object = test_array(&c->flat), probe = test_array(&c->weaker);
    clpt_solver_options options = test_options("seed=5 probe-start=0");
    options.engine = engine;
    options.cancellable = cancellable;
    test_ok(test_context, clpt_solver_create(test_context, &c->measurement, &object, &probe, &options, &solver));
    return solver;
}

static void cancelled_before_it_runs_an_iteration_changes_nothing(void **state)
{
    (void)state;
    solver_case c = solver_case_new(1);
    for (size_t k = 0; clpt_engine_name(k); k++) {
        clpt_solver *plain = solver_of(&c, clpt_engine_name(k), false),
                    *solver = solver_of(&c, clpt_engine_name(k), true);
        clpt_solver_cancel(solver);
        test_fails(test_context, clpt_solver_iterate(solver, NULL), CLPT_ERROR_CANCELLED,
                   "cancelled during iteration 1");
        assert_int_equal(clpt_solver_get_iteration(solver), 0);
        solver_case_expect_same(test_context, plain, solver, 2);
        clpt_solver_destroy(&solver);
        clpt_solver_destroy(&plain);
    }
    solver_case_free(&c);
}

typedef struct canceller {
    clpt_solver *solver;
    atomic_bool done;
} canceller;

/* Cancels every few milliseconds. */
static void *cancel(void *user)
{
    canceller *c = user;
    while (!atomic_load(&c->done)) {
        nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
        clpt_solver_cancel(c->solver);
    }
    return NULL;
}

static void cancelled_from_a_thread_a_solver_continues(void **state)
{
    (void)state;
    solver_case c = solver_case_new(1);
    for (size_t k = 0; clpt_engine_name(k); k++) {
        clpt_solver *plain = solver_of(&c, clpt_engine_name(k), false),
                    *solver = solver_of(&c, clpt_engine_name(k), true);
        canceller job = {.solver = solver};
        pthread_t thread;
        int cancelled = 0;
        assert_int_equal(pthread_create(&thread, NULL, cancel, &job), 0);
        for (int i = 0; i < 10000 && cancelled < 5; i++) {
            double error = NAN;
            clpt_status status = clpt_solver_iterate(solver, &error);
            if (status == CLPT_ERROR_CANCELLED)
                cancelled++;
            else
                test_ok(test_context, status);
        }
        atomic_store(&job.done, true);
        pthread_join(thread, NULL);
        clpt_solver_iterate(solver, NULL); /* a request may be left */
        assert_int_equal(cancelled, 5);
        double overall = NAN;
        test_ok(test_context, clpt_solver_evaluate_r_factor(solver, &overall, NULL));
        if (!isfinite(overall)) fail_msg("%s: an R-factor of %g", clpt_engine_name(k), overall);
        solver_case_put_state(test_context, plain, solver);
        solver_case_expect_same(test_context, plain, solver, 2);
        clpt_solver_destroy(&solver);
        clpt_solver_destroy(&plain);
    }
    clpt_solver_cancel(NULL);
    solver_case_free(&c);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cancelled_before_it_runs_an_iteration_changes_nothing),
        cmocka_unit_test(cancelled_from_a_thread_a_solver_continues),
    };
    return cmocka_run_group_tests_name("cancel", tests, test_open_both, test_close_both);
}
