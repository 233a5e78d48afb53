/* SPDX-License-Identifier: Apache-2.0 */
/* Reconstructions of a small simulated scan: against the formula, against the reference context, the same bits however
 * the work is split, and whether they converge. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver_case.h"

#include "fft/host_fft.h"

/* Float32 against double after 4 iterations, as parts of the largest magnitude. */
static const double same_object = 2e-5, same_sum = 5e-6;
/* One exact formula after 1 to 3 steps, on patterns without dark pixels. */
static const double same_formula = 2e-5;

static int iterations(void)
{
    return test_small() ? 2 : 4;
}

static bool is_variant_needless(const char *variants)
{
    return *variants && test_is_reference();
}

static clpt_context *open_with(uint64_t memory_limit, const char *variants, clpt_log_function log, void *user)
{
    clpt_context_options options = {.size = sizeof options,
                                    .device = test_device(),
                                    .memory_limit = memory_limit,
                                    .variants = variants,
                                    .log = log,
                                    .log_user = user};
    clpt_message message = {0};
    clpt_context *context = NULL;
    if (clpt_context_create(&options, &context, &message) != CLPT_OK) fail_msg("cannot open: %s", message.text);
    return context;
}

static void same_run(const char *name, const solver_run *a, const solver_run *b, int64_t count, int done)
{
    test_same_bits(test_text("%s: object", name), &a->object, &b->object);
    test_same_bits(test_text("%s: probe", name), &a->probe, &b->probe);
    for (int i = 0; i < done; i++) assert_true(a->errors[i] == b->errors[i]);
    assert_true(a->overall == b->overall);
    assert_memory_equal(a->per_pattern, b->per_pattern, (size_t)count * sizeof(double));
}

/* ---- the formula, written out for whole-pixel positions and a single batch ---- */

enum { SIDE = 8, HEIGHT = 14, WIDTH = 15, COUNT = 5, MODES = 2, PIXELS = SIDE * SIDE };
static const double corners[COUNT][2] = {{0, 0}, {3, 1}, {7, 6}, {2, 5}, {5, 3}};
static const double object_alpha = 0.3, probe_alpha = 0.45;

typedef struct sums {
    double complex object[HEIGHT * WIDTH], probe[MODES * PIXELS];
    double object_power[HEIGHT * WIDTH], probe_power[PIXELS];
} sums;

static int64_t object_index(int k, int i)
{
    return ((int64_t)corners[k][1] + i / SIDE) * WIDTH + (int64_t)corners[k][0] + i % SIDE;
}

static void add_pattern(sums *s, int k, const double complex *object, const double complex *probe,
                        const float *amplitude)
{
    double complex exit[MODES * PIXELS];
    for (int i = 0; i < MODES * PIXELS; i++) exit[i] = object[object_index(k, i % PIXELS)] * probe[i];
    assert_int_equal(clpti_ref_fft2((double *)exit, SIDE, MODES, -1), CLPT_OK);
    for (int i = 0; i < PIXELS; i++) {
        double power = 0;
        int centred = (i / SIDE + SIDE / 2) % SIDE * SIDE + (i % SIDE + SIDE / 2) % SIDE;
        for (int p = 0; p < MODES; p++) power += pow(cabs(exit[p * PIXELS + i]) / SIDE, 2);
        double change = fmin((double)amplitude[k * PIXELS + centred] / sqrt(power), 8) - 1;
        for (int p = 0; p < MODES; p++) exit[p * PIXELS + i] *= change / PIXELS;
    }
    assert_int_equal(clpti_ref_fft2((double *)exit, SIDE, MODES, 1), CLPT_OK);
    for (int i = 0; i < MODES * PIXELS; i++) {
        int64_t at = object_index(k, i % PIXELS);
        s->object[at] += conj(probe[i]) * exit[i];
        s->object_power[at] += pow(cabs(probe[i]), 2);
        s->probe[i] += conj(object[at]) * exit[i];
        if (i < PIXELS) s->probe_power[i] += pow(cabs(object[at]), 2);
    }
}

static double largest_of(const double *values, int count)
{
    double largest = 0;
    for (int i = 0; i < count; i++) largest = fmax(largest, values[i]);
    return largest;
}

