/* SPDX-License-Identifier: Apache-2.0 */
/* Comparison of two runs, statistics of samples, energy counters and the texts of tables, on made-up numbers. */
#include "bench_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/sweep.h"

/* The verdict of a figure that took `before` ± `before_spread` and takes `now` ± `now_spread`. */
static clpti_bench_verdict verdict_of(double before, double before_spread, double now, double now_spread)
{
    clpt_message message;
    clpti_bench_report reports[2];
    clpti_bench_comparison c;
    for (int k = 0; k < 2; k++) {
        clpti_bench_report_begin(&reports[k], "default");
        bench_case_figure(bench_case_device(&reports[k], "alpha", "one"), "forward", 64, 4096, 1, k ? now : before,
                          k ? now_spread : before_spread);
    }
    assert_int_equal(clpti_bench_compare(&reports[0], &reports[1], &c, &message), CLPT_OK);
    assert_int_equal(c.count, 1);
    assert_true(fabs(c.changes[0].ratio - now / before) < 1e-12);
    clpti_bench_verdict verdict = c.changes[0].verdict;
    clpti_bench_comparison_free(&c);
    for (int k = 0; k < 2; k++) clpti_bench_report_free(&reports[k]);
    return verdict;
}

static void medians_differ_beyond_spread_and_five_percent(void **state)
{
    (void)state;
    assert_int_equal(verdict_of(1.0, 0.01, 1.2, 0.01), CLPTI_BENCH_SLOWER);
    assert_int_equal(verdict_of(1.0, 0.01, 0.8, 0.01), CLPTI_BENCH_FASTER);
    assert_int_equal(verdict_of(1.0, 0.01, 1.0, 0.01), CLPTI_BENCH_SAME);
    assert_int_equal(verdict_of(1.0, 0.15, 1.2, 0.1), CLPTI_BENCH_SAME); /* within both spreads together */
    assert_int_equal(verdict_of(1.0, 0.1, 1.2, 0.05), CLPTI_BENCH_SLOWER);
    assert_int_equal(verdict_of(1.0, 0.1, 0.8, 0.15), CLPTI_BENCH_SAME);
    assert_int_equal(verdict_of(1.0, 0.0, 1.04, 0.0), CLPTI_BENCH_SAME); /* less than 5 % */
    assert_int_equal(verdict_of(1.0, 0.0, 1.06, 0.0), CLPTI_BENCH_SLOWER);
    assert_int_equal(verdict_of(1e-6, 0.0, 0.94e-6, 0.0), CLPTI_BENCH_FASTER);
}

static const clpti_bench_change *change_of(const clpti_bench_comparison *c, const char *operation, int64_t side)
{
    for (int64_t k = 0; k < c->count; k++) {
        const clpti_bench_figure *f = c->changes[k].now ? c->changes[k].now : c->changes[k].before;
        if (!strcmp(f->operation, operation) && f->size.side == side) return &c->changes[k];
    }
    fail_msg("%s %d is in no change", operation, (int)side);
    return NULL;
}

