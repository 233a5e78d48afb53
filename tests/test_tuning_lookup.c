/* SPDX-License-Identifier: Apache-2.0 */
/* Tuning entries: the one that applies to a device, which may be absent, and damaged files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime_support.h"

#include "core/tuning.h"
#include "ops/operation.h"

/* ---- lookup, on a device that need not be there ---- */

typedef struct made_up {
    clpt_context context;
    test_log log;
} made_up;

static made_up *device_like(clpt_device_type type, const char *short_name, const char *name)
{
    made_up *m = calloc(1, sizeof *m);
    assert_non_null(m);
    m->context.log = test_log_line;
    m->context.log_user = &m->log;
    m->context.device.type = type;
    snprintf(m->context.device.short_name, sizeof m->context.device.short_name, "%s", short_name);
    snprintf(m->context.device.name, sizeof m->context.device.name, "%s", name);
    return m;
}

static made_up *h100(void)
{
    return device_like(CLPT_DEVICE_GPU, "nvidia", "NVIDIA H100 80GB HBM3");
}

static clpt_status read_entries(made_up *m, const char *name)
{
    return clpti_tuning_open(&m->context, name, true, 12345678, clpti_is_operation);
}

static void release(made_up *m)
{
    clpti_parts_close(&m->context.parts);
    free(m);
}

static char *directory;

static const char *file_of(const char *text)
{
    const char *path = test_path(directory, "tuning.conf");
    test_file_write(path, text, strlen(text));
    return path;
}

static void lookup_takes_the_narrowest_entry(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
        const char *shown;
    } steps[] = {
        {"[type gpu]\ngroup = 32\n", 32, "tuning group: 32 (user's entry 'type gpu')"},
        {"[vendor nvidia gpu]\ngroup = 128\n", 128, "tuning group: 128 (user's entry 'vendor nvidia gpu')"},
        {"[architecture nvidia h100]\ngroup = 256\n", 256, "(user's entry 'architecture nvidia h100')"},
        {"[device nvidia NVIDIA H100 80GB HBM3]\ngroup=512\n", 512, "(user's entry 'device nvidia NVIDIA H100"}};
    for (int from_last = 0; from_last < 2; from_last++)
        for (int with = 1; with <= 4; with++) { /* the order of a file's rows does not matter */
            char text[512] = "# rows for everything\n\n";
            for (int i = 0; i < with; i++) strcat(text, steps[from_last ? with - 1 - i : i].text);
            strcat(text, "[type cpu]\ngroup = 1\n[vendor amd gpu]\ngroup = 2\n[architecture nvidia A100]\ngroup = 4\n"
                         "[device pocl NVIDIA H100 80GB HBM3]\ngroup = 8\n[device nvidia NVIDIA H100]\ngroup = 16\n");
            made_up *m = h100();
            assert_int_equal(read_entries(m, file_of(text)), CLPT_OK);
            assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_GROUP), steps[with - 1].value);
            test_shown(&m->context, steps[with - 1].shown);
            assert_string_equal(m->log.text + strcspn(m->log.text, "\n") + 1, ""); /* only the choice */
            release(m);
        }
}

static void lookup_user_entries_precede_built_in_ones_and_given_ones_both(void **state)
{
    (void)state;
    made_up *m = h100();
    assert_int_equal(read_entries(m, "off"), CLPT_OK);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_PROBE_SLOTS), 16);
    test_shown(&m->context, "tuning probe_slots: 16 (built-in entry 'type gpu')");
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_FFT_BYTES), 12345678);
    test_shown(&m->context, "tuning fft_bytes: 12345678 (default)");
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_GROUP), 256);
    release(m);
    m = h100();
    assert_int_equal(read_entries(m, file_of("[type gpu]\nprobe_slots = 7\nfield_bytes = 8192\n")), CLPT_OK);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_PROBE_SLOTS), 7);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_FIELD_BYTES), 8192); /* built in for the H100 by name */
    release(m);
    m = h100();
    assert_int_equal(read_entries(m, "probe_slots=9,forward=split"), CLPT_OK);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_PROBE_SLOTS), 9);
    assert_string_equal(clpti_tuned_variant(&m->context, "forward"), "split");
    assert_null(clpti_tuned_variant(&m->context, "gather"));
    test_shown(&m->context, "tuning forward: split (given)");
    release(m);
    m = device_like(CLPT_DEVICE_CPU, "pocl", "pthread");
    assert_int_equal(read_entries(m, "off"), CLPT_OK);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_PROBE_SLOTS), 1);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_TILE_GROUP), 0);
    release(m);
}

static void lookup_own_key_is_one_that_fits(void **state)
{
    (void)state;
    made_up *m = device_like(CLPT_DEVICE_OTHER, "other", "Card # 7 [rev]  two = three");
    char key[256], text[300];
    clpti_tuning_device_key(&m->context.device, key, sizeof key);
    snprintf(text, sizeof text, "[%s]\r\n  group\t=  8  \r\n", key);
    assert_int_equal(read_entries(m, file_of(text)), CLPT_OK);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_GROUP), 8);
    release(m);
}