/* object += Σ conj(P)·Δψ / ((1 − α)·Σ|P|² + α·max Σ|P|²), and the probe likewise with the object as it was. */
static void step(double complex *object, double complex *probe, const float *amplitude)
{
    static sums s;
    memset(&s, 0, sizeof s);
    for (int k = 0; k < COUNT; k++) add_pattern(&s, k, object, probe, amplitude);
    double object_max = largest_of(s.object_power, HEIGHT * WIDTH), probe_max = largest_of(s.probe_power, PIXELS);
    for (int i = 0; i < HEIGHT * WIDTH; i++)
        object[i] += s.object[i] / ((1 - object_alpha) * s.object_power[i] + object_alpha * object_max);
    for (int i = 0; i < MODES * PIXELS; i++)
        probe[i] += s.probe[i] / ((1 - probe_alpha) * s.probe_power[i % PIXELS] + probe_alpha * probe_max);
}

static void rpie_equals_the_formula_written_out(void **state)
{
    (void)state;
    test_field object = test_field_random(CLPT_TYPE_C128, 1, 2, CLPT_SHAPE(HEIGHT, WIDTH));
    test_field probe = test_field_random(CLPT_TYPE_C128, 2, 3, CLPT_SHAPE(MODES, SIDE, SIDE));
    test_field amplitude = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(COUNT, SIDE, SIDE));
    test_field got_object = test_field_new(CLPT_TYPE_C64, 2, object.shape),
               got_probe = test_field_new(CLPT_TYPE_C64, 3, probe.shape);
    for (int64_t i = 0; i < amplitude.count; i++) test_set(&amplitude, i, 0, test_random(3, (uint64_t)i, 0, 1.5));
    double positions[2 * COUNT];
    for (int i = 0; i < 2 * COUNT; i++) positions[i] = corners[i / 2][i % 2] + SIDE / 2;
    clpt_measurement measurement = {
        .size = sizeof measurement, .amplitude = amplitude.data, .count = COUNT, .side = SIDE, .positions = positions};
    clpt_solver_options options =
        test_options("batch=99 object-alpha=%.17g probe-alpha=%.17g probe-start=0", object_alpha, probe_alpha);
    clpt_array start = test_array(&object), modes = test_array(&probe);
    clpt_array out_object = test_array(&got_object), out_probe = test_array(&got_probe);
    clpt_solver *solver = NULL;
    test_ok(test_context, clpt_solver_create(test_context, &measurement, &start, &modes, &options, &solver));
    for (int done = 0; done < 3; done++) {
        test_ok(test_context, clpt_solver_iterate(solver, NULL));
        test_ok(test_context, clpt_solver_get_object(solver, &out_object));
        test_ok(test_context, clpt_solver_get_probe(solver, &out_probe));
        step(object.data, probe.data, amplitude.data);
        test_close(test_text("object after %d", done + 1), &got_object, &object, same_formula, NULL);
        test_close(test_text("probe after %d", done + 1), &got_probe, &probe, same_formula, NULL);
    }
    clpt_solver_destroy(&solver);
    test_field *fields[] = {&object, &probe, &amplitude, &got_object, &got_probe};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) test_field_free(fields[i]);
}

/* ---- against the reference context ---- */

static const char *const every_general = "illuminate=general,project=general,gather=general,probe_gradient=general";

static void device_agrees_with_the_reference(void **state)
{
    (void)state;
    const struct {
        int64_t modes;
        int mask; /* 1: shared, 2: per pattern */
        const char *variants;
        const char *options;
    } cases[] = {
        {1, 0, "", "probe-start=1"},
        {3, 0, "", "probe-start=0 seed=5"},
        {3, 1, "", "probe-start=1 batch=7"},
        {1, 2, "", "probe-start=1 batch=1000 object-alpha=1 probe-alpha=0.5"},
        {1, 0, every_general, "probe-start=1"},
        {3, 2, every_general, "probe-start=1 batch=7"},
        {2, 0, "", "probe-start=1 batch=1 object-alpha=0.5"},
    };
    for (size_t i = 0; i < (test_small() ? 4 : sizeof cases / sizeof *cases); i++) {
        if (is_variant_needless(cases[i].variants)) continue;
        solver_case c = solver_case_new(cases[i].modes);
        if (cases[i].mask) solver_case_mask(&c, cases[i].mask == 2);
        clpt_context *context = open_with(0, cases[i].variants, NULL, NULL);
        clpt_solver_options options = test_options("%s", cases[i].options);
        solver_run got = solver_case_run(context, &c, &options, false, iterations());
        solver_run expected = solver_case_run(test_reference, &c, &options, false, iterations());
        test_close(test_text("case %zu: object", i), &got.object, &expected.object, same_object, NULL);
        test_close(test_text("case %zu: probe", i), &got.probe, &expected.probe, same_sum, NULL);
        for (int n = 0; n < iterations(); n++)
            if (!(fabs(got.errors[n] - expected.errors[n]) <= same_sum * expected.errors[n]))
                fail_msg("case %zu: error %.9g of iteration %d should be %.9g", i, got.errors[n], n,
                         expected.errors[n]);
        assert_true(fabs(got.overall - expected.overall) <= same_sum * expected.overall);
        solver_run_free(&got);
        solver_run_free(&expected);
        clpt_context_destroy(&context);
        solver_case_free(&c);
    }
}

