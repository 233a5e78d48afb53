/* SPDX-License-Identifier: Apache-2.0 */
/* Tuning rows: which one counts, what a damaged file does, and that what a row prefers is what runs. */
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

static clpt_status read_rows(made_up *m, const char *wanted)
{
    return clpti_tuning_open(&m->context, wanted, true, 12345678, clpti_is_operation);
}

static void release(made_up *m)
{
    clpti_tuning_close(&m->context);
    clpti_choices_destroy(&m->context);
    free(m);
}

static char *directory;

static const char *file_of(const char *text)
{
    const char *path = test_path(directory, "tuning.conf");
    test_file_write(path, text, strlen(text));
    return path;
}

static void expect_shown(clpt_context *context, const char *line)
{
    if (!strstr(clpt_context_choices(context), line))
        fail_msg("'%s' is not among the choices: %s", line, clpt_context_choices(context));
}

static void lookup_most_particular_row_counts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
        const char *shown;
    } steps[] = {{"[type gpu]\ngroup = 32\n", 32, "tuning group: 32 (user's row 'type gpu')"},
                 {"[vendor nvidia gpu]\ngroup = 128\n", 128, "tuning group: 128 (user's row 'vendor nvidia gpu')"},
                 {"[architecture nvidia h100]\ngroup = 256\n", 256, "(user's row 'architecture nvidia h100')"},
                 {"[device nvidia NVIDIA H100 80GB HBM3]\ngroup=512\n", 512, "(user's row 'device nvidia NVIDIA H100"}};
    for (int from_last = 0; from_last < 2; from_last++)
        for (int with = 1; with <= 4; with++) { /* the order of a file's rows does not matter */
            char text[512] = "# rows for everything\n\n";
            for (int i = 0; i < with; i++) strcat(text, steps[from_last ? with - 1 - i : i].text);
            strcat(text, "[type cpu]\ngroup = 1\n[vendor amd gpu]\ngroup = 2\n[architecture nvidia A100]\ngroup = 4\n"
                         "[device pocl NVIDIA H100 80GB HBM3]\ngroup = 8\n[device nvidia NVIDIA H100]\ngroup = 16\n");
            made_up *m = h100();
            assert_int_equal(read_rows(m, file_of(text)), CLPT_OK);
            assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_GROUP), steps[with - 1].value);
            expect_shown(&m->context, steps[with - 1].shown);
            assert_string_equal(m->log.text + strcspn(m->log.text, "\n") + 1, ""); /* only the choice */
            release(m);
        }
}

static void lookup_user_rows_come_before_built_in_ones_and_given_ones_before_both(void **state)
{
    (void)state;
    made_up *m = h100();
    assert_int_equal(read_rows(m, "off"), CLPT_OK);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_PROBE_SLOTS), 16);
    expect_shown(&m->context, "tuning probe_slots: 16 (built-in row 'type gpu')");
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_FFT_BYTES), 12345678);
    expect_shown(&m->context, "tuning fft_bytes: 12345678 (default)");
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_GROUP), 64);
    release(m);
    m = h100();
    assert_int_equal(read_rows(m, file_of("[type gpu]\nprobe_slots = 7\nfield_bytes = 8192\n")), CLPT_OK);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_PROBE_SLOTS), 7);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_FIELD_BYTES), 8192); /* built in for the H100 by name */
    release(m);
    m = h100();
    assert_int_equal(read_rows(m, "probe_slots=9,forward=split"), CLPT_OK);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_PROBE_SLOTS), 9);
    assert_string_equal(clpti_tuned_variant(&m->context, "forward"), "split");
    assert_null(clpti_tuned_variant(&m->context, "gather"));
    expect_shown(&m->context, "tuning forward: split (given)");
    release(m);
    m = device_like(CLPT_DEVICE_CPU, "pocl", "pthread");
    assert_int_equal(read_rows(m, "off"), CLPT_OK);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_PROBE_SLOTS), 1);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_TILE_GROUP), 0);
    release(m);
}

static void lookup_own_key_is_one_that_fits(void **state)
{
    (void)state;
    made_up *m = device_like(CLPT_DEVICE_OTHER, "other", "Card # 7 [rev]  two = three");
    char key[256], text[300];
    clpti_tuning_device_key(&m->context.device, key, sizeof key);
    snprintf(text, sizeof text, "[%s]\r\n  group\t=  8  \r\n", key);
    assert_int_equal(read_rows(m, file_of(text)), CLPT_OK);
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_GROUP), 8);
    release(m);
}

