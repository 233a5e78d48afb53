/* SPDX-License-Identifier: Apache-2.0 */
/* Every engine: a small simulated scan reconstructed to a stated error, close to what the double-precision
 * reference makes of it, and the same bits whenever it runs and however the work is split. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver_case.h"

/* Float32 against double after a few iterations, as parts of the largest magnitude: waves far darker than what was
 * measured are taken up to 8 times in each of them, and their rounding too. */
static const double same_object = 2e-5, same_probe = 5e-6, same_in_the_dark = 1e-4, same_error = 2e-5;

/* After `iterations` from a flat object and the true probe, which is left alone: R-factor and distance from the true
 * object at most these. */
typedef struct promise {
    const char *engine;
    int iterations;
    double r_factor, distance;
} promise;

static const promise promises[] = {{"rpie", 30, 0.018, 0.03}, {"epie", 30, 0.03, 0.05}, {"lsqml", 30, 0.022, 0.034},
                                   {"ml", 30, 0.006, 0.004},  {"dm", 60, 0.011, 0.019}, {"raar", 60, 0.006, 0.012}};
enum { promise_count = sizeof promises / sizeof *promises };

static clpt_solver_options options_of(const char *engine)
{
    clpt_solver_options options = clpt_solver_options_default();
    options.engine = engine;
    options.seed = 3;
    return options;
}

static void every_engine_is_in_the_table(void **state)
{
    (void)state;
    size_t engines = 0;
    while (clpt_engine_name(engines)) engines++;
    assert_int_equal(engines, promise_count);
    for (size_t k = 0; k < engines; k++) {
        bool found = false;
        for (int i = 0; i < promise_count; i++) found |= !strcmp(promises[i].engine, clpt_engine_name(k));
        if (!found) fail_msg("nothing is promised of '%s'", clpt_engine_name(k));
    }
}

static void object_is_recovered(void **state)
{
    (void)state;
    if (test_small()) skip(); /* too few patterns, and too slow */
    for (int64_t modes = 1; modes <= 3; modes += 2) {
        solver_case c = solver_case_new(modes);
        for (const promise *p = promises; p < promises + promise_count; p++) {
            clpt_solver_options options = options_of(p->engine);
            options.probe_start = -1;
            solver_run run = solver_case_run(test_context, &c, &options, true, p->iterations);
            double left = solver_case_distance(&c, &run.object), start = solver_case_distance(&c, &c.flat);
            if (!(left < p->distance && start > 0.2 && run.overall < p->r_factor))
                fail_msg("%s, %lld modes: %.4f from the true object (%.4f at the start), R-factor %.4f", p->engine,
                         (long long)modes, left, start, run.overall);
            solver_run_free(&run);
        }
        solver_case_free(&c);
    }
}

/* From a probe that is wrong, too: the error falls to a fraction. */
static void probe_is_recovered_too(void **state)
{
    (void)state;
    if (test_small()) skip();
    solver_case c = solver_case_new(1);
    for (const promise *p = promises; p < promises + promise_count; p++) {
        clpt_solver_options options = options_of(p->engine);
        solver_run run = solver_case_run(test_context, &c, &options, false, 60);
        if (!(run.overall < 0.1 * run.errors[0]))
            fail_msg("%s: R-factor %.4f after 60 iterations, %.4f in the first", p->engine, run.overall, run.errors[0]);
        solver_run_free(&run);
    }
    solver_case_free(&c);
}

static void expect_agreement(const char *name, const solver_case *c, const clpt_solver_options *options, double object,
                             double probe)
{
    /* Updates after every pattern amplify rounding faster: 40 of them in an iteration. */
    int iterations = test_small() || !strcmp(options->engine, "epie") ? 2 : 4;
    solver_run got = solver_case_run(test_context, c, options, false, iterations);
    solver_run expected = solver_case_run(test_reference, c, options, false, iterations);
    test_close(test_text("%s: object", name), &got.object, &expected.object, object, NULL);
    test_close(test_text("%s: probe", name), &got.probe, &expected.probe, probe, NULL);
    if (!(fabs(got.overall - expected.overall) <= same_error * expected.overall))
        fail_msg("%s: R-factor %.9g should be %.9g", name, got.overall, expected.overall);
    solver_run_free(&got);
    solver_run_free(&expected);
}