static void r_factor_is_that_of_the_forward_model(void **state)
{
    (void)state;
    solver_case c = solver_case_new(2);
    solver_case_mask(&c, true);
    clpt_solver_options options = test_options("probe-start=1");
    solver_run run = solver_case_run(test_context, &c, &options, false, 2);
    test_field model = test_field_new(CLPT_TYPE_F64, 3, c.amplitude.shape);
    clpt_forward_options amplitude = {.size = sizeof amplitude, .amplitude = true};
    clpt_array object = test_array(&run.object), probe = test_array(&run.probe), out = test_array(&model);
    clpt_scan *scan = NULL;
    test_ok(test_reference, clpt_scan_create(test_reference, c.positions, c.count, &scan));
    test_ok(test_reference, clpt_forward(test_reference, &object, scan, &probe, &amplitude, &out));
    clpt_scan_destroy(&scan);
    double misfit = 0, total = 0;
    for (int64_t k = 0; k < c.count; k++) {
        double own_misfit = 0, own_total = 0;
        for (int64_t i = k * c.side * c.side; i < (k + 1) * c.side * c.side; i++) {
            if (test_get(&c.mask, i, 0) == 0) continue;
            own_misfit += fabs(test_get(&model, i, 0) - test_get(&c.amplitude, i, 0));
            own_total += test_get(&c.amplitude, i, 0);
        }
        if (!(fabs(run.per_pattern[k] - own_misfit / own_total) <= 2e-6))
            fail_msg("pattern %lld has R-factor %.9g, not %.9g", (long long)k, own_misfit / own_total,
                     run.per_pattern[k]);
        misfit += own_misfit;
        total += own_total;
    }
    if (!(fabs(run.overall - misfit / total) <= 2e-6)) fail_msg("R-factor %.9g, not %.9g", misfit / total, run.overall);
    assert_true(run.overall > 0.001);
    test_field_free(&model);
    solver_run_free(&run);
    solver_case_free(&c);
}

/* ---- the same bits ---- */

static void repeated_runs_give_the_same_bits_and_other_seeds_do_not(void **state)
{
    (void)state;
    solver_case c = solver_case_new(2);
    clpt_solver_options options = test_options("probe-start=1 seed=3 batch=4");
    solver_run first = solver_case_run(test_context, &c, &options, false, iterations());
    solver_run second = solver_case_run(test_context, &c, &options, false, iterations());
    same_run("twice", &first, &second, c.count, iterations());
    options.seed = 4;
    solver_run other = solver_case_run(test_context, &c, &options, false, iterations());
    assert_memory_not_equal(first.object.data, other.object.data, (size_t)first.object.count * 8);
    solver_run_free(&first);
    solver_run_free(&second);
    solver_run_free(&other);
    solver_case_free(&c);
}

static void note_streaming(void *user, clpt_log_level level, const char *line)
{
    (void)level;
    if (strstr(line, "streamed")) *(bool *)user = true;
}

static void small_memory_limit_changes_no_bit(void **state)
{
    (void)state;
    static const char *const ways[] = {"", "illuminate=general,project=general,gather=general,probe_gradient=general"};
    for (int way = 0; way < (test_is_reference() || test_small() ? 1 : 2); way++)
        for (int64_t modes = 1; modes <= 3; modes += 2)
            for (int mask = 0; mask < 3; mask++) {
                if (test_small() && mask != modes - 1) continue;
                solver_case c = solver_case_new(modes);
                if (mask) solver_case_mask(&c, mask == 2);
                bool whole = false, streamed = false;
                clpt_context *large = open_with(0, ways[way], note_streaming, &whole);
                /* A quarter is for waves: capacity for 2 of them (1 in a small test), or for the modes of one pattern.
                 */
                uint64_t limit = (test_small() ? 4 : 8) * (uint64_t)(c.side * c.side) * 8;
                clpt_context *tiny = open_with(limit, ways[way], note_streaming, &streamed);
                clpt_solver_options options = test_options("probe-start=1 batch=11");
                solver_run expected = solver_case_run(large, &c, &options, false, iterations());
                solver_run got = solver_case_run(tiny, &c, &options, false, iterations());
                assert_false(whole);
                assert_true(streamed || test_is_reference());
                same_run(test_text("streamed, way %d, %lld modes, mask %d", way, (long long)modes, mask), &got,
                         &expected, c.count, iterations());
                solver_run_free(&expected);
                solver_run_free(&got);
                clpt_context_destroy(&large);
                clpt_context_destroy(&tiny);
                solver_case_free(&c);
            }
}