static void every_parameter_has_a_default_that_it_takes(void **state)
{
    (void)state;
    for (int i = 0; i < CLPTI_TUNE_COUNT; i++) {
        const clpti_tune_parameter *p = &clpti_tune_parameters[i];
        char given[80];
        made_up *m = device_like(CLPT_DEVICE_OTHER, "other", "x");
        assert_non_null(p->name);
        assert_int_equal(read_rows(m, "off"), CLPT_OK);
        snprintf(given, sizeof given, "%s=%lld", p->name, (long long)clpti_tuned(&m->context, (clpti_tune)i));
        assert_int_equal(read_rows(m, given), CLPT_OK);
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
                 {"group = eight", "'eight' is no value of group: it takes a power of two from 1 to 1024"},
                 {"group = 48", "'48' is no value of group"},
                 {"group = 2048", "'2048' is no value of group"},
                 {"group = 8 8", "'8 8' is no value of group"},
                 {"fft_bytes = -1", "a whole number from 4096"},
                 {"fft_bytes = 99999999999999999999", "a whole number from 4096"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        made_up *m = h100();
        snprintf(text, sizeof text, "[type gpu]\ngroup = 32\n%s\n[type gpu]\nfield_bytes = 8192\n", cases[i].line);
        assert_int_equal(read_rows(m, file_of(text)), CLPT_OK);
        if (!strstr(m->log.text, cases[i].words)) fail_msg("'%s' is not in: %s", cases[i].words, m->log.text);
        if (!strstr(m->log.text, "line 3") && !strstr(m->log.text, "line 4")) fail_msg("no line: %s", m->log.text);
        assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_GROUP), 32);
        assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_FIELD_BYTES), 8192);
        release(m);
    }
    made_up *m = h100();
    assert_int_equal(read_rows(m, file_of("group = 8\n[type gpu]\nfield_bytes = 8192\n")), CLPT_OK);
    assert_non_null(strstr(m->log.text, "a setting before any [device"));
    assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_GROUP), 64);
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
        assert_int_equal(read_rows(m, path), CLPT_OK);
        assert_true(test_count(m->log.text, "ignored") <= 6);
        assert_true(strlen(m->log.text) > 0);
        if (zero) assert_non_null(strstr(m->log.text, "it is not text"));
        assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_GROUP), 64);
        release(m);
    }
    const struct {
        const char *path, *words;
    } cases[] = {{directory, "not a regular file"}, {test_path(directory, "absent.conf"), "No such file"}};
    for (int i = 0; i < 2; i++) {
        made_up *m = h100();
        assert_int_equal(read_rows(m, cases[i].path), CLPT_OK);
        assert_non_null(strstr(m->log.text, cases[i].words));
        assert_non_null(strstr(m->log.text, cases[i].path));
        assert_int_equal(clpti_tuned(&m->context, CLPTI_TUNE_GROUP), 64);
        release(m);
    }
    made_up *m = h100(); /* the usual place need not hold one */
    assert_int_equal(clpti_tuning_open(&m->context, cases[1].path, false, 4096, clpti_is_operation), CLPT_OK);
    assert_string_equal(m->log.text, "");
    release(m);
}

static void given_rows_that_are_none_are_errors(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"group=48", "'48' is no value of group"},
                                           {"grupp=64", "'grupp' is neither"},
                                           {"group=64,", "not of the form name=value"},
                                           {"group=64,forward", "'forward' in the tuning"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        made_up *m = h100();
        assert_int_equal(read_rows(m, cases[i][0]), CLPT_ERROR_ARGUMENT);
        if (!strstr(m->context.message.text, cases[i][1])) fail_msg("%s", m->context.message.text);
        release(m);
    }
}

/* ---- on the device under test ---- */

static clpt_context *opened(const char *tuning, const char *variants, test_log *log)
{
    clpt_message message = {0};
    clpt_context *context = NULL;
    clpt_context_options options = {.device = test_device(), .variants = variants, .tuning = tuning};
    if (log) {
        memset(log, 0, sizeof *log);
        options.log = test_log_line;
        options.log_user = log;
    }
    if (clpt_context_create(&options, &message, &context) != CLPT_OK) fail_msg("cannot open: %s", message.text);
    return context;
}

