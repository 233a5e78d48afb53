/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of the solver for invalid arguments; a failed call leaves nothing behind. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

enum { SIDE = 6, COUNT = 3, PIXELS = SIDE * SIDE };

static float amplitude[COUNT * PIXELS], mask[COUNT * PIXELS], object_memory[2 * 12 * 14], probe_memory[2 * 2 * PIXELS];
static double positions[2 * COUNT];
static clpt_measurement measurement;
static clpt_array object, probe;

static int restore(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT * PIXELS; i++) amplitude[i] = mask[i] = 1;
    for (int i = 0; i < 2 * COUNT; i++) positions[i] = 4 + i;
    for (size_t i = 0; i < sizeof object_memory / sizeof *object_memory; i++) object_memory[i] = (float)(i % 2 == 0);
    for (size_t i = 0; i < sizeof probe_memory / sizeof *probe_memory; i++) probe_memory[i] = (float)(i % 2 == 0);
    measurement = (clpt_measurement){
        .size = sizeof(clpt_measurement), .amplitude = amplitude, .count = COUNT, .side = SIDE, .positions = positions};
    object = clpt_array_host(object_memory, CLPT_TYPE_C64, 2, CLPT_SHAPE(12, 14));
    probe = clpt_array_host(probe_memory, CLPT_TYPE_C64, 3, CLPT_SHAPE(2, SIDE, SIDE));
    return 0;
}

static clpt_status create(const clpt_solver_options *options, clpt_solver **solver)
{
    return clpt_solver_create(test_context, &measurement, &object, &probe, options, solver);
}

static void refused(const clpt_solver_options *options, const char *words)
{
    clpt_solver *solver = (clpt_solver *)1;
    test_fails(test_context, create(options, &solver), CLPT_ERROR_ARGUMENT, words);
    assert_null(solver);
}

static void accepted(const clpt_solver_options *options)
{
    clpt_solver *solver = NULL;
    double error = NAN;
    test_ok(test_context, create(options, &solver));
    test_ok(test_context, clpt_solver_iterate(solver, &error));
    assert_true(isfinite(error));
    clpt_solver_destroy(&solver);
}

/* CLPT_DEFAULT becomes what is used; what was given stays. */
static void effective_options_are_reported(void **state)
{
    (void)state;
    clpt_solver *solver = NULL;
    clpt_solver_options options = test_options("engine=lsqml step=0.5 probe-start=3");
    options.position_limit = CLPT_DEFAULT;
    test_ok(test_context, create(&options, &solver));
    clpt_solver_options used = *clpt_solver_get_options(solver);
    assert_string_equal(used.engine, "lsqml");
    assert_true(used.step == 0.5 && used.probe_start == 3);
    assert_true(used.object_alpha == 0.5 && used.probe_alpha == 0.5 && used.momentum == 0.7);
    assert_true(used.batch >= 1 && used.batch <= COUNT && used.position_limit == 0.5);
    assert_true(used.relaxation == (double)CLPT_DEFAULT); /* lsqml has none */
    assert_null(clpt_solver_get_options(NULL));
    clpt_solver_destroy(&solver);
}

/* Options reported by a solver create an equal one. */
static void effective_options_are_accepted_again(void **state)
{
    (void)state;
    for (size_t k = 0; clpt_engine_name(k); k++) {
        clpt_solver *solver = NULL;
        clpt_solver_options options = test_options("engine=%s", clpt_engine_name(k));
        test_ok(test_context, create(&options, &solver));
        clpt_solver_options used = *clpt_solver_get_options(solver);
        clpt_solver_destroy(&solver);
        accepted(&used);
    }
}

static void refused_options(const char *text, const char *words)
{
    clpt_solver_options options = test_options("%s", text);
    refused(&options, words);
}

static void accepted_options(const char *text)
{
    clpt_solver_options options = test_options("%s", text);
    accepted(&options);
}

static void refused_number(const char *name, double value, const char *words)
{
    clpt_solver_options options = clpt_solver_options_default();
    test_options_put(&options, name, value);
    refused(&options, words);
}

