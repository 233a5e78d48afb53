/* SPDX-License-Identifier: Apache-2.0 */
/* The sweep on a device: the gate must detect benchmarks with falsified results, benchmarks that cannot run must
 * report a reason, and every benchmark of the table runs and agrees with the reference. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/benchmarks.h"
#include "bench/sweep.h"
#include "ops/roofline.h"

/* Quick, and with small numbers of items. */
static const clpti_bench_effort effort = {"test", 3, 0.02, 1e-4, 0.0, 0.0, 0.01, 0.0};

static clpti_bench_figure measure(const clpti_benchmark *benchmark, const char *name, clpti_bench_size size)
{
    clpti_bench_figure figure;
    clpt_context_options options = clpt_context_options_default();
    options.device = test_device();
    clpti_bench_measure(benchmark, name, &options, test_reference, size, true, &effort, &figure);
    return figure;
}

static const clpti_benchmark *find_benchmark(const char *name)
{
    const clpti_benchmark *benchmark = clpti_bench_find(name);
    if (!benchmark) fail_msg("no benchmark %s", name);
    return benchmark;
}

/* ---- benchmarks that go wrong ---- */

/* Forward patterns of the device, spoilt from number `from` of the first output on; the reference's stay right. */
static int64_t spoilt_from, spoilt_count;
static float spoilt_by;

static clpt_status run_spoilt(clpti_bench_problem *p)
{
    clpt_status status = clpti_call_run(p->entry, &p->call);
    if (status != CLPT_OK || p->context == test_reference) return status;
    const clpti_bench_array *out = &p->arrays[3];
    int64_t from = spoilt_from < 0 ? clpti_bench_elements(out) + spoilt_from : spoilt_from;
    float *numbers = malloc((size_t)spoilt_count * sizeof *numbers);
    clpt_array host = clpt_array_host(numbers, CLPT_TYPE_F32, 1, &spoilt_count);
    clpt_array part = clpt_array_device(out->buffer, from, 1, &spoilt_count);
    status = clpt_array_copy(p->context, &part, &host);
    for (int64_t i = 0; i < spoilt_count; i++) numbers[i] += spoilt_by;
    if (status == CLPT_OK) status = clpt_array_copy(p->context, &host, &part);
    free(numbers);
    return status;
}

static clpti_bench_figure spoil(int64_t from, int64_t count, float by)
{
    clpti_benchmark benchmark = *find_benchmark("forward");
    benchmark.run = run_spoilt;
    spoilt_from = from;
    spoilt_count = count;
    spoilt_by = by;
    return measure(&benchmark, "forward", (clpti_bench_size){16, 6, 1});
}

static void expect(const clpti_bench_figure *figure, clpti_bench_state state, const char *words)
{
    if (figure->state != state || !strstr(figure->reason, words))
        fail_msg("%s: state %s, error %g, reason '%s'; expected %s and '%s'", figure->operation,
                 clpti_bench_state_names[figure->state], figure->error, figure->reason, clpti_bench_state_names[state],
                 words);
    free(figure->choices);
    free(figure->explanation);
}

static void results_that_are_off_fail_however_fast(void **state)
{
    (void)state;
    clpti_bench_figure figure = spoil(0, 256, 0.0f);
    assert_true(figure.times.median > 0 && figure.times.samples == 3 && figure.flop > 0 && figure.bytes > 0);
    assert_true(test_is_reference() || strstr(figure.choices, "forward: "));
    expect(&figure, CLPTI_BENCH_GOOD, "");
    figure = spoil(17, 1, 1e-4f);         /* a single pixel of the first pattern */
    assert_true(figure.times.median > 0); /* timed all the same */
    assert_true(figure.error > 1e-5 && figure.error < 1e-2);
    expect(&figure, CLPTI_BENCH_WRONG, "differs from the reference by ");
    figure = spoil(-1, 1, 1e-4f); /* of the last one */
    expect(&figure, CLPTI_BENCH_WRONG, "tolerance 2e-06");
    figure = spoil(0, 1, NAN);
    expect(&figure, CLPTI_BENCH_WRONG, "by nan");
    figure = spoil(256, 256, INFINITY);
    expect(&figure, CLPTI_BENCH_WRONG, "differs");
}

/* A value that is off by 2e-6, which arrays might be but sums may not. */
static clpt_status run_wrong_value(clpti_bench_problem *p)
{
    clpt_status status = clpti_call_run(p->entry, &p->call);
    if (p->context != test_reference) *(double *)p->arrays[3].data *= 1.0 + 2e-6;
    return status;
}