static test_field patterns(clpt_context *context, int64_t count)
{
    enum { SIDE = 16, HEIGHT = 60 };
    test_field object = test_field_random(CLPT_C64, 1, 2, CLPT_SHAPE(HEIGHT, HEIGHT));
    test_field probe = test_field_random(CLPT_C64, 2, 2, CLPT_SHAPE(SIDE, SIDE));
    test_field out = test_field_new(CLPT_F32, 3, CLPT_SHAPE(count, SIDE, SIDE));
    double *positions = malloc((size_t)(2 * count) * sizeof *positions);
    clpt_scan *scan = NULL;
    assert_non_null(positions);
    test_random_fill(positions, 2 * count, 3, 10, 50);
    clpt_array o = test_array(&object), p = test_array(&probe), a = test_array(&out);
    test_ok(context, clpt_scan_create(context, positions, count, &scan));
    test_ok(context, clpt_forward(context, &o, scan, &p, NULL, &a));
    clpt_scan_destroy(&scan);
    free(positions);
    test_field_free(&object);
    test_field_free(&probe);
    return out;
}

static void preferred_variant_is_what_runs(void **state)
{
    (void)state;
    test_log *log = malloc(sizeof *log);
    assert_non_null(log);
    clpt_context *context = opened("forward=composed,illuminate=general,fft=general", NULL, log);
    test_field out = patterns(context, 3);
    if (!test_is_reference()) {
        expect_shown(context, "forward: composed\n");
        expect_shown(context, "illuminate: general\n");
        expect_shown(context, "tuning illuminate: general (given)\n");
        expect_shown(context, "fft 16: general\n");
        /* A program is made when its kernel is launched. */
        assert_int_equal(test_count(log->text, "illuminate.cl ["), 1);
        assert_int_equal(test_count(log->text, "illuminate_lanes.cl ["), 0);
    }
    test_field_free(&out);
    clpt_context_destroy(&context);
    if (clpt_context_device(test_context)->type == CLPT_DEVICE_CPU && strcmp(test_device(), "rusticl") != 0) {
        context = opened("forward=composed", NULL, log); /* without a row it is the other one */
        out = patterns(context, 3);
        assert_int_equal(test_count(log->text, "illuminate_lanes.cl ["), 1);
        assert_int_equal(test_count(log->text, "illuminate.cl ["), 0);
        test_field_free(&out);
        clpt_context_destroy(&context);
    }
    free(log);
}

static void forced_variants_come_before_preferred_ones(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    clpt_context *context = opened("gather=lanes,illuminate=lanes", "forward=composed,illuminate=general", NULL);
    test_field out = patterns(context, 3);
    expect_shown(context, "illuminate: general\n");
    assert_null(strstr(clpt_context_choices(context), "tuning illuminate"));
    test_field_free(&out);
    clpt_context_destroy(&context);
}

static void variants_that_do_not_apply_or_are_none_are_passed_over(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    /* With the second row of each pair the first one's choices stay; n64 is for a side of 64. */
    static const char *const pairs[][2] = {{"off", "forward=n64"},
                                           {"forward=composed", "forward=composed,illuminate=quickest"}};
    test_log *log = malloc(sizeof *log);
    assert_non_null(log);
    for (int i = 0; i < 2; i++) {
        clpt_context *usual = opened(pairs[i][0], NULL, NULL), *context = opened(pairs[i][1], NULL, log);
        test_field want = patterns(usual, 3);
        for (int twice = 0; twice < 2; twice++) {
            test_field got = patterns(context, 3);
            test_same_bits("with rows that cannot serve", &got, &want);
            test_field_free(&got);
        }
        assert_int_equal(test_count(log->text, "illuminate has no variant 'quickest'"), i);
        assert_null(strstr(clpt_context_choices(context), "\nforward: n64\n"));
        clpt_context_destroy(&context);
        clpt_context_destroy(&usual);
        test_field_free(&want);
    }
    free(log);
}

static void chunks_and_groups_change_no_bit(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    const int64_t count = test_small() ? 5 : 21;
    clpt_context *usual = opened("off", "forward=composed", NULL);
    test_field want = patterns(usual, count);
    static const char *const ways[] = {"fft_bytes=4096", "fft_bytes=68719476736", "group=1,fft_bytes=10000",
                                       "group=256"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        clpt_context *context = opened(ways[i], "forward=composed", NULL);
        test_field got = patterns(context, count);
        test_same_bits(ways[i], &got, &want);
        expect_shown(context, strchr(ways[i], 'f') ? "tuning fft_bytes: " : "tuning group: 256 (given)");
        test_field_free(&got);
        clpt_context_destroy(&context);
    }
    test_field_free(&want);
    clpt_context_destroy(&usual);
}