static void figures_that_break_mend_come_and_go_are_told_apart(void **state)
{
    (void)state;
    clpt_message message;
    clpti_bench_report before, now;
    clpti_bench_comparison c;
    clpti_bench_report_begin(&before, "default");
    clpti_bench_report_begin(&now, "default");
    clpti_bench_device *a = bench_case_device(&before, "alpha", "one"), *b = bench_case_device(&now, "alpha", "one");
    bench_case_figure(a, "breaks", 64, 16, 1, 1, 0);
    bench_case_figure(b, "breaks", 64, 16, 1, 0.1, 0)->state = CLPTI_BENCH_WRONG; /* however fast */
    bench_case_figure(a, "dies", 64, 16, 1, 1, 0);
    bench_case_figure(b, "dies", 64, 16, 1, 0, 0)->state = CLPTI_BENCH_ERROR;
    bench_case_figure(a, "mends", 64, 16, 1, 1, 0)->state = CLPTI_BENCH_WRONG;
    bench_case_figure(b, "mends", 64, 16, 1, 5, 0);
    bench_case_figure(a, "stays", 64, 16, 1, 0, 0)->state = CLPTI_BENCH_ERROR;
    bench_case_figure(b, "stays", 64, 16, 1, 0, 0)->state = CLPTI_BENCH_ERROR;
    bench_case_figure(a, "goes", 64, 16, 1, 1, 0);
    bench_case_figure(b, "comes", 64, 16, 1, 1, 0);
    bench_case_figure(a, "grows", 64, 16, 1, 1, 0); /* other counts and parts are other work */
    bench_case_figure(b, "grows", 128, 16, 1, 9, 0);
    bench_case_figure(a, "parts", 64, 16, 1, 1, 0);
    bench_case_figure(b, "parts", 64, 16, 5, 9, 0);
    assert_int_equal(clpti_bench_compare(&before, &now, &c, &message), CLPT_OK);
    assert_int_equal(change_of(&c, "breaks", 64)->verdict, CLPTI_BENCH_BROKEN);
    assert_int_equal(change_of(&c, "dies", 64)->verdict, CLPTI_BENCH_BROKEN);
    assert_true(isnan(change_of(&c, "dies", 64)->ratio));
    assert_int_equal(change_of(&c, "mends", 64)->verdict, CLPTI_BENCH_MENDED);
    assert_int_equal(change_of(&c, "stays", 64)->verdict, CLPTI_BENCH_SAME);
    assert_int_equal(change_of(&c, "goes", 64)->verdict, CLPTI_BENCH_MISSING);
    assert_int_equal(change_of(&c, "comes", 64)->verdict, CLPTI_BENCH_ADDED);
    assert_int_equal(change_of(&c, "grows", 64)->verdict, CLPTI_BENCH_MISSING);
    assert_int_equal(change_of(&c, "grows", 128)->verdict, CLPTI_BENCH_ADDED);
    assert_int_equal(clpti_bench_verdict_count(&c, CLPTI_BENCH_ADDED), 3);
    assert_int_equal(clpti_bench_regressions(&c), 2);
    clpti_bench_comparison_free(&c);
    clpti_bench_report_free(&before);
    clpti_bench_report_free(&now);
}

static void devices_are_matched_by_name_and_turn(void **state)
{
    (void)state;
    clpt_message message;
    clpti_bench_report before, now;
    clpti_bench_comparison c;
    clpti_bench_report_begin(&before, "default");
    clpti_bench_report_begin(&now, "default");
    static const char *const names[] = {"alpha", "twin", "twin", "gone"};
    for (int k = 0; k < 4; k++)
        bench_case_figure(bench_case_device(&before, names[k], "x"), "forward", 64, 16, 1, 1.0 + k, 0);
    static const char *const later[] = {"twin", "twin", "new", "alpha"};
    static const double times[] = {2.0, 6.0, 1.0, 1.0};
    for (int k = 0; k < 4; k++)
        bench_case_figure(bench_case_device(&now, later[k], k == 3 ? "other driver" : "x"), "forward", 64, 16, 1,
                          times[k], 0);
    assert_int_equal(clpti_bench_compare(&before, &now, &c, &message), CLPT_OK);
    assert_int_equal(c.shared, 2); /* alpha is of another runtime now */
    assert_int_equal(c.count, 2);
    assert_int_equal(c.changes[0].verdict, CLPTI_BENCH_SAME);
    assert_int_equal(c.changes[1].verdict, CLPTI_BENCH_SLOWER); /* the second twin: 3 s before, 6 s now */
    assert_true(c.changes[1].ratio == 2.0);
    clpti_bench_comparison_free(&c);
    snprintf(now.devices[0].reason, sizeof now.devices[0].reason, "did not open");
    now.devices[0].figure_count = 0; /* a device that fails as a whole breaks what was good */
    free(now.devices[0].figures[0].choices);
    assert_int_equal(clpti_bench_compare(&before, &now, &c, &message), CLPT_OK);
    assert_int_equal(c.changes[0].verdict, CLPTI_BENCH_BROKEN);
    clpti_bench_comparison_free(&c);
    clpti_bench_report_free(&before);
    clpti_bench_report_free(&now);
}