/* Totals over all items: one output is off in one pixel. */
static clpt_status run_wrong_total(clpti_bench_problem *p)
{
    static const float one_there[2] = {1.0f, 0.0f};
    clpt_status status = clpti_call_run(p->entry, &p->call);
    if (status != CLPT_OK || p->context == test_reference) return status;
    int64_t one = 1, middle = clpti_bench_elements(&p->arrays[2]) / 2 + p->arrays[2].shape[0] / 2;
    clpt_array from = clpt_array_host(one_there, CLPT_TYPE_C64, 1, &one);
    clpt_array to = clpt_array_device(p->arrays[2].buffer, middle, 1, &one);
    return clpt_array_copy(p->context, &from, &to);
}

static void totals_and_values_are_checked_too(void **state)
{
    (void)state;
    clpti_benchmark benchmark = *find_benchmark("photon-scale");
    clpti_bench_figure figure = measure(&benchmark, "photon-scale", (clpti_bench_size){16, 6, 1});
    expect(&figure, CLPTI_BENCH_GOOD, "");
    benchmark.run = run_wrong_value;
    figure = measure(&benchmark, "photon-scale", (clpti_bench_size){16, 6, 1});
    expect(&figure, CLPTI_BENCH_WRONG, "differs");
    benchmark = *find_benchmark("reassemble-scan");
    benchmark.run = run_wrong_total;
    figure = measure(&benchmark, "reassemble-scan", (clpti_bench_size){16, 40, 1});
    expect(&figure, CLPTI_BENCH_WRONG, "differs");
}

/* An engine whose device starts from another object than the reference does. */
static clpt_status prepare_other_engine(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = clpti_bench_prepare_engine(p, message);
    if (status != CLPT_OK || p->context == test_reference) return status;
    clpt_measurement measurement = {.size = sizeof measurement,
                                    .amplitude = p->arrays[3].data,
                                    .count = p->size.count,
                                    .side = p->size.side,
                                    .positions = p->arrays[1].data};
    ((float *)p->arrays[0].data)[0] += 0.1f;
    clpt_solver_options options = clpt_solver_options_default();
    clpt_solver_destroy(&p->solver);
    options.engine = p->name;
    options.probe_start = 0;
    return clpt_solver_create(p->context, &measurement, &p->arrays[0].array, &p->arrays[2].array, &options, &p->solver);
}

static void engines_are_checked_too(void **state)
{
    (void)state;
    clpti_benchmark benchmark = *find_benchmark("rpie");
    clpti_bench_figure figure = measure(&benchmark, "rpie", (clpti_bench_size){16, 12, 1});
    expect(&figure, CLPTI_BENCH_GOOD, "");
    benchmark.prepare = prepare_other_engine;
    figure = measure(&benchmark, "rpie", (clpti_bench_size){16, 12, 1});
    expect(&figure, CLPTI_BENCH_WRONG, "tolerance 0.0001");
}

static clpt_status run_refused(clpti_bench_problem *p)
{
    clpt_array wrong = p->arrays[0].array;
    wrong.rank = 1;
    return clpt_diffract(p->context, &wrong, &p->arrays[1].array);
}

static void what_cannot_run_says_why(void **state)
{
    (void)state;
    clpti_benchmark benchmark = *find_benchmark("diffract");
    benchmark.run = run_refused;
    clpti_bench_figure figure = measure(&benchmark, "diffract", (clpti_bench_size){16, 4, 1});
    expect(&figure, CLPTI_BENCH_ERROR, "argument: waves has 1 dimensions");
    figure = measure(find_benchmark("diffract"), "diffract", (clpti_bench_size){16, INT64_C(1) << 44, 1});
    expect(&figure, CLPTI_BENCH_ERROR, "memory: ");
    figure = measure(find_benchmark("rpie"), "no-such-engine", (clpti_bench_size){16, 4, 1});
    expect(&figure, CLPTI_BENCH_ERROR, "no-such-engine: unknown engine");
    clpt_context_options options = clpt_context_options_default();
    options.device = "no such device";
    clpti_bench_measure(find_benchmark("diffract"), "diffract", &options, test_reference, (clpti_bench_size){16, 4, 1},
                        true, &effort, &figure);
    expect(&figure, CLPTI_BENCH_ERROR, "'no such device'");
}

/* ---- the table ---- */

/* The benchmarks' own shapes at a size that any device does in a moment. */
static clpti_bench_size small_size(const clpti_benchmark *benchmark)
{
    clpti_bench_size size = benchmark->cases[0].size;
    if (size.side > 1) size.side = 16;
    if (size.count > 9) size.count = 9;
    return size;
}

