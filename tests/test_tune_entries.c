/* SPDX-License-Identifier: Apache-2.0 */
/* The user's tuning file as `clptycho tune` rewrites it: this device's rows for what was measured, and nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime_support.h"

#include "cli/tune.h"
#include "ops/operation.h"

static const clpt_device_info card = {.type = CLPT_DEVICE_GPU, .short_name = "amd", .name = "gfx90a:sramecc+:xnack-"};
static const char *const measured[] = {"group", "forward"};
static const clpti_tune_entry entries[] = {{"group", "128", "0.80 times the time"}, {"forward", "composed", "why"}};

static void expect_text(const char *old, size_t entry_count, const char *expected)
{
    char *text = clpti_tune_entries_text(old, &card, measured, 2, entries, entry_count);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

#define OWN "[device amd gfx90a:sramecc+:xnack-]\n"
#define NEW "#: 0.80 times the time\ngroup = 128\n#: why\nforward = composed\n"

static void entries_begin_a_file(void **state)
{
    (void)state;
    expect_text(NULL, 2, "# Entries of `clptycho tune`, and your own: docs/devices.md\n" OWN NEW);
    expect_text("", 2, OWN NEW);
}

static void entries_replace_measured_ones_and_keep_the_rest(void **state)
{
    (void)state;
    static const char others[] = "# mine\n[type gpu]\ngroup = 32\n\n[device amd gfx90a]\n  forward=n64\nwhat is this\n";
    char old[1024], expected[1024];
    snprintf(old, sizeof old, "%s%s%s", others, OWN "#: old\ngroup = 2\n# kept\n#: also kept\nprobe_slots = 4\n",
             "[type cpu]\ngroup = 8\n" OWN "forward = split\nfft_bytes = 8192");
    snprintf(expected, sizeof expected, "%s%s%s", others, OWN NEW "# kept\n#: also kept\nprobe_slots = 4\n",
             "[type cpu]\ngroup = 8\n" OWN "fft_bytes = 8192\n");
    expect_text(old, 2, expected);
    expect_text(expected, 2, expected); /* once more changes nothing */
}

static void entries_that_are_no_better_are_removed(void **state)
{
    (void)state;
    expect_text("[type gpu]\ngroup = 32\n" OWN NEW, 0, "[type gpu]\ngroup = 32\n" OWN);
    expect_text("[type gpu]\ngroup = 32\n", 0, "[type gpu]\ngroup = 32\n");
}

static void entries_written_are_entries_read(void **state)
{
    (void)state;
    char *directory = test_directory_new();
    const char *path = test_path(directory, "new/below/tuning.conf");
    clpt_message message;
    char *text = clpti_tune_entries_text(NULL, &card, measured, 2, entries, 2);
    assert_non_null(text);
    assert_false(clpti_tune_file_exists(path));
    assert_int_equal(clpti_tune_entries_write(path, text, &message), CLPT_OK);
    assert_true(clpti_tune_file_exists(path));
    test_log *log = calloc(1, sizeof *log);
    clpt_context context = {.device = card, .log = test_log_line, .log_user = log};
    assert_int_equal(clpti_tuning_open(&context, path, true, 4096, clpti_is_operation), CLPT_OK);
    assert_string_equal(log->text, "");
    assert_int_equal(clpti_tuned(&context, CLPTI_TUNING_GROUP), 128);
    assert_string_equal(clpti_tuned_variant(&context, "forward"), "composed");
    clpti_parts_close(&context.parts);
    free(log);
    free(text);
    assert_int_equal(clpti_tune_entries_write("/dev/null/x/tuning.conf", "", &message), CLPT_ERROR_FILE);
    assert_non_null(strstr(message.text, "/dev/null/x/tuning.conf"));
    test_directory_remove(directory);
}

/* ---- what counts as faster ---- */

