/* SPDX-License-Identifier: Apache-2.0 */
/* What serves an operation can be forced and is shown; a name that is none is an error; other sizes build no program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

typedef struct log_counts {
    int programs; /* built or taken from the cache */
    char last[512];
} log_counts;

static void count_line(void *user, clpt_log_level level, const char *line)
{
    log_counts *counts = user;
    (void)level;
    if (!strstr(line, ": built in") && !strstr(line, ": taken from the cache in")) return;
    counts->programs++;
    snprintf(counts->last, sizeof counts->last, "%s", line);
}

static clpt_status open_choice(const char *fft, const char *variants, log_counts *counts, clpt_message *message,
                               clpt_context **context)
{
    clpt_context_options options = {.device = test_device(),
                                    .fft = fft,
                                    .variants = variants,
                                    .log = counts ? count_line : NULL,
                                    .log_user = counts};
    return clpt_context_create(&options, message, context);
}

static clpt_context *opened(const char *fft, const char *variants, log_counts *counts)
{
    clpt_message message = {0};
    clpt_context *context = NULL;
    if (open_choice(fft, variants, counts, &message, &context) != CLPT_OK) fail_msg("cannot open: %s", message.text);
    return context;
}

/* ---- one call of each operation, of any sizes ---- */

typedef struct sizes {
    int64_t height, width, side, count, modes;
} sizes;

static clpt_status forward(clpt_context *context, const sizes *s)
{
    test_field object = test_field_random(CLPT_C64, 1, 2, CLPT_SHAPE(s->height, s->width));
    test_field probe = test_field_random(CLPT_C64, 2, 3, CLPT_SHAPE(s->modes, s->side, s->side));
    test_field out = test_field_new(CLPT_F32, 3, CLPT_SHAPE(s->count, s->side, s->side));
    double *positions = malloc((size_t)(2 * s->count) * sizeof *positions);
    assert_non_null(positions);
    test_random_fill(positions, 2 * s->count, 3, 0, 20);
    clpt_array in = test_array(&object), modes = test_array(&probe), to = test_array(&out);
    clpt_scan *scan = NULL;
    clpt_status status = clpt_scan_create(context, positions, s->count, &scan);
    if (status == CLPT_OK) status = clpt_forward(context, &in, scan, &modes, NULL, &to);
    clpt_scan_destroy(&scan);
    free(positions);
    test_field_free(&object);
    test_field_free(&probe);
    test_field_free(&out);
    return status;
}

static clpt_status patches(clpt_context *context, const sizes *s)
{
    test_field object = test_field_random(CLPT_F32, 1, 2, CLPT_SHAPE(s->height, s->width));
    test_field cut = test_field_new(CLPT_F32, 3, CLPT_SHAPE(s->count, s->side, s->side));
    double *positions = malloc((size_t)(2 * s->count) * sizeof *positions);
    assert_non_null(positions);
    test_random_fill(positions, 2 * s->count, 3, 0, 20);
    clpt_array in = test_array(&object), out = test_array(&cut);
    clpt_scan *scan = NULL;
    int64_t side = 0;
    clpt_status status = clpt_scan_create(context, positions, s->count, &scan);
    if (status == CLPT_OK) status = clpt_extract_scan(context, &in, scan, &out);
    if (status == CLPT_OK) status = clpt_scan_canvas(scan, s->side, &side, NULL);
    test_field canvas = test_field_new(CLPT_F32, 2, CLPT_SHAPE(side, side));
    clpt_array whole = test_array(&canvas);
    if (status == CLPT_OK) status = clpt_reassemble_scan(context, &out, scan, s->side, &whole); /* gather */
    clpt_scan_destroy(&scan);
    free(positions);
    test_field_free(&object);
    test_field_free(&cut);
    test_field_free(&canvas);
    return status;
}

