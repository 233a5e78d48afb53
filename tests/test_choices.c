/* SPDX-License-Identifier: Apache-2.0 */
/* Variants and providers can be forced and are recorded; an unknown name is an error; other sizes build no program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choice_case.h"

#include "api/explain.h"

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
    clpt_context_options options = {.size = sizeof options,
                                    .device = test_device(),
                                    .fft = fft,
                                    .variants = variants,
                                    .log = counts ? count_line : NULL,
                                    .log_user = counts};
    return clpt_context_create(&options, context, message);
}

static clpt_context *opened(const char *fft, const char *variants, log_counts *counts)
{
    clpt_message message = {0};
    clpt_context *context = NULL;
    if (open_choice(fft, variants, counts, &message, &context) != CLPT_OK) fail_msg("cannot open: %s", message.text);
    return context;
}

/* ---- forced and shown ---- */

static void expect_choice(clpt_context *context, const char *line)
{
    const char *choices = clpti_choices_summary(context), *at = strstr(choices, line);
    if (!at || (at > choices && at[-1] != '\n')) fail_msg("'%s' is not among the choices: %s", line, choices);
}

static void choices_are_empty_before_and_shown_after(void **state)
{
    (void)state;
    clpt_context *context = opened(NULL, NULL, NULL);
    assert_string_equal(clpti_choices_summary(context), "");
    test_ok(context, choice_forward(context, &choice_small));
    test_ok(context, choice_patches(context, &choice_small));
    if (!test_is_reference()) {
        expect_choice(context, "forward: ");
        expect_choice(context, "fft 8: ");
        expect_choice(context, "extract: ");
        expect_choice(context, "gather: ");
    }
    assert_string_equal(clpti_choices_summary(NULL), "");
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
            test_ok(context, choice_forward(context, &(choice_sizes){40, 50, 16, 3, 2}));
            test_ok(context, choice_patches(context, &choice_small));
            if (i == 0) test_ok(context, choice_gram(context, &choice_small));
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
    test_ok(context, choice_forward(context, &choice_small));
    clpt_context_destroy(&context);
}

/* ---- names that are none ---- */

static void operations_that_are_none_are_refused_at_once(void **state)
{
    (void)state;
    const struct {
        const char *variants, *words;
    } cases[] = {{"gramm=general", "unknown operation|'gramm'|gram, |CLPTYCHO_VARIANTS"},
                 {"gram=general,foo=bar", "unknown operation|'foo'|extract"},
                 {"gram", "'gram'|operation=variant"},
                 {"gram=", "'gram='|operation=variant"},
                 {"=general", "unknown operation|''"},
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
    test_fails(context, choice_patches(context, &choice_small), CLPT_ERROR_ARGUMENT,
               "operation 'extract' has no variant 'quick'|general");
    test_fails(context, choice_forward(context, &choice_small), CLPT_ERROR_ARGUMENT,
               "FFT provider|'fastest'|lanes|general");
    test_fails(context, choice_gram(context, &choice_small), CLPT_ERROR_ARGUMENT,
               "operation 'rotate' has no variant 'slow'|clblast, general");
    assert_null(strstr(clpti_choices_summary(context), "extract"));
    test_ok(context, choice_warp(context, &choice_small)); /* operations that are not forced continue */
    clpt_context_destroy(&context);
}

/* ---- sizes ---- */

static void other_sizes_build_no_program(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    enum { SHAPES = 100 };
    log_counts counts = {0};
    /* clFFT builds by itself; these two make no program for a side. */
    bool lanes =
        clpt_context_get_device(test_context)->type == CLPT_DEVICE_CPU && strcmp(test_device(), "rusticl") != 0;
    clpt_context *context = opened(lanes ? "lanes" : "general", "", &counts);
    clpt_status (*const calls[])(clpt_context *, const choice_sizes *) = {choice_forward, choice_patches, choice_warp};
    /* Every program once: all kinds of sizes that choose another variant. */
    static const choice_sizes first[] = {
        {30, 30, 16, 2, 1}, {9, 11, 25, 70, 3}, {200, 90, 64, 5, 2}, {64, 64, 30, 33, 4}, {65, 50, 40, 9, 2}};
    for (size_t i = 0; i < (test_small() ? 1 : sizeof first / sizeof *first); i++)
        for (int call = 0; call < 3; call++) test_ok(context, calls[call](context, &first[i]));
    int before = counts.programs;
    double maximum = test_small() ? 30 : 150;
    assert_true(before >= 5);
    static const int64_t sides[] = {16, 18, 20, 25, 30, 32, 40, 48, 50, 64};
    for (uint64_t i = 0; i < (test_small() ? 6 : SHAPES); i++) {
        choice_sizes s = {.height = (int64_t)test_random(7, 5 * i, 1, maximum),
                          .width = (int64_t)test_random(7, 5 * i + 1, 1, maximum),
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
    clpt_status (*const calls[])(clpt_context *, const choice_sizes *) = {choice_forward, choice_patches, choice_warp,
                                                                          choice_gram, choice_reconstruct};
    for (int i = 0; i < 5; i++) test_ok(context, calls[i](context, &choice_small));
    char *choices = strdup(clpti_choices_summary(context));
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
        cmocka_unit_test(other_sizes_build_no_program),
    };
    return cmocka_run_group_tests_name("choices", tests, test_open_both, test_close_both);
}