/* Every range: test_options. */
static void options_out_of_range_are_named(void **state)
{
    (void)state;
    accepted(NULL);
    accepted_options("object-alpha=1 probe-alpha=1e-6 batch=1000 probe-start=never");
    refused_number("batch", -1, "clpt_solver_create|batch = -1|1 <= batch");
    refused_number("object-alpha", 1.5, "object_alpha = 1.5|0 < object_alpha <= 1");
    refused_number("probe-alpha", NAN, "probe_alpha = nan");
    refused_number("position-start", 0, "position_start = 0|position_start >= 1, or CLPT_NEVER");
    refused_number("momentum", 1, "momentum = 1|< 1");
    refused_number("likelihood", 7, "likelihood = 7|amplitude|poisson");
    accepted_options("step=2 momentum=0.99");
    accepted_options("object-smooth=1 object-tv=0.1 object-amplitude-min=0.1 object-amplitude-max=2");
    accepted_options("probe-support=0.4 probe-power=36 object-start=1");
    accepted_options("position-start=1");
    refused_options("object-amplitude-min=2 object-amplitude-max=1",
                    "object_amplitude_min = 2|object_amplitude_max = 1|minimum");
}

static void engines_refuse_what_they_do_not_support(void **state)
{
    (void)state;
    clpt_solver_options unknown = clpt_solver_options_default();
    unknown.engine = "pie";
    refused(&unknown, "engine = pie|unknown|rpie, epie, lsqml");
    unknown.engine = "";
    refused(&unknown, "engine = |unknown");
    unknown.engine = NULL;
    accepted(&unknown);
    accepted_options("engine=epie batch=1");
    accepted_options("engine=epie object-alpha=1"); /* as it is */
    accepted_options("engine=raar relaxation=1");
    accepted_options("engine=dm relaxation=1");
    accepted_options("engine=lsqml momentum=0");
    accepted_options("engine=lsqml likelihood=poisson");
    accepted_options("engine=ml likelihood=poisson");
    refused_options("engine=epie batch=2", "batch = 2 is not supported by engine 'epie'|rpie, lsqml");
    refused_options("engine=epie object-alpha=0.5", "object_alpha = 0.5|'epie'|rpie");
    refused_options("engine=ml batch=2", "batch = 2|'ml'");
    refused_options("engine=rpie relaxation=0.5", "relaxation = 0.5|'rpie'|dm, raar");
    accepted_options("engine=rpie likelihood=poisson");
    refused_options("engine=raar likelihood=poisson", "likelihood = poisson|'raar'|rpie, lsqml, ml");
    for (int i = 0; i < 2; i++)
        accepted_options(i ? "engine=raar batch=3" : "engine=dm batch=1000"); /* the whole scan */
    refused_options("engine=dm batch=2", "batch = 2|'dm'");
}

static void bad_amplitudes_are_named_by_their_place(void **state)
{
    (void)state;
    const float bad[] = {NAN, -2, INFINITY, -INFINITY};
    const char *const words[] = {"nan", "-2", "inf", "-inf"};
    int64_t at = 2 * PIXELS + 3 * SIDE + 5;
    for (int i = 0; i < 4; i++) {
        amplitude[at] = bad[i];
        measurement.mask = NULL;
        refused(NULL, test_text("amplitude of pattern 2 at row 3, column 5 is %s", words[i]));
        measurement.mask = mask; /* all good there */
        refused(NULL, "pattern 2 at row 3, column 5|masked");
        mask[at % PIXELS] = 0;
        accepted(NULL);
        mask[at % PIXELS] = 1;
        mask[at] = 0;
        refused(NULL, "pattern 2 at row 3, column 5"); /* one mask for all does not reach that far */
        measurement.mask_per_pattern = true;
        accepted(NULL);
        mask[at] = 1;
        measurement.mask_per_pattern = false;
    }
}