static clpt_status warp(clpt_context *context, const sizes *s)
{
    test_field images = test_field_random(CLPT_F32, 1, 3, CLPT_SHAPE(s->count, s->height, s->width));
    test_field out = test_field_new(CLPT_F32, 3, images.shape);
    double numbers[] = {1, 0.1, 0.5, -0.1, 1, -1.25, 1e-3, 0};
    clpt_array in = test_array(&images), to = test_array(&out);
    clpt_array transform = clpt_array_host(numbers, CLPT_F64, 2, CLPT_SHAPE(1, 8));
    clpt_status status = clpt_warp(context, &in, &transform, CLPT_BILINEAR, CLPT_FILL_ZEROS, &to);
    test_field_free(&images);
    test_field_free(&out);
    return status;
}

static clpt_status gram(clpt_context *context, const sizes *s)
{
    test_field modes = test_field_random(CLPT_C64, 1, 3, CLPT_SHAPE(s->modes, s->side, s->side));
    clpt_array array = test_array(&modes);
    clpt_status status = clpt_orthogonalise(context, &array);
    test_field_free(&modes);
    return status;
}

static clpt_status reconstruct(clpt_context *context, const sizes *s)
{
    test_field object = test_field_random(CLPT_C64, 1, 2, CLPT_SHAPE(s->height, s->width));
    test_field probe = test_field_random(CLPT_C64, 2, 3, CLPT_SHAPE(s->modes, s->side, s->side));
    test_field amplitude = test_field_new(CLPT_F32, 3, CLPT_SHAPE(s->count, s->side, s->side));
    double *positions = malloc((size_t)(2 * s->count) * sizeof *positions);
    assert_non_null(positions);
    test_random_fill(positions, 2 * s->count, 3, 0, 9);
    clpt_measurement measurement = {
        .amplitude = amplitude.data, .count = s->count, .side = s->side, .positions = positions};
    clpt_array start = test_array(&object), modes = test_array(&probe);
    clpt_solver *solver = NULL;
    clpt_status status =
        clpt_solver_create(context, &measurement, &start, &modes, &(clpt_solver_options){.probe_start = 0}, &solver);
    if (status == CLPT_OK) status = clpt_solver_iterate(solver, NULL);
    clpt_solver_destroy(&solver);
    free(positions);
    test_field_free(&object);
    test_field_free(&probe);
    test_field_free(&amplitude);
    return status;
}

static const sizes small = {12, 14, 8, 3, 2};

/* ---- forced and shown ---- */

static void expect_choice(clpt_context *context, const char *line)
{
    const char *choices = clpt_context_choices(context), *at = strstr(choices, line);
    if (!at || (at > choices && at[-1] != '\n')) fail_msg("'%s' is not among the choices: %s", line, choices);
}

static void choices_are_empty_before_and_shown_after(void **state)
{
    (void)state;
    clpt_context *context = opened(NULL, NULL, NULL);
    assert_string_equal(clpt_context_choices(context), "");
    test_ok(context, forward(context, &small));
    test_ok(context, patches(context, &small));
    if (!test_is_reference()) {
        expect_choice(context, "forward: ");
        expect_choice(context, "fft 8: ");
        expect_choice(context, "extract: ");
        expect_choice(context, "gather: ");
    }
    assert_string_equal(clpt_context_choices(NULL), "");
    clpt_context_destroy(&context);
}

static void options_and_variables_force_choices(void **state)
{
    (void)state;
    if (test_is_reference()) skip(); /* nothing to choose from */
    const struct {
        const char *fft, *variants;
    } ways[] = {{"general", "gram=general,rotate=general,illuminate=general"}, {"auto", "gather=general"}};
    for (int by_variable = 0; by_variable < 2; by_variable++)
        for (size_t i = 0; i < 2; i++) {
            if (by_variable) setenv("CLPTYCHO_FFT", ways[i].fft, 1);
            if (by_variable) setenv("CLPTYCHO_VARIANTS", ways[i].variants, 1);
            clpt_context *context =
                by_variable ? opened(NULL, NULL, NULL) : opened(ways[i].fft, ways[i].variants, NULL);
            unsetenv("CLPTYCHO_FFT");
            unsetenv("CLPTYCHO_VARIANTS");
            test_ok(context, forward(context, &(sizes){40, 50, 16, 3, 2}));
            test_ok(context, patches(context, &small));
            if (i == 0) test_ok(context, gram(context, &small));
            if (i == 0) expect_choice(context, "fft 16: general\n");
            if (i == 0) expect_choice(context, "gram: general\n");
            if (i == 0) expect_choice(context, "rotate: general\n");
            if (i == 0) expect_choice(context, "illuminate: general\n");
            if (i == 1) expect_choice(context, "gather: general\n");
            clpt_context_destroy(&context);
        }
}