static void masked_pixels_are_never_read(void **state)
{
    (void)state;
    for (int per_pattern = 0; per_pattern < 2; per_pattern++) {
        solver_case c = solver_case_new(1);
        solver_case_mask(&c, per_pattern);
        clpt_solver_options options = test_options("probe-start=0");
        solver_run with_nan = solver_case_run(test_context, &c, &options, false, 2);
        for (int64_t i = 0; i < c.amplitude.count; i++)
            if (isnan(test_get(&c.amplitude, i, 0))) test_set(&c.amplitude, i, 0, -1e30);
        solver_run with_others = solver_case_run(test_context, &c, &options, false, 2);
        same_run("NaN or other numbers where masked", &with_nan, &with_others, c.count, 2);
        assert_true(isfinite(with_nan.overall));
        for (int64_t i = 0; i < with_nan.object.count; i++) assert_true(isfinite(test_get(&with_nan.object, i, 0)));
        solver_run_free(&with_nan);
        solver_run_free(&with_others);
        solver_case_free(&c);
    }
}

/* ---- convergence ---- */

static void probe_is_updated_only_from_its_start_on(void **state)
{
    (void)state;
    solver_case c = solver_case_new(2);
    test_field weaker = test_field_as(&c.weaker, CLPT_TYPE_C64);
    for (int64_t start = -1; start <= 2; start++)
        for (int done = 1; done <= 3; done++) {
            clpt_solver_options options = test_options("probe-start=%lld", (long long)start);
            if (test_small() && (start != 1 || done > 2)) continue;
            solver_run run = solver_case_run(test_context, &c, &options, false, done);
            if (start < 0 || done <= start)
                test_same_bits("probe left alone", &run.probe, &weaker);
            else
                assert_memory_not_equal(run.probe.data, weaker.data, (size_t)weaker.count * 8);
            solver_run_free(&run);
        }
    test_field_free(&weaker);
    solver_case_free(&c);
}

static void errors_fall(void **state)
{
    (void)state;
    for (int64_t modes = 1; modes <= 3; modes += 2) {
        solver_case c = solver_case_new(modes);
        clpt_solver_options options = test_options("probe-start=1");
        solver_run run = solver_case_run(test_context, &c, &options, false, iterations());
        for (int i = 1; i < iterations(); i++)
            if (!(run.errors[i] < run.errors[i - 1]))
                fail_msg("error %g of iteration %d is not below %g", run.errors[i], i, run.errors[i - 1]);
        assert_true(run.overall < run.errors[iterations() - 1]);
        solver_run_free(&run);
        solver_case_free(&c);
    }
}

/* √(Σ|a·got − expected|² / Σ|expected|²) with the best constant phase and size a, at pixels covered by several
 * patterns. */
static double distance(const solver_case *c, const test_field *got)
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

static void object_is_recovered(void **state)
{
    (void)state;
    if (test_small()) skip(); /* too few patterns, and too slow */
    for (int64_t modes = 1; modes <= 3; modes += 2) {
        solver_case c = solver_case_new(modes);
        clpt_solver_options options = test_options("probe-start=never batch=4");
        solver_run run = solver_case_run(test_context, &c, &options, true, 30);
        double left = distance(&c, &run.object), start = distance(&c, &c.flat);
        if (!(left < 0.03 && start > 0.2 && run.overall < 0.015))
            fail_msg("%lld modes: %.4f from the true object (%.4f at the start), R-factor %.4f", (long long)modes, left,
                     start, run.overall);
        solver_run_free(&run);
        solver_case_free(&c);
    }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rpie_equals_the_formula_written_out),
        cmocka_unit_test(device_agrees_with_the_reference),
        cmocka_unit_test(r_factor_is_that_of_the_forward_model),
        cmocka_unit_test(repeated_runs_give_the_same_bits_and_other_seeds_do_not),
        cmocka_unit_test(small_memory_limit_changes_no_bit),
        cmocka_unit_test(masked_pixels_are_never_read),
        cmocka_unit_test(probe_is_updated_only_from_its_start_on),
        cmocka_unit_test(errors_fall),
        cmocka_unit_test(object_is_recovered),
    };
    return cmocka_run_group_tests_name("solver", tests, test_open_both, test_close_both);
}