static void lists_by_groups_or_items_are_the_same(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    enum { SIDE = 12, COUNT = 30 };
    test_field patches = test_field_random(CLPT_C64, 1, 3, CLPT_SHAPE(COUNT, SIDE, SIDE));
    double positions[2 * COUNT];
    test_random_fill(positions, 2 * COUNT, 3, 0, 90);
    test_field canvases[2] = {{0}};
    for (int group = 0; group < 2; group++) {
        clpt_context *context = opened(test_text("tile_group=%d,gather=general", group), NULL, NULL);
        clpt_scan *scan = NULL;
        int64_t side = 0;
        test_ok(context, clpt_scan_create(context, positions, COUNT, &scan));
        test_ok(context, clpt_scan_canvas(scan, SIDE, &side, NULL));
        canvases[group] = test_field_new(CLPT_C64, 2, CLPT_SHAPE(side, side));
        clpt_array in = test_array(&patches), out = test_array(&canvases[group]);
        test_ok(context, clpt_reassemble_scan(context, &in, scan, SIDE, &out));
        expect_shown(context, test_text("tuning tile_group: %d (given)\n", group));
        clpt_scan_destroy(&scan);
        clpt_context_destroy(&context);
    }
    test_same_bits("lists by groups", &canvases[1], &canvases[0]);
    test_field_free(&canvases[0]);
    test_field_free(&canvases[1]);
    test_field_free(&patches);
}

static void file_is_found_by_variable_and_at_its_usual_place(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    char key[256], text[300], before[1024], *kept = getenv("CLPTYCHO_TUNING");
    snprintf(before, sizeof before, "%s", kept ? kept : "");
    clpti_tuning_device_key(clpt_context_device(test_context), key, sizeof key);
    snprintf(text, sizeof text, "[%s]\ngroup = 32\n", key);
    for (int place = 0; place < 3; place++) {
        char *home = test_directory_new(), path[1200];
        unsetenv("CLPTYCHO_TUNING");
        snprintf(path, sizeof path, "mkdir -p '%s/clptycho'", home);
        assert_int_equal(system(path), 0);
        snprintf(path, sizeof path, "%s/clptycho/tuning.conf", home);
        test_file_write(path, text, strlen(text));
        if (place == 0) setenv("CLPTYCHO_TUNING", path, 1);
        if (place > 0) setenv("XDG_CONFIG_HOME", home, 1);
        if (place == 2) setenv("CLPTYCHO_TUNING", "off", 1);
        clpt_context *context =
            opened(NULL, "forward=composed", NULL); /* kernels that take work-groups as they are given */
        unsetenv("XDG_CONFIG_HOME");
        test_field out = patterns(context, 2);
        expect_shown(context, place < 2 ? "tuning group: 32 (user's row 'device " : "tuning group: 64 (default)");
        test_field_free(&out);
        clpt_context_destroy(&context);
        test_directory_remove(home);
    }
    unsetenv("CLPTYCHO_TUNING");
    if (*before) setenv("CLPTYCHO_TUNING", before, 1);
}

static int start(void **state)
{
    directory = test_directory_new();
    return test_open_both(state);
}

static int end(void **state)
{
    test_directory_remove(directory);
    return test_close_both(state);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lookup_most_particular_row_counts),
        cmocka_unit_test(lookup_user_rows_come_before_built_in_ones_and_given_ones_before_both),
        cmocka_unit_test(lookup_own_key_is_one_that_fits),
        cmocka_unit_test(every_parameter_has_a_default_that_it_takes),
        cmocka_unit_test(damaged_lines_are_named_and_ignored),
        cmocka_unit_test(damaged_files_give_few_warnings_and_the_defaults),
        cmocka_unit_test(given_rows_that_are_none_are_errors),
        cmocka_unit_test(preferred_variant_is_what_runs),
        cmocka_unit_test(forced_variants_come_before_preferred_ones),
        cmocka_unit_test(variants_that_do_not_apply_or_are_none_are_passed_over),
        cmocka_unit_test(chunks_and_groups_change_no_bit),
        cmocka_unit_test(lists_by_groups_or_items_are_the_same),
        cmocka_unit_test(file_is_found_by_variable_and_at_its_usual_place),
    };
    return cmocka_run_group_tests_name("tuning", tests, start, end);
}