static void options_come_before_variables(void **state)
{
    (void)state;
    setenv("CLPTYCHO_FFT", "nonsense", 1);
    setenv("CLPTYCHO_VARIANTS", "nonsense", 1);
    clpt_context *context = opened("general", "", NULL);
    unsetenv("CLPTYCHO_FFT");
    unsetenv("CLPTYCHO_VARIANTS");
    test_ok(context, forward(context, &small));
    clpt_context_destroy(&context);
}

/* ---- names that are none ---- */

static void operations_that_are_none_are_refused_at_once(void **state)
{
    (void)state;
    const struct {
        const char *variants, *words;
    } cases[] = {{"gramm=general", "no operation|'gramm'|gram, |CLPTYCHO_VARIANTS"},
                 {"gram=general,foo=bar", "no operation|'foo'|extract"},
                 {"gram", "'gram'|operation=variant"},
                 {"gram=", "'gram='|operation=variant"},
                 {"=general", "no operation|''"},
                 {"gram=general,,rotate=general", "''|operation=variant"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clpt_message message = {0};
        clpt_context *context = NULL;
        assert_int_equal(open_choice(NULL, cases[i].variants, NULL, &message, &context), CLPT_ERROR_ARGUMENT);
        assert_null(context);
        char words[256];
        snprintf(words, sizeof words, "%s", cases[i].words);
        for (char *word = strtok(words, "|"); word; word = strtok(NULL, "|"))
            if (!strstr(message.text, word)) fail_msg("'%s' is not in: %s", word, message.text);
    }
}

static void variants_and_providers_that_are_none_are_named(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    clpt_context *context = opened("fastest", "extract=quick,rotate=slow", NULL);
    test_fails(context, patches(context, &small), CLPT_ERROR_ARGUMENT, "extract has no variant 'quick'|general");
    test_fails(context, forward(context, &small), CLPT_ERROR_ARGUMENT, "FFT provider|'fastest'|lanes|general");
    test_fails(context, gram(context, &small), CLPT_ERROR_ARGUMENT, "rotate has no variant 'slow'|clblast, general");
    assert_null(strstr(clpt_context_choices(context), "extract"));
    test_ok(context, warp(context, &small)); /* what is not forced goes on */
    clpt_context_destroy(&context);
}

/* ---- switched off ---- */

static clpt_status open_without(const char *without, const char *variants, const char *fft, const char *tuning,
                                clpt_message *message, clpt_context **context)
{
    clpt_context_options options = {
        .device = test_device(), .without = without, .variants = variants, .fft = fft, .tuning = tuning};
    return clpt_context_create(&options, message, context);
}

static clpt_context *opened_without(const char *without, const char *tuning)
{
    clpt_message message = {0};
    clpt_context *context = NULL;
    if (open_without(without, "", "auto", tuning, &message, &context) != CLPT_OK)
        fail_msg("cannot open without '%s': %s", without, message.text);
    return context;
}

static void switches_that_are_none_or_disagree_are_refused(void **state)
{
    (void)state;
    const struct {
        const char *without, *variants, *fft, *words;
    } cases[] = {{"foo", "", "auto", "nothing is called 'foo'#CLPTYCHO_WITHOUT#fft=lanes|#exit_step=n64|split|"},
                 {"lanes,foo", "", "auto", "nothing is called 'foo'"},
                 {"exit_step", "", "auto", "nothing is called 'exit_step'#there is exit_step=n64|split|lanes|composed"},
                 {"exit_step=foo", "", "auto", "nothing is called 'exit_step=foo'#there is exit_step=n64|"},
                 {"gramm=general", "", "auto", "nothing is called 'gramm=general'#gram=clblast|general"},
                 {"fft=n64", "", "auto", "nothing is called 'fft=n64'#fft=lanes|"},
                 {"lanes,,n64", "", "auto", "nothing is called ''"},
                 {"=lanes", "", "auto", "nothing is called '=lanes'"},
                 {"gram=general", "gram=general", "auto", "gram=general is asked for#switched off#leave one"},
                 {"general", "warp=general", "auto", "warp=general is asked for#switched off"},
                 {"lanes,general", "", "general", "'general' is asked for (CLPTYCHO_FFT)#switched off"},
                 {"fft=general", "", "general", "'general' is asked for (CLPTYCHO_FFT)#switched off"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clpt_message message = {0};
        clpt_context *context = NULL;
        assert_int_equal(open_without(cases[i].without, cases[i].variants, cases[i].fft, NULL, &message, &context),
                         CLPT_ERROR_ARGUMENT);
        assert_null(context);
        char words[256];
        snprintf(words, sizeof words, "%s", cases[i].words);
        for (char *word = strtok(words, "#"); word; word = strtok(NULL, "#"))
            if (!strstr(message.text, word)) fail_msg("'%s' is not in: %s", word, message.text);
    }
}

/* Whatever the build is without. */
static void every_row_can_be_switched_off(void **state)
{
    (void)state;
    static const char *const lists[] = {"clfft", "clblast,n64", "fft=clfft,fft=general", "rotate=clblast,tile", ""};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        clpt_message message = {0};
        clpt_context *context = NULL;
        if (open_without(lists[i], "gram=general", "auto", NULL, &message, &context) != CLPT_OK)
            fail_msg("'%s': %s", lists[i], message.text);
        clpt_context_destroy(&context);
    }
}

static void the_last_variant_switched_off_is_an_error_that_says_so(void **state)
{
    (void)state;
    if (test_is_reference()) skip(); /* its one way of doing things is no row of a table */
    clpt_context *context = opened_without("gram=general,clblast,extract=general", NULL);
    test_fails(context, gram(context, &small), CLPT_ERROR_ARGUMENT,
               "no variant of gram|clblast, general|general: switched off (CLPTYCHO_WITHOUT)");
    test_fails(context, patches(context, &small), CLPT_ERROR_ARGUMENT, "no variant of extract (general)|switched off");
    test_ok(context, warp(context, &small));
    clpt_context_destroy(&context);
    context = opened_without("forward=lanes,fft=lanes,fft=group,clfft,fft=general", NULL);
    test_fails(context, forward(context, &small), CLPT_ERROR_FFT,
               "no FFT provider|side 8|general: switched off (CLPTYCHO_WITHOUT)");
    clpt_context_destroy(&context);
}

static void what_is_off_is_no_more_preferred(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    clpt_context *context = opened_without("illuminate=lanes,fft=general", "illuminate=lanes,fft=general");
    test_ok(context, forward(context, &(sizes){40, 50, 16, 3, 2}));
    const char *choices = clpt_context_choices(context);
    assert_null(strstr(choices, "\nilluminate: lanes"));
    assert_null(strstr(choices, "fft 16: general"));
    clpt_context_destroy(&context);
}

static void the_option_comes_before_the_variable(void **state)
{
    (void)state;
    setenv("CLPTYCHO_WITHOUT", "nonsense", 1);
    clpt_message message = {0};
    clpt_context *context = NULL;
    assert_int_equal(open_without(NULL, "", "auto", NULL, &message, &context), CLPT_ERROR_ARGUMENT);
    assert_int_equal(open_without("n64", "", "auto", NULL, &message, &context), CLPT_OK);
    unsetenv("CLPTYCHO_WITHOUT");
    clpt_context_destroy(&context);
}

/* ---- records ---- */

static bool find_record(clpt_context *context, const char *what, clpt_choice *found)
{
    for (int64_t i = 0; clpt_context_choice(context, i, found) == CLPT_OK; i++)
        if (!strcmp(found->what, what)) return true;
    return false;
}

static void records_say_what_why_and_how_often(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    clpt_choice choice;
    clpt_kernel_use use;
    clpt_message message = {0};
    clpt_context *context = NULL;
    assert_int_equal(
        open_without("forward=lanes,tile", "extract=general", "general", "gather=general", &message, &context),
        CLPT_OK);
    assert_true(find_record(context, "device", &choice) && choice.kind == CLPT_CHOICE_DEVICE && choice.runs == 0);
    assert_true(find_record(context, "quirks", &choice) && choice.kind == CLPT_CHOICE_QUIRKS);
    assert_true(find_record(context, "without", &choice) && choice.kind == CLPT_CHOICE_SWITCHES);
    assert_string_equal(choice.chosen, "forward=lanes,tile");
    assert_string_equal(clpt_context_choices(context), "");
    for (int i = 0; i < 3; i++) test_ok(context, patches(context, &small));
    test_ok(context, forward(context, &small));
    assert_true(find_record(context, "extract", &choice) && choice.kind == CLPT_CHOICE_OPERATION);
    assert_string_equal(choice.chosen, "general");
    assert_string_equal(choice.reason, "asked for (CLPTYCHO_VARIANTS)");
    assert_int_equal(choice.runs, 3);
    assert_int_equal(choice.kernels, 3);
    assert_true(find_record(context, "gather", &choice));
    assert_string_equal(choice.reason, "preferred by the tuning: given");
    assert_true(find_record(context, "forward", &choice));
    assert_non_null(strstr(choice.passed_over, "lanes: switched off (CLPTYCHO_WITHOUT)"));
    assert_non_null(strstr(choice.reason, "the first of lanes, n64, split, composed that applies"));
    assert_true(find_record(context, "fft 8", &choice) && choice.kind == CLPT_CHOICE_FFT);
    assert_string_equal(choice.reason, "asked for (CLPTYCHO_FFT)");
    bool found = false;
    for (int64_t i = 0; clpt_context_kernel(context, i, &use) == CLPT_OK; i++) {
        if (strcmp(use.name, "extract_general") != 0) continue;
        found = true;
        assert_string_equal(use.file, "extract.cl");
        assert_non_null(strstr(use.options, "-cl-std=CL1.2"));
        assert_int_equal(use.count, 3);
        assert_int_equal(clpt_context_choice(context, use.choice, &choice), CLPT_OK);
        assert_string_equal(choice.what, "extract");
    }
    assert_true(found);
    const char *text = clpt_context_explain(context);
    static const char *const lines[] = {"device: ",
                                        "quirks: ",
                                        "without: forward=lanes,tile - switched off",
                                        "extract: general - asked for (CLPTYCHO_VARIANTS); ran 3 times, 3 kernels\n",
                                        "    not lanes: switched off (CLPTYCHO_WITHOUT)\n",
                                        "    extract_general: 3 x, extract.cl [-cl-std=CL1.2"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!strstr(text, lines[i])) fail_msg("'%s' is not in: %s", lines[i], text);
    clpt_context_destroy(&context);
}

static void a_reference_context_explains_itself(void **state)
{
    (void)state;
    clpt_choice choice;
    test_ok(test_reference, forward(test_reference, &small));
    assert_true(find_record(test_reference, "forward", &choice));
    assert_string_equal(choice.chosen, "reference");
    assert_non_null(strstr(choice.reason, "plain C"));
    assert_true(choice.runs > 0 && choice.kernels == 0);
    assert_true(find_record(test_reference, "fft 8", &choice));
    assert_string_equal(choice.chosen, "reference");
    assert_non_null(strstr(clpt_context_explain(test_reference), "forward: reference - "));
    assert_int_equal(clpt_context_kernel_count(test_reference), 0);
    assert_int_equal(clpt_context_choice(test_reference, -1, &choice), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_context_choice(test_reference, clpt_context_choice_count(test_reference), &choice),
                     CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_context_kernel(test_reference, 0, &(clpt_kernel_use){0}), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_context_choice_count(NULL), 0);
    assert_string_equal(clpt_context_explain(NULL), "");
}

/* ---- sizes ---- */

static void other_sizes_build_no_program(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    enum { SHAPES = 100 };
    log_counts counts = {0};
    /* clFFT builds by itself; these two make no program for a side. */
    bool lanes = clpt_context_device(test_context)->type == CLPT_DEVICE_CPU && strcmp(test_device(), "rusticl") != 0;
    clpt_context *context = opened(lanes ? "lanes" : "general", "", &counts);
    clpt_status (*const calls[])(clpt_context *, const sizes *) = {forward, patches, warp};
    /* Every program once: all kinds of sizes that choose another variant. */
    static const sizes first[] = {
        {30, 30, 16, 2, 1}, {9, 11, 25, 70, 3}, {200, 90, 64, 5, 2}, {64, 64, 30, 33, 4}, {65, 50, 40, 9, 2}};
    for (size_t i = 0; i < (test_small() ? 1 : sizeof first / sizeof *first); i++)
        for (int call = 0; call < 3; call++) test_ok(context, calls[call](context, &first[i]));
    int before = counts.programs;
    double most = test_small() ? 30 : 150;
    assert_true(before >= 5);
    static const int64_t sides[] = {16, 18, 20, 25, 30, 32, 40, 48, 50, 64};
    for (uint64_t i = 0; i < (test_small() ? 6 : SHAPES); i++) {
        sizes s = {.height = (int64_t)test_random(7, 5 * i, 1, most),
                   .width = (int64_t)test_random(7, 5 * i + 1, 1, most),
                   .side = sides[i % (test_small() ? 2 : 10)],
                   .count = (int64_t)test_random(7, 5 * i + 2, 1, test_small() ? 4 : 40),
                   .modes = (int64_t)test_random(7, 5 * i + 3, 1, 4)};
        test_ok(context, calls[i % 3](context, &s));
        if (counts.programs != before)
            fail_msg("%lld×%lld, %lld patches of side %lld with %lld modes built a program: %s", (long long)s.height,
                     (long long)s.width, (long long)s.count, (long long)s.side, (long long)s.modes, counts.last);
    }
    clpt_context_destroy(&context);
}

/* Every operation that shows its choice can be given one. */
static void what_is_shown_can_be_forced(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    clpt_context *context = opened("general", "", NULL);
    clpt_status (*const calls[])(clpt_context *, const sizes *) = {forward, patches, warp, gram, reconstruct};
    for (int i = 0; i < 5; i++) test_ok(context, calls[i](context, &small));
    char *choices = strdup(clpt_context_choices(context));
    int operations = 0;
    assert_non_null(choices);
    for (char *line = strtok(choices, "\n"); line; line = strtok(NULL, "\n")) {
        char *colon = strchr(line, ':');
        assert_non_null(colon);
        *colon = '\0';
        if (!strncmp(line, "fft ", 4) || !strncmp(line, "tuning ", 7)) continue;
        clpt_context *forced = opened(NULL, test_text("%s=%s", line, colon + 2), NULL);
        clpt_context_destroy(&forced);
        operations++;
    }
    assert_true(operations >= 14);
    free(choices);
    clpt_context_destroy(&context);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(choices_are_empty_before_and_shown_after),
        cmocka_unit_test(options_and_variables_force_choices),
        cmocka_unit_test(options_come_before_variables),
        cmocka_unit_test(operations_that_are_none_are_refused_at_once),
        cmocka_unit_test(variants_and_providers_that_are_none_are_named),
        cmocka_unit_test(what_is_shown_can_be_forced),
        cmocka_unit_test(switches_that_are_none_or_disagree_are_refused),
        cmocka_unit_test(every_row_can_be_switched_off),
        cmocka_unit_test(the_last_variant_switched_off_is_an_error_that_says_so),
        cmocka_unit_test(what_is_off_is_no_more_preferred),
        cmocka_unit_test(the_option_comes_before_the_variable),
        cmocka_unit_test(records_say_what_why_and_how_often),
        cmocka_unit_test(a_reference_context_explains_itself),
        cmocka_unit_test(other_sizes_build_no_program),
    };
    return cmocka_run_group_tests_name("choices", tests, test_open_both, test_close_both);
}