static void every_parameter_has_a_default_that_it_takes(void **state)
{
    (void)state;
    for (int i = 0; i < CLPTI_TUNING_COUNT; i++) {
        const clpti_tuning_parameter *p = &clpti_tuning_parameters[i];
        char given[80];
        made_up *m = device_like(CLPT_DEVICE_OTHER, "other", "x");
        assert_non_null(p->name);
        assert_int_equal(read_entries(m, "off"), CLPT_OK);
        snprintf(given, sizeof given, "%s=%lld", p->name, (long long)clpti_tuned(&m->context, (clpti_tuning)i));
        assert_int_equal(read_entries(m, given), CLPT_OK);
        release(m);
    }
}

/* ---- what is wrong ---- */

static void damaged_lines_are_named_and_ignored(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
    } cases[] = {{"group", "'group' is neither [a key] nor name = value"},
                 {"group =", "neither [a key] nor name = value"},
                 {"= 3", "neither [a key] nor name = value"},
                 {"[type gpu", "'[type gpu' is neither"},
                 {"[]", "neither [a key]"},
                 {"[gpu]\ngroup = 8", "'gpu' names no devices"},
                 {"[type card]\ngroup = 8", "'type card' names no devices"},
                 {"[vendor nvidia]\ngroup = 8", "'vendor nvidia' names no devices"},
                 {"groups = 8", "'groups' is neither a tuning parameter nor an operation"},
                 {"group = eight", "'eight' is not a value of group: it requires a power of two from 1 to 1024"},
                 {"group = 48", "'48' is not a value of group"},
                 {"group = 2048", "'2048' is not a value of group"},
                 {"group = 8 8", "'8 8' is not a value of group"},
                 {"fft_bytes = -1", "an integer from 4096"},
                 {"fft_bytes = 99999999999999999999", "an integer from 4096"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        made_up *m = h100();
        snprintf(text, sizeof text, "[type gpu]\ngroup = 32\n%s\n[type gpu]\nfield_bytes = 8192\n", cases[i].line);
        assert_int_equal(read_entries(m, file_of(text)), CLPT_OK);
        if (!strstr(m->log.text, cases[i].words)) fail_msg("'%s' is not in: %s", cases[i].words, m->log.text);
        if (!strstr(m->log.text, "line 3") && !strstr(m->log.text, "line 4")) fail_msg("no line: %s", m->log.text);
        assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_GROUP), 32);
        assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_FIELD_BYTES), 8192);
        release(m);
    }
    made_up *m = h100();
    assert_int_equal(read_entries(m, file_of("group = 8\n[type gpu]\nfield_bytes = 8192\n")), CLPT_OK);
    assert_non_null(strstr(m->log.text, "a setting before any [device"));
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_GROUP), 256);
    release(m);
}

static void damaged_files_give_few_warnings_and_the_defaults(void **state)
{
    (void)state;
    char noise[4096];
    for (size_t i = 0; i < sizeof noise; i++) noise[i] = (char)(i % 7 ? 33 + (i * 31) % 90 : '\n');
    const char *path = test_path(directory, "noise.conf");
    for (int zero = 0; zero < 2; zero++) {
        made_up *m = h100();
        if (zero) noise[1000] = '\0';
        test_file_write(path, noise, sizeof noise);
        assert_int_equal(read_entries(m, path), CLPT_OK);
        assert_true(test_count(m->log.text, "ignored") <= 6);
        assert_true(strlen(m->log.text) > 0);
        if (zero) assert_non_null(strstr(m->log.text, "it is not text"));
        assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_GROUP), 256);
        release(m);
    }
    const struct {
        const char *path, *words;
    } cases[] = {{directory, "not a regular file"}, {test_path(directory, "absent.conf"), "No such file"}};
    for (int i = 0; i < 2; i++) {
        made_up *m = h100();
        assert_int_equal(read_entries(m, cases[i].path), CLPT_OK);
        assert_non_null(strstr(m->log.text, cases[i].words));
        assert_non_null(strstr(m->log.text, cases[i].path));
        assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNING_GROUP), 256);
        release(m);
    }
    made_up *m = h100(); /* the usual place need not hold one */
    assert_int_equal(clpti_tuning_open(&m->context, cases[1].path, false, 4096, clpti_is_operation), CLPT_OK);
    assert_string_equal(m->log.text, "");
    release(m);
}

static void malformed_given_entries_are_errors(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"group=48", "'48' is not a value of group"},
                                           {"grupp=64", "'grupp' is neither"},
                                           {"group=64,", "not of the form name=value"},
                                           {"group=64,forward", "tuning (CLPTYCHO_TUNING): 'forward'"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        made_up *m = h100();
        assert_int_equal(read_entries(m, cases[i][0]), CLPT_ERROR_ARGUMENT);
        if (!strstr(m->context.message.text, cases[i][1])) fail_msg("%s", m->context.message.text);
        release(m);
    }
}

static int start(void **state)
{
    (void)state;
    directory = test_directory_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    test_directory_remove(directory);
    return 0;
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lookup_takes_the_narrowest_entry),
        cmocka_unit_test(lookup_user_entries_precede_built_in_ones_and_given_ones_both),
        cmocka_unit_test(lookup_own_key_is_one_that_fits),
        cmocka_unit_test(every_parameter_has_a_default_that_it_takes),
        cmocka_unit_test(damaged_lines_are_named_and_ignored),
        cmocka_unit_test(damaged_files_give_few_warnings_and_the_defaults),
        cmocka_unit_test(malformed_given_entries_are_errors),
    };
    return cmocka_run_group_tests_name("tuning_lookup", tests, start, end);
}
