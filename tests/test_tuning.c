/* SPDX-License-Identifier: Apache-2.0 */
/* Tuning entries on the device under test: a preferred variant runs, and no number of them changes a bit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime_support.h"

#include "api/explain.h"
#include "core/tuning.h"

static clpt_context *opened(const char *tuning, const char *variants, test_log *log)
{
    clpt_message message = {0};
    clpt_context *context = NULL;
    clpt_context_options options = {
        .size = sizeof options, .device = test_device(), .variants = variants, .tuning = tuning};
    if (log) {
        memset(log, 0, sizeof *log);
        options.log = test_log_line;
        options.log_user = log;
    }
    if (clpt_context_create(&options, &context, &message) != CLPT_OK) fail_msg("cannot open: %s", message.text);
    return context;
}

static test_field patterns(clpt_context *context, int64_t count)
{
    enum { SIDE = 16, HEIGHT = 60 };
    test_field object = test_field_random(CLPT_TYPE_C64, 1, 2, CLPT_SHAPE(HEIGHT, HEIGHT));
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, 2, CLPT_SHAPE(SIDE, SIDE));
    test_field out = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(count, SIDE, SIDE));
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
        test_shown(context, "forward: composed\n");
        test_shown(context, "illuminate: general\n");
        test_shown(context, "tuning illuminate: general (given)\n");
        test_shown(context, "fft 16: general\n");
        /* A program is made when its kernel is launched. */
        assert_int_equal(test_count(log->text, "illuminate.cl ["), 1);
        assert_int_equal(test_count(log->text, "illuminate_lanes.cl ["), 0);
    }
    test_field_free(&out);
    clpt_context_destroy(&context);
    if (clpt_context_get_device(test_context)->type == CLPT_DEVICE_CPU && strcmp(test_device(), "rusticl") != 0) {
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
    test_shown(context, "illuminate: general\n");
    assert_null(strstr(clpti_choices_summary(context), "tuning illuminate"));
    test_field_free(&out);
    clpt_context_destroy(&context);
}

static void variants_that_do_not_apply_or_are_unknown_are_rejected(void **state)
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
        test_field expected = patterns(usual, 3);
        for (int twice = 0; twice < 2; twice++) {
            test_field got = patterns(context, 3);
            test_same_bits("with rows that do not match", &got, &expected);
            test_field_free(&got);
        }
        assert_int_equal(test_count(log->text, "illuminate has no variant 'quickest'"), i);
        assert_null(strstr(clpti_choices_summary(context), "\nforward: n64\n"));
        clpt_context_destroy(&context);
        clpt_context_destroy(&usual);
        test_field_free(&expected);
    }
    free(log);
}

static void chunks_and_groups_change_no_bit(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    const int64_t count = test_small() ? 5 : 21;
    clpt_context *usual = opened("off", "forward=composed", NULL);
    test_field expected = patterns(usual, count);
    static const char *const ways[] = {"fft_bytes=4096", "fft_bytes=68719476736", "group=1,fft_bytes=10000",
                                       "group=256"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        clpt_context *context = opened(ways[i], "forward=composed", NULL);
        test_field got = patterns(context, count);
        test_same_bits(ways[i], &got, &expected);
        test_shown(context, strchr(ways[i], 'f') ? "tuning fft_bytes: " : "tuning group: 256 (given)");
        test_field_free(&got);
        clpt_context_destroy(&context);
    }
    test_field_free(&expected);
    clpt_context_destroy(&usual);
}

static void lists_by_groups_or_items_are_the_same(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    enum { SIDE = 12, COUNT = 30 };
    test_field patches = test_field_random(CLPT_TYPE_C64, 1, 3, CLPT_SHAPE(COUNT, SIDE, SIDE));
    double positions[2 * COUNT];
    test_random_fill(positions, 2 * COUNT, 3, 0, 90);
    test_field canvases[2] = {{0}};
    for (int group = 0; group < 2; group++) {
        clpt_context *context = opened(test_text("tile_group=%d,gather=general", group), NULL, NULL);
        clpt_scan *scan = NULL;
        int64_t side = 0;
        test_ok(context, clpt_scan_create(context, positions, COUNT, &scan));
        test_ok(context, clpt_scan_get_canvas(scan, SIDE, &side, NULL));
        canvases[group] = test_field_new(CLPT_TYPE_C64, 2, CLPT_SHAPE(side, side));
        clpt_array in = test_array(&patches), out = test_array(&canvases[group]);
        test_ok(context, clpt_reassemble_scan(context, &in, scan, SIDE, &out));
        test_shown(context, test_text("tuning tile_group: %d (given)\n", group));
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
    clpti_tuning_device_key(clpt_context_get_device(test_context), key, sizeof key);
    snprintf(text, sizeof text, "[%s]\ngroup = 32\n", key);
    for (int source = 0; source < 3; source++) {
        char *home = test_directory_new(), path[1200];
        unsetenv("CLPTYCHO_TUNING");
        snprintf(path, sizeof path, "mkdir -p '%s/clptycho'", home);
        assert_int_equal(system(path), 0);
        snprintf(path, sizeof path, "%s/clptycho/tuning.conf", home);
        test_file_write(path, text, strlen(text));
        if (source == 0) setenv("CLPTYCHO_TUNING", path, 1);
        if (source > 0) setenv("XDG_CONFIG_HOME", home, 1);
        if (source == 2) setenv("CLPTYCHO_TUNING", "off", 1);
        clpt_context *context =
            opened(NULL, "forward=composed", NULL); /* kernels that take work-groups as they are given */
        unsetenv("XDG_CONFIG_HOME");
        test_field out = patterns(context, 2);
        test_shown(context, source < 2 ? "tuning group: 32 (user's entry 'device " : "tuning group: ");
        if (source == 2) assert_null(strstr(clpti_choices_summary(context), "user's entry"));
        test_field_free(&out);
        clpt_context_destroy(&context);
        test_directory_remove(home);
    }
    unsetenv("CLPTYCHO_TUNING");
    if (*before) setenv("CLPTYCHO_TUNING", before, 1);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(preferred_variant_is_what_runs),
        cmocka_unit_test(forced_variants_come_before_preferred_ones),
        cmocka_unit_test(variants_that_do_not_apply_or_are_unknown_are_rejected),
        cmocka_unit_test(chunks_and_groups_change_no_bit),
        cmocka_unit_test(lists_by_groups_or_items_are_the_same),
        cmocka_unit_test(file_is_found_by_variable_and_at_its_usual_place),
    };
    return cmocka_run_group_tests_name("tuning", tests, test_open_both, test_close_both);
}