static void noise_is_not_faster(void **state)
{
    (void)state;
    clpti_tune_ratio r = {.measured = true, .ratio = 0.9, .faster = 9, .rounds = 9};
    assert_true(clpti_tune_is_faster(&r));
    r.faster = 8;
    assert_true(clpti_tune_is_faster(&r));
    r.faster = 7;
    assert_false(clpti_tune_is_faster(&r));
    r = (clpti_tune_ratio){.measured = true, .ratio = 0.97, .faster = 9, .rounds = 9};
    assert_false(clpti_tune_is_faster(&r));
    r = (clpti_tune_ratio){.measured = false, .ratio = 0, .faster = 0, .rounds = 0};
    assert_false(clpti_tune_is_faster(&r));
    assert_false(clpti_tune_is_slower(&r));
    r = (clpti_tune_ratio){.measured = true, .ratio = 1.06, .faster = 1, .rounds = 9};
    assert_true(clpti_tune_is_slower(&r));
    r.faster = 2;
    assert_false(clpti_tune_is_slower(&r));
    r = (clpti_tune_ratio){.measured = true, .ratio = 1.2, .faster = 0, .rounds = 3};
    assert_false(clpti_tune_is_slower(&r));
}

/* Falsifies the first number of the reference's result. */
static void spoil(clpt_context *reference, clpti_bench_expected *expected, const char *array, double by)
{
    const clpti_bench_problem *part = &expected->parts[0];
    double number[2] = {0};
    int64_t one = 1;
    clpt_array host = clpt_array_host(number, CLPT_TYPE_C128, 1, &one);
    clpt_array there = clpt_array_device(part->arrays[clpti_entry_array_index(part->entry, array)].buffer, 0, 1, &one);
    assert_int_equal(clpt_array_copy(reference, &there, &host), CLPT_OK);
    number[0] += by;
    assert_int_equal(clpt_array_copy(reference, &host, &there), CLPT_OK);
}

static void results_that_differ_do_not_agree(void **state)
{
    (void)state;
    static const clpti_tune_work work = {"gradient 8", "gradient-and-loss", 8, 3};
    const clpt_context_options options = {.size = sizeof options, .device = "reference"};
    clpt_context *reference = NULL;
    clpti_tune_run run;
    clpti_bench_expected expected;
    clpt_message message;
    double error = 1;
    assert_int_equal(clpt_context_create(&options, &reference, &message), CLPT_OK);
    assert_int_equal(clpti_tune_expect(&work, reference, &expected, &message), CLPT_OK);
    assert_int_equal(
        clpti_tune_run_open(&(clpt_context_options){.size = sizeof(clpt_context_options), .device = "reference"}, &work,
                            "", &run, &message),
        CLPT_OK);
    assert_int_equal(clpti_tune_run_check(&run, &expected, &error, &message), CLPT_OK);
    assert_true(error == 0);
    spoil(reference, &expected, "d_object", 1e-9);
    assert_int_equal(clpti_tune_run_check(&run, &expected, &error, &message), CLPT_OK);
    assert_true(error > 0 && error < 1);
    spoil(reference, &expected, "d_probe", 1e9);
    assert_int_equal(clpti_tune_run_check(&run, &expected, &error, &message), CLPT_OK);
    assert_true(error > 1);
    spoil(reference, &expected, "d_object", NAN);
    assert_int_equal(clpti_tune_run_check(&run, &expected, &error, &message), CLPT_OK);
    assert_true(isnan(error));
    clpti_tune_run_close(&run);
    clpti_bench_expected_free(&expected);
    clpt_context_destroy(&reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_begin_a_file),
        cmocka_unit_test(entries_replace_measured_ones_and_keep_the_rest),
        cmocka_unit_test(entries_that_are_no_better_are_removed),
        cmocka_unit_test(entries_written_are_entries_read),
        cmocka_unit_test(noise_is_not_faster),
        cmocka_unit_test(results_that_differ_do_not_agree),
    };
    return cmocka_run_group_tests_name("tune_entries", tests, NULL, NULL);
}