static void print_comparison(FILE *stream, const void *comparison)
{
    clpti_bench_print_comparison(stream, comparison);
}

static void roofs_that_moved_are_said(void **state)
{
    (void)state;
    clpt_message message;
    clpti_bench_report before, now;
    clpti_bench_comparison c;
    char text[160];
    clpti_bench_report_begin(&before, "default");
    clpti_bench_report_begin(&now, "default");
    bench_case_figure(bench_case_device(&before, "alpha", "x"), "forward", 64, 16, 1, 1, 0);
    bench_case_figure(bench_case_device(&now, "alpha", "x"), "forward", 64, 16, 1, 1, 0);
    assert_int_equal(clpti_bench_compare(&before, &now, &c, &message), CLPT_OK);
    now.devices[0].copy *= 1.09;
    assert_string_equal(clpti_bench_roofs_changed(&c.changes[0], text), "");
    now.devices[0].copy = 0; /* not measured */
    assert_string_equal(clpti_bench_roofs_changed(&c.changes[0], text), "");
    now.devices[0].copy = before.devices[0].copy / 2;
    assert_string_equal(clpti_bench_roofs_changed(&c.changes[0], text),
                        "copy 150 GB/s -> 75.0 GB/s, multiply-add 3.25 TFLOP/s -> 3.25 TFLOP/s");
    char *printed = bench_case_written(print_comparison, &c);
    assert_non_null(strstr(printed, "the roofs of alpha changed: copy 150 GB/s -> 75.0 GB/s"));
    free(printed);
    clpti_bench_comparison_free(&c);
    clpti_bench_report_free(&before);
    clpti_bench_report_free(&now);
}

static void nothing_shared_is_said(void **state)
{
    (void)state;
    clpt_message message;
    clpti_bench_report before, now;
    clpti_bench_comparison c;
    clpti_bench_report_begin(&before, "default");
    clpti_bench_report_begin(&now, "default");
    bench_case_figure(bench_case_device(&before, "alpha", "x"), "forward", 64, 16, 1, 1, 0);
    bench_case_figure(bench_case_device(&now, "beta", "x"), "forward", 64, 16, 1, 1, 0);
    assert_int_equal(clpti_bench_compare(&before, &now, &c, &message), CLPT_OK);
    assert_int_equal(c.count, 0);
    char *text = bench_case_written(print_comparison, &c);
    assert_non_null(strstr(text, "no device is in both, so nothing was compared"));
    free(text);
    clpti_bench_comparison_free(&c);
    clpti_bench_report_free(&before);
    clpti_bench_report_free(&now);
}

/* ---- samples, texts ---- */

static void samples_give_median_and_quartiles(void **state)
{
    (void)state;
    double odd[] = {5, 1, 4, 2, 3}, even[] = {40, 10, 30, 20}, one[] = {7};
    clpti_bench_times times = {0};
    clpti_bench_times_of(odd, 5, &times);
    assert_true(times.median == 3 && times.spread == 2 && times.minimum == 1 && times.samples == 5);
    clpti_bench_times_of(even, 4, &times);
    assert_true(times.median == 25 && fabs(times.spread - 15) < 1e-12 && times.minimum == 10);
    clpti_bench_times_of(one, 1, &times);
    assert_true(times.median == 7 && times.spread == 0 && times.minimum == 7);
}

