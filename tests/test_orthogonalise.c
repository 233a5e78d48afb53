/* SPDX-License-Identifier: Apache-2.0 */
/* Incoherent probe modes made orthogonal between iterations: no intensity changes, the probe's other state rotates
 * with it, and it depends on the iteration's number alone. */
#include <math.h>

#include "solver_case.h"

enum { MODES = 3 };

static clpt_solver *solver_of(const solver_case *c, const clpt_solver_options *options, int iterations)
{
    clpt_solver *solver = NULL;
    clpt_array object = test_array(&c->flat), probe = test_array(&c->weaker);
    test_ok(test_context, clpt_solver_create(test_context, &c->measurement, &object, &probe, options, &solver));
    for (int i = 0; i < iterations; i++) test_ok(test_context, clpt_solver_iterate(solver, NULL));
    return solver;
}

static test_field probe_of(const solver_case *c, clpt_solver *solver)
{
    test_field probe = test_field_new(test_is_reference() ? CLPT_TYPE_C128 : CLPT_TYPE_C64, 3, c->probe.shape);
    clpt_array to = test_array(&probe);
    test_ok(test_context, clpt_solver_get_probe(solver, &to));
    return probe;
}

/* The largest coherence |G_pq| / √(G_pp·G_qq) of two modes; `powers` receives the diagonal. */
static double coherence(const test_field *probe, double *powers)
{
    test_field gram = test_field_new(CLPT_TYPE_C128, 2, CLPT_SHAPE(MODES, MODES));
    clpt_array modes = test_array(probe), to = test_array(&gram);
    double maximum = 0;
    test_ok(test_reference, clpt_gram(test_reference, &modes, &to));
    for (int p = 0; p < MODES; p++) powers[p] = test_get(&gram, p * MODES + p, 0);
    for (int p = 0; p < MODES; p++)
        for (int q = 0; q < p; q++)
            maximum = fmax(maximum, hypot(test_get(&gram, p * MODES + q, 0), test_get(&gram, p * MODES + q, 1)) /
                                        sqrt(powers[p] * powers[q]));
    test_field_free(&gram);
    return maximum;
}

static const char *const ways[] = {
    "engine=rpie seed=2 probe-start=0",          "engine=rpie seed=2 momentum=0.6 probe-start=0",
    "engine=lsqml seed=2 probe-start=0",         "engine=lsqml seed=2 probe-support=0.9 probe-power=4000 probe-start=0",
    "engine=epie seed=2 step=0.3 probe-start=0",
};

/* Interpreters take a minute for one. */
static int way_count(void)
{
    return test_small() ? 2 : (int)(sizeof ways / sizeof *ways);
}

/* Also with momentum: an unchanged velocity would continue into the wrong modes. */
static void object_and_r_factor_are_those_without(void **state)
{
    (void)state;
    solver_case c = solver_case_new(MODES);
    for (int w = 0; w < way_count(); w++) {
        clpt_solver_options options = test_options("%s", ways[w]);
        solver_run without = solver_case_run(test_context, &c, &options, false, 4);
        options.orthogonalise = 1;
        solver_run with = solver_case_run(test_context, &c, &options, false, 4);
        test_close(test_text("way %d: object", w), &with.object, &without.object, 1e-4, NULL);
        if (!(fabs(with.overall - without.overall) <= 4e-6 * without.overall))
            fail_msg("way %d: R-factor %.9g with and %.9g without", w, with.overall, without.overall);
        solver_run_free(&with);
        solver_run_free(&without);
    }
    solver_case_free(&c);
}

static void modes_are_orthogonal_and_in_order_when_it_is_due(void **state)
{
    (void)state;
    solver_case c = solver_case_new(MODES);
    for (int w = 0; w < way_count(); w++) {
        clpt_solver_options options = test_options("%s", ways[w]);
        options.orthogonalise = 2;
        clpt_solver *solver = solver_of(&c, &options, 0);
        for (int i = 1; i <= 4; i++) {
            double powers[MODES];
            test_ok(test_context, clpt_solver_iterate(solver, NULL));
            test_field probe = probe_of(&c, solver);
            double maximum = coherence(&probe, powers);
            if (i % 2 == 0 && !(maximum < 1e-5))
                fail_msg("way %d: a coherence of %g after iteration %d", w, maximum, i);
            if (i % 2 == 1 && !(maximum > 1e-4))
                fail_msg("way %d: a coherence of only %g after iteration %d", w, maximum, i);
            for (int p = 1; i % 2 == 0 && p < MODES; p++)
                if (!(powers[p] <= powers[p - 1]))
                    fail_msg("way %d: mode %d has a power of %g, the one before %g", w, p, powers[p], powers[p - 1]);
            test_field_free(&probe);
        }
        clpt_solver_destroy(&solver);
    }
    solver_case_free(&c);
}

static void probe_that_is_kept_keeps_its_modes(void **state)
{
    (void)state;
    solver_case c = solver_case_new(MODES);
    clpt_solver_options options = test_options("probe-start=never orthogonalise=1");
    clpt_solver *before = solver_of(&c, &options, 0), *after = solver_of(&c, &options, 2);
    test_field expected = probe_of(&c, before), got = probe_of(&c, after);
    test_same_bits("probe", &got, &expected);
    test_field_free(&expected);
    test_field_free(&got);
    clpt_solver_destroy(&before);
    clpt_solver_destroy(&after);
    solver_case_free(&c);
}

static void state_put_back_goes_on_to_the_same_bits(void **state)
{
    (void)state;
    solver_case c = solver_case_new(MODES);
    for (int w = 0; w < way_count(); w++) {
        clpt_solver_options options = test_options("%s", ways[w]);
        options.orthogonalise = 2;
        clpt_solver *whole = solver_of(&c, &options, 3), *resumed = solver_of(&c, &options, 0);
        solver_case_put_state(test_context, whole, resumed);
        solver_case_expect_same(test_context, whole, resumed, 2);
        clpt_solver_destroy(&whole);
        clpt_solver_destroy(&resumed);
    }
    solver_case_free(&c);
}

static void what_keeps_more_than_the_probe_refuses(void **state)
{
    (void)state;
    solver_case c = solver_case_new(MODES);
    clpt_solver *solver = NULL;
    clpt_array flat = test_array(&c.flat), probe = test_array(&c.probe);
    static const struct {
        const char *options, *says;
    } cases[] = {{"engine=dm orthogonalise=3", "'dm'|orthogonalise = 3|rpie, epie, lsqml"},
                 {"engine=raar orthogonalise=3", "'raar'|orthogonalise = 3|lsqml"},
                 {"engine=ml orthogonalise=3", "'ml'|orthogonalise = 3|epie"},
                 {"engine=rpie orthogonalise=3 opr-modes=2", "opr_modes = 2|orthogonalise = 3|exclude"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clpt_solver_options options = test_options("%s", cases[i].options);
        test_fails(test_context, clpt_solver_create(test_context, &c.measurement, &flat, &probe, &options, &solver),
                   CLPT_ERROR_ARGUMENT, cases[i].says);
    }
    solver_case_free(&c);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(object_and_r_factor_are_those_without),
        cmocka_unit_test(modes_are_orthogonal_and_in_order_when_it_is_due),
        cmocka_unit_test(probe_that_is_kept_keeps_its_modes),
        cmocka_unit_test(state_put_back_goes_on_to_the_same_bits),
        cmocka_unit_test(what_keeps_more_than_the_probe_refuses),
    };
    return cmocka_run_group_tests_name("orthogonalise", tests, test_open_both, test_close_both);
}