static void device_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const promise *p = promises; p < promises + promise_count; p++)
        for (int way = 0; way < (test_small() ? 1 : 3); way++) {
            solver_case c = solver_case_new(way == 1 ? 3 : 1);
            if (way) solver_case_mask(&c, way == 2);
            clpt_solver_options options = options_of(p->engine);
            options.probe_start = way == 1 ? 0 : 1;
            options.momentum = way == 2 ? 0.5 : 0;
            expect_agreement(test_text("%s, way %d", p->engine, way), &c, &options, same_object, same_probe);
            solver_case_free(&c);
        }
}

/* A wave that is 0 up to rounding has no phase for the measured amplitude. */
static void dark_pixels_take_no_phase_from_rounding(void **state)
{
    (void)state;
    for (const promise *p = promises; p < promises + promise_count; p++)
        for (int64_t modes = 1; modes <= (test_small() ? 1 : 3); modes += 2) {
            solver_case c = solver_case_new(modes);
            solver_case_symmetric(&c);
            clpt_solver_options options = options_of(p->engine);
            options.probe_start = 1;
            expect_agreement(test_text("%s, %lld modes", p->engine, (long long)modes), &c, &options, same_in_the_dark,
                             same_in_the_dark);
            solver_case_free(&c);
        }
}

static void same_run(const char *name, const solver_run *a, const solver_run *b)
{
    test_same_bits(test_text("%s: object", name), &a->object, &b->object);
    test_same_bits(test_text("%s: probe", name), &a->probe, &b->probe);
    assert_true(a->overall == b->overall);
}

static void repeated_and_split_runs_give_the_same_bits(void **state)
{
    (void)state;
    solver_case c = solver_case_new(2);
    clpt_message message = {0};
    clpt_context *tiny = NULL;
    clpt_context_options limited = {.size = sizeof limited,
                                    .device = test_device(),
                                    .memory_limit = (test_small() ? 4 : 8) * (uint64_t)(c.side * c.side) * 8};
    if (clpt_context_create(&limited, &tiny, &message) != CLPT_OK) fail_msg("cannot open: %s", message.text);
    for (const promise *p = promises; p < promises + promise_count; p++) {
        clpt_solver_options options = options_of(p->engine);
        solver_run once = solver_case_run(test_context, &c, &options, false, 2);
        solver_run again = solver_case_run(test_context, &c, &options, false, 2);
        solver_run split = solver_case_run(tiny, &c, &options, false, 2);
        same_run(test_text("%s, once more", p->engine), &once, &again);
        same_run(test_text("%s, in small chunks, streamed", p->engine), &once, &split);
        solver_run_free(&once);
        solver_run_free(&again);
        solver_run_free(&split);
    }
    clpt_context_destroy(&tiny);
    solver_case_free(&c);
}

/* After an iteration of each engine the object and the probe are as the options demand. */
static void constraints_hold(void **state)
{
    (void)state;
    solver_case c = solver_case_new(2);
    int64_t pixels = c.side * c.side;
    for (const promise *p = promises; p < promises + promise_count; p++) {
        clpt_solver_options options = options_of(p->engine);
        options.probe_start = 0;
        options.object_amplitude_min = 0.8;
        options.object_amplitude_max = 0.95;
        options.probe_support = 0.25;
        options.probe_power = 5000;
        solver_run run = solver_case_run(test_context, &c, &options, false, 1);
        double power = 0;
        for (int64_t i = 0; i < run.object.count; i++) {
            double size = hypot(test_get(&run.object, i, 0), test_get(&run.object, i, 1));
            if (!(size > 0.8 - 1e-5 && size < 0.95 + 1e-5)) fail_msg("%s: amplitude %.7g", p->engine, size);
        }
        for (int64_t i = 0; i < run.probe.count; i++) {
            double y = (double)(i % pixels / c.side - c.side / 2), x = (double)(i % c.side - c.side / 2);
            double one = pow(test_get(&run.probe, i, 0), 2) + pow(test_get(&run.probe, i, 1), 2);
            if (hypot(x, y) > 0.29 * (double)c.side) assert_true(one == 0);
            power += one;
        }
        if (!(fabs(power / 5000 - 1) < 1e-5)) fail_msg("%s: the probe's power is %.7g", p->engine, power);
        solver_run_free(&run);
    }
    solver_case_free(&c);
}