static void bad_positions_are_named(void **state)
{
    (void)state;
    const struct {
        double x, y;
        const char *words;
    } cases[] = {{-3, 5, "position 1 (-3, 5)|12×14"},
                 {17, 5, "position 1 (17, 5)"},
                 {5, -3, "position 1 (5, -3)"},
                 {5, 15, "position 1 (5, 15)"},
                 {NAN, 5, "positions"},
                 {5, INFINITY, "positions"},
                 {5, 2e9, "positions"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        positions[2] = cases[i].x;
        positions[3] = cases[i].y;
        refused(NULL, cases[i].words);
    }
    positions[2] = -2.5; /* the last column of the patch still touches the object */
    positions[3] = 5;
    accepted(NULL);
}

static void bad_arrays_are_named(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    clpt_solver *solver = NULL;
    const clpt_array real_object = clpt_array_host(object_memory, CLPT_TYPE_F32, 2, CLPT_SHAPE(12, 14));
    const clpt_array narrow = clpt_array_host(probe_memory, CLPT_TYPE_C64, 3, CLPT_SHAPE(2, 5, 5));
    const clpt_array oblong = clpt_array_host(probe_memory, CLPT_TYPE_C64, 2, CLPT_SHAPE(6, 5));
    test_fails(c, clpt_solver_create(c, NULL, &object, &probe, NULL, &solver), CLPT_ERROR_ARGUMENT, "measurement|NULL");
    test_fails(c, clpt_solver_create(c, &measurement, NULL, &probe, NULL, &solver), CLPT_ERROR_ARGUMENT, "object|NULL");
    test_fails(c, clpt_solver_create(c, &measurement, &object, NULL, NULL, &solver), CLPT_ERROR_ARGUMENT, "probe|NULL");
    test_fails(c, clpt_solver_create(c, &measurement, &real_object, &probe, NULL, &solver), CLPT_ERROR_ARGUMENT,
               "object|complex");
    test_fails(c, clpt_solver_create(c, &measurement, &object, &narrow, NULL, &solver), CLPT_ERROR_ARGUMENT,
               "probe|[2, 5, 5]|[2, 6, 6]");
    test_fails(c, clpt_solver_create(c, &measurement, &object, &oblong, NULL, &solver), CLPT_ERROR_ARGUMENT,
               "probe|[6, 5]|[6, 6]");
    assert_int_equal(clpt_solver_create(NULL, &measurement, &object, &probe, NULL, &solver), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_solver_create(c, &measurement, &object, &probe, NULL, NULL), CLPT_ERROR_ARGUMENT);
    measurement.amplitude = NULL;
    refused(NULL, "amplitude|NULL");
    measurement.amplitude = amplitude;
    measurement.positions = NULL;
    refused(NULL, "positions|NULL");
    measurement.positions = positions;
    measurement.count = 0;
    refused(NULL, "0 patterns");
    measurement.count = COUNT;
    measurement.side = -1;
    refused(NULL, "side -1");
    measurement.side = INT64_C(1) << 40;
    refused(NULL, "1099511627776");
}

static void results_need_the_right_shape(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    clpt_solver *solver = NULL;
    test_ok(c, create(NULL, &solver));
    float out[2 * 12 * 14] = {0};
    const clpt_array turned = clpt_array_host(out, CLPT_TYPE_C64, 2, CLPT_SHAPE(14, 12));
    const clpt_array real_object = clpt_array_host(out, CLPT_TYPE_F32, 2, CLPT_SHAPE(12, 14));
    const clpt_array one_mode = clpt_array_host(out, CLPT_TYPE_C64, 3, CLPT_SHAPE(1, SIDE, SIDE));
    const clpt_array whole = clpt_array_host(out, CLPT_TYPE_C64, 2, CLPT_SHAPE(12, 14));
    test_fails(c, clpt_solver_get_object(solver, &turned), CLPT_ERROR_ARGUMENT, "object|[14, 12]|[12, 14]");
    test_fails(c, clpt_solver_get_object(solver, &real_object), CLPT_ERROR_ARGUMENT, "object|complex");
    test_fails(c, clpt_solver_get_object(solver, NULL), CLPT_ERROR_ARGUMENT, "object|NULL");
    test_fails(c, clpt_solver_get_probe(solver, &one_mode), CLPT_ERROR_ARGUMENT, "probe|[1, 6, 6]|[2, 6, 6]");
    test_ok(c, clpt_solver_get_object(solver, &whole));
    assert_memory_equal(out, object_memory, sizeof object_memory);
    clpt_solver_destroy(&solver);
    clpt_solver_destroy(&solver);
    clpt_solver_destroy(NULL);
    double error;
    assert_int_equal(clpt_solver_iterate(NULL, &error), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_solver_evaluate_r_factor(NULL, &error, NULL), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_solver_get_object(NULL, &whole), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_solver_get_probe(NULL, &whole), CLPT_ERROR_ARGUMENT);
}

/* Only measurement and masks are borrowed. */
static void positions_and_options_may_go_after_create(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    double first = 0, second = 0;
    char engine[] = "rpie";
    clpt_solver_options options = test_options("batch=2");
    options.engine = engine;
    clpt_solver *solver = NULL, *other = NULL;
    test_ok(c, create(&options, &solver));
    test_ok(c, create(&options, &other));
    test_ok(c, clpt_solver_iterate(solver, &first));
    memset(engine, 'x', 4);
    memset(positions, 0xff, sizeof positions);
    memset(object_memory, 0xff, sizeof object_memory);
    memset(probe_memory, 0xff, sizeof probe_memory);
    test_ok(c, clpt_solver_iterate(other, &second));
    assert_true(first == second && isfinite(first));
    clpt_solver_destroy(&solver);
    clpt_solver_destroy(&other);
}

static void dark_measurement_stays_finite(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    double error = NAN, per_pattern[COUNT] = {NAN, NAN, NAN};
    float out[2 * 12 * 14] = {0};
    clpt_array whole = clpt_array_host(out, CLPT_TYPE_C64, 2, CLPT_SHAPE(12, 14));
    for (int dark = 0; dark < 3; dark++) { /* no counts; every pixel bad; no light in the probe */
        restore(NULL);
        if (dark == 0) memset(amplitude, 0, sizeof amplitude);
        if (dark == 1) memset(mask, 0, sizeof mask);
        if (dark == 1) measurement.mask = mask;
        if (dark == 2) memset(probe_memory, 0, sizeof probe_memory);
        clpt_solver *solver = NULL;
        test_ok(c, create(NULL, &solver));
        for (int i = 0; i < 2; i++) test_ok(c, clpt_solver_iterate(solver, &error));
        test_ok(c, clpt_solver_evaluate_r_factor(solver, &error, per_pattern));
        test_ok(c, clpt_solver_get_object(solver, &whole));
        for (int i = 0; i < COUNT; i++) assert_true(isfinite(per_pattern[i]));
        for (int i = 0; i < 2 * 12 * 14; i++) assert_true(isfinite(out[i]));
        assert_true(isfinite(error));
        clpt_solver_destroy(&solver);
    }
}

static void engines_are_listed(void **state)
{
    (void)state;
    assert_string_equal(clpt_engine_name(0), "rpie");
    size_t count = 0;
    for (; clpt_engine_name(count); count++) accepted_options(test_text("engine=%s", clpt_engine_name(count)));
    assert_null(clpt_engine_name(count + 100));
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(effective_options_are_reported, restore),
        cmocka_unit_test_setup(effective_options_are_accepted_again, restore),
        cmocka_unit_test_setup(options_out_of_range_are_named, restore),
        cmocka_unit_test_setup(engines_refuse_what_they_do_not_support, restore),
        cmocka_unit_test_setup(bad_amplitudes_are_named_by_their_place, restore),
        cmocka_unit_test_setup(bad_positions_are_named, restore),
        cmocka_unit_test_setup(bad_arrays_are_named, restore),
        cmocka_unit_test_setup(results_need_the_right_shape, restore),
        cmocka_unit_test_setup(positions_and_options_may_go_after_create, restore),
        cmocka_unit_test_setup(dark_measurement_stays_finite, restore),
        cmocka_unit_test_setup(engines_are_listed, restore),
    };
    return cmocka_run_group_tests_name("solver_arguments", tests, test_open_both, test_close_both);
}