static void roofs_and_shares_follow_from_figures(void **state)
{
    (void)state;
    clpti_bench_report report;
    clpti_bench_report_begin(&report, "default");
    clpti_bench_device *d = bench_case_device(&report, "alpha", "one");
    clpti_bench_figure *f = bench_case_figure(d, "forward", 64, 100, 1, 1e-3, 0); /* 1e8 FLOP, 3e7 bytes */
    assert_true(fabs(clpti_bench_items_rate(f) - 1e5) < 1e-3);
    assert_true(fabs(clpti_bench_copy_share(d, f) - 0.2) < 1e-12); /* 3e10 of 1.5e11 */
    assert_true(fabs(clpti_bench_fma_share(d, f) - 1e11 / 3.25e12) < 1e-12);
    assert_string_equal(clpti_bench_bound(d, f), "memory"); /* 3.3 FLOP per byte; the roofs are equal at 21.7 */
    f->flop *= 10;
    assert_string_equal(clpti_bench_bound(d, f), "arithmetic");
    f->state = CLPTI_BENCH_ERROR;
    assert_true(isnan(clpti_bench_items_rate(f)));
    d->copy = 0;
    assert_string_equal(clpti_bench_bound(d, f), "");
    clpti_bench_report_free(&report);
}

static void numbers_have_three_digits_and_a_unit(void **state)
{
    (void)state;
    char text[32];
    static const struct {
        double seconds;
        const char *text;
    } times[] = {{1.2344, "1.23 s"}, {0.9999, "1.00 s"}, {0.9991, "999 ms"}, {12.34e-6, "12.3 µs"},
                 {3e-9, "3.00 ns"},  {123.4, "123 s"},   {NAN, "-"},         {0, "0.00 ns"}};
    for (size_t k = 0; k < sizeof times / sizeof *times; k++)
        assert_string_equal(clpti_bench_seconds_text(times[k].seconds, text), times[k].text);
    assert_string_equal(clpti_bench_number_text(999.6, text), "1.00 k");
    assert_string_equal(clpti_bench_number_text(2.99e12, text), "2.99 T");
    assert_string_equal(clpti_bench_number_text(42, text), "42.0");
    assert_string_equal(clpti_bench_number_text(NAN, text), "-");
}

/* ---- energy ---- */

static void put_number(const char *directory, const char *zone, const char *file, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, zone);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/%s", directory, zone, file);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
}

static void rapl_adds_packages_and_begins_anew(void **state)
{
    (void)state;
    char directory[] = "/tmp/clptycho_rapl_XXXXXX", command[64];
    clpti_bench_energy energy = {0};
    assert_non_null(mkdtemp(directory));
    assert_false(clpti_bench_energy_open_rapl(&energy, directory));
    put_number(directory, "intel-rapl:0", "energy_uj", "1000000\n");
    put_number(directory, "intel-rapl:0", "max_energy_range_uj", "5000000\n");
    put_number(directory, "intel-rapl:1", "energy_uj", "4500000\n");
    put_number(directory, "intel-rapl:1", "max_energy_range_uj", "5000000\n");
    put_number(directory, "intel-rapl:0:0", "energy_uj", "77\n"); /* a part of package 0 */
    assert_true(clpti_bench_energy_open_rapl(&energy, directory));
    assert_int_equal(energy.count, 2);
    assert_true(clpti_bench_energy_read(&energy) == 0);
    put_number(directory, "intel-rapl:0", "energy_uj", "1500000\n");
    put_number(directory, "intel-rapl:1", "energy_uj", "500000\n"); /* 0.5 J to the end, 0.5 J from the start */
    assert_true(fabs(clpti_bench_energy_read(&energy) - 1.5) < 1e-9);
    put_number(directory, "intel-rapl:0", "energy_uj", "gone\n");
    assert_true(isnan(clpti_bench_energy_read(&energy)));
    clpti_bench_energy_close(&energy);
    assert_string_equal(clpti_bench_energy_name(&energy), "");
    snprintf(command, sizeof command, "rm -r %s", directory);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(medians_differ_beyond_spread_and_five_percent),
        cmocka_unit_test(figures_that_break_mend_come_and_go_are_told_apart),
        cmocka_unit_test(devices_are_matched_by_name_and_turn),
        cmocka_unit_test(roofs_that_moved_are_said),
        cmocka_unit_test(nothing_shared_is_said),
        cmocka_unit_test(samples_give_median_and_quartiles),
        cmocka_unit_test(roofs_and_shares_follow_from_figures),
        cmocka_unit_test(numbers_have_three_digits_and_a_unit),
        cmocka_unit_test(rapl_adds_packages_and_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