/* A probe that is held at another power changes the object's scale and little else: data determine their product alone.
 */
static void power_of_the_probe_is_the_scale_of_the_object(void **state)
{
    (void)state;
    if (test_small()) skip();
    solver_case c = solver_case_new(1);
    double power = 0;
    for (int64_t i = 0; i < c.probe.count; i++)
        power += pow(test_get(&c.probe, i, 0), 2) + pow(test_get(&c.probe, i, 1), 2);
    for (const promise *p = promises; p < promises + promise_count; p++) {
        clpt_solver_options options = options_of(p->engine);
        solver_run bare = solver_case_run(test_context, &c, &options, false, 40);
        options.probe_power = 2 * power;
        solver_run held = solver_case_run(test_context, &c, &options, false, 40);
        if (!(held.overall < 1.5 * bare.overall + 0.01))
            fail_msg("%s: R-factor %.4f at twice the power, %.4f without", p->engine, held.overall, bare.overall);
        solver_run_free(&bare);
        solver_run_free(&held);
    }
    solver_case_free(&c);
}

/* Arrays before their start keep every bit, the others change. */
static void object_waits_for_its_start(void **state)
{
    (void)state;
    solver_case c = solver_case_new(1);
    test_field flat = test_field_as(&c.flat, CLPT_TYPE_C64), weaker = test_field_as(&c.weaker, CLPT_TYPE_C64);
    for (const promise *p = promises; p < promises + promise_count; p++) {
        clpt_solver_options options = options_of(p->engine);
        options.probe_start = 0;
        options.object_start = 2;
        solver_run run = solver_case_run(test_context, &c, &options, false, 2);
        test_same_bits(test_text("%s: object", p->engine), &run.object, &flat);
        assert_memory_not_equal(run.probe.data, weaker.data, (size_t)weaker.count * 8);
        solver_run_free(&run);
    }
    test_field_free(&flat);
    test_field_free(&weaker);
    solver_case_free(&c);
}

/* Noise keeps the measured moduli and the products of one probe and one object apart. The published difference map then
 * wanders for good; with its default relaxation it ends where raar does. */
static void dm_settles_on_noisy_data(void **state)
{
    (void)state;
    if (test_small()) skip();
    solver_case c = solver_case_new(1);
    for (int64_t i = 0; i < c.amplitude.count; i++) /* as √counts vary, with fewer dark pixels */
        test_set(&c.amplitude, i, 0, fmax(0, test_get(&c.amplitude, i, 0) + test_random(41, (uint64_t)i, -0.3, 0.3)));
    clpt_solver_options raar = options_of("raar"), dm = options_of("dm"), published = options_of("dm");
    published.relaxation = 1;
    solver_run expected = solver_case_run(test_context, &c, &raar, false, 60);
    solver_run settled = solver_case_run(test_context, &c, &dm, false, 60);
    solver_run wandering = solver_case_run(test_context, &c, &published, false, 60);
    if (!(settled.overall < 1.1 * expected.overall && wandering.overall > 1.05 * settled.overall))
        fail_msg("R-factor %.4f of dm, %.4f of raar, %.4f of dm with a relaxation of 1", settled.overall,
                 expected.overall, wandering.overall);
    solver_run_free(&expected);
    solver_run_free(&settled);
    solver_run_free(&wandering);
    solver_case_free(&c);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_engine_is_in_the_table),
        cmocka_unit_test(object_is_recovered),
        cmocka_unit_test(probe_is_recovered_too),
        cmocka_unit_test(dm_settles_on_noisy_data),
        cmocka_unit_test(device_agrees_with_the_reference),
        cmocka_unit_test(dark_pixels_take_no_phase_from_rounding),
        cmocka_unit_test(constraints_hold),
        cmocka_unit_test(power_of_the_probe_is_the_scale_of_the_object),
        cmocka_unit_test(object_waits_for_its_start),
        cmocka_unit_test(repeated_and_split_runs_give_the_same_bits),
    };
    return cmocka_run_group_tests_name("engines", tests, test_open_both, test_close_both);
}