static void every_benchmark_agrees_with_the_reference(void **state)
{
    (void)state;
    const clpti_benchmark *benchmark;
    const char *name, *other;
    size_t rows = 0;
    for (size_t k = 0; (benchmark = clpti_bench_operation(k, &name)); k++, rows++) {
        for (size_t j = 0; j < k; j++) {
            clpti_bench_operation(j, &other);
            assert_string_not_equal(name, other);
        }
        clpti_bench_figure figure = measure(benchmark, name, small_size(benchmark));
        assert_true(figure.flop >= 0 && figure.bytes >= 0);
        assert_true(test_is_reference() || clpti_bench_entry(benchmark)->host || isfinite(figure.error));
        expect(&figure, CLPTI_BENCH_GOOD, "");
    }
    assert_true(rows > 25);
}

static void a_sweep_goes_on_after_a_device_that_is_not_there(void **state)
{
    (void)state;
    clpt_message message = {0};
    clpti_bench_report report;
    clpti_bench_request request = {.devices = {"no such device", test_device()},
                                   .device_count = 2,
                                   .operations = "scan,dif*act,total-variation",
                                   .sides = {16, 10},
                                   .side_count = 2,
                                   .count = 3};
    clpti_bench_report_begin(&report, "quick");
    if (clpti_bench_sweep(&request, &report, &message) != CLPT_OK) fail_msg("%s", message.text);
    assert_int_equal(report.device_count, 2);
    assert_non_null(strstr(report.devices[0].reason, "'no such device'"));
    assert_int_equal(report.devices[0].figure_count, 0);
    const clpti_bench_device *device = &report.devices[1];
    assert_string_equal(device->reason, "");
    assert_int_equal(device->figure_count, 5);
    static const struct {
        const char *operation;
        int64_t side, count; /* one object stays one */
    } expected[] = {{"scan", 1, 3},
                    {"diffract", 16, 3},
                    {"diffract", 10, 3},
                    {"total-variation", 16, 1},
                    {"total-variation", 10, 1}};
    for (int k = 0; k < 5; k++) {
        assert_string_equal(device->figures[k].operation, expected[k].operation);
        assert_int_equal(device->figures[k].size.side, expected[k].side);
        assert_int_equal(device->figures[k].size.count, expected[k].count);
        assert_int_equal(device->figures[k].state, CLPTI_BENCH_GOOD);
    }
    assert_int_equal(clpti_bench_count(&report, CLPTI_BENCH_ERROR), 1);
    assert_true(test_is_reference() || (device->copy > 0 && device->fma > 0));
    clpti_bench_report_free(&report);
}

/* With an earlier run at hand its numbers of items are taken, so that times can be compared. */
static void an_earlier_run_settles_the_numbers_of_items(void **state)
{
    (void)state;
    clpt_message message = {0};
    clpti_bench_report first, second;
    clpti_bench_request request = {.devices = {test_device()},
                                   .device_count = 1,
                                   .operations = "physics-layer",
                                   .sides = {16},
                                   .side_count = 1,
                                   .count = 5};
    clpti_bench_report_begin(&first, "quick");
    clpti_bench_report_begin(&second, "quick");
    assert_int_equal(clpti_bench_sweep(&request, &first, &message), CLPT_OK);
    request.count = 0;
    request.earlier = &first;
    assert_int_equal(clpti_bench_sweep(&request, &second, &message), CLPT_OK);
    assert_int_equal(first.devices[0].figures[0].size.count, 5);
    assert_int_equal(second.devices[0].figures[0].size.count, 5);
    clpti_bench_report_free(&first);
    clpti_bench_report_free(&second);
}

static void roofs_are_measured(void **state)
{
    (void)state;
    clpti_roofline roofs;
    test_ok(test_context, clpti_roofline_measure(test_context, 0.02, &roofs));
    if (test_is_reference()) {
        assert_true(roofs.copy == 0 && roofs.fma == 0);
        return;
    }
    assert_true(isfinite(roofs.copy) && roofs.copy > 1e6);
    assert_true(isfinite(roofs.fma) && roofs.fma > 1e6);
    assert_true(roofs.copied >= 1 << 20);
    assert_true((uint64_t)roofs.copied <= clpt_context_get_device(test_context)->largest_allocation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_that_are_off_fail_however_fast),
        cmocka_unit_test(totals_and_values_are_checked_too),
        cmocka_unit_test(engines_are_checked_too),
        cmocka_unit_test(what_cannot_run_says_why),
        cmocka_unit_test(every_benchmark_agrees_with_the_reference),
        cmocka_unit_test(a_sweep_goes_on_after_a_device_that_is_not_there),
        cmocka_unit_test(an_earlier_run_settles_the_numbers_of_items),
        cmocka_unit_test(roofs_are_measured),
    };
    test_start();
    return cmocka_run_group_tests(tests, test_open_both, test_close_both);
}
