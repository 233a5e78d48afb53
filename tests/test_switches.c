/* SPDX-License-Identifier: Apache-2.0 */
/* A disabled variant is never used, or gives an error; and the records of what was chosen, why, and what it
 * ran.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choice_case.h"
#include "paths.h"

#include "api/explain.h"

/* ---- switched off ---- */

static clpt_status open_without(const char *without, const char *variants, const char *fft, const char *tuning,
                                clpt_message *message, clpt_context **context)
{
    clpt_context_options options = {.size = sizeof options,
                                    .device = test_device(),
                                    .without = without,
                                    .variants = variants,
                                    .fft = fft,
                                    .tuning = tuning};
    return clpt_context_create(&options, context, message);
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
    } cases[] = {
        {"foo", "", "auto", "unknown variant or FFT provider 'foo'#CLPTYCHO_WITHOUT#fft=lanes|#exit_step=n64|split|"},
        {"lanes,foo", "", "auto", "unknown variant or FFT provider 'foo'"},
        {"exit_step", "", "auto",
         "unknown variant or FFT provider 'exit_step'#its variants: exit_step=n64|split|lanes|composed"},
        {"exit_step=foo", "", "auto", "unknown variant or FFT provider 'exit_step=foo'#its variants: exit_step=n64|"},
        {"gramm=general", "", "auto", "unknown variant or FFT provider 'gramm=general'#gram=clblast|general"},
        {"fft=n64", "", "auto", "unknown variant or FFT provider 'fft=n64'#fft=lanes|"},
        {"lanes,,n64", "", "auto", "unknown variant or FFT provider ''"},
        {"=lanes", "", "auto", "unknown variant or FFT provider '=lanes'"},
        {"gram=general", "gram=general", "auto", "gram=general is both requested#disabled#remove one"},
        {"general", "warp=general", "auto", "warp=general is both requested#disabled"},
        {"lanes,general", "", "general", "'general' is both requested (CLPTYCHO_FFT)#disabled"},
        {"fft=general", "", "general", "'general' is both requested (CLPTYCHO_FFT)#disabled"}};
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
    if (test_is_reference()) skip(); /* its implementation is not a table entry */
    clpt_context *context = opened_without("gram=general,clblast,extract=columns,extract=general", NULL);
    test_fails(context, choice_gram(context, &choice_small), CLPT_ERROR_ARGUMENT,
               "all variants of 'gram'|clblast, general|general: disabled (--without, CLPTYCHO_WITHOUT)");
    test_fails(context, choice_patches(context, &choice_small), CLPT_ERROR_ARGUMENT,
               "all variants of 'extract' (columns, general)|disabled");
    test_ok(context, choice_warp(context, &choice_small));
    clpt_context_destroy(&context);
    context = opened_without("forward=lanes,fft=lanes,fft=group,clfft,fft=general", NULL);
    test_fails(context, choice_forward(context, &choice_small), CLPT_ERROR_FFT,
               "no FFT provider|side 8|general: disabled (--without, CLPTYCHO_WITHOUT)");
    clpt_context_destroy(&context);
}

static void what_is_off_is_no_more_preferred(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    clpt_context *context = opened_without("illuminate=lanes,fft=general", "illuminate=lanes,fft=general");
    test_ok(context, choice_forward(context, &(choice_sizes){40, 50, 16, 3, 2}));
    const char *choices = clpti_choices_summary(context);
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

static bool find_record(const clpt_context *context, const char *what, const clpt_choice **found)
{
    for (int64_t i = 0; (*found = clpt_context_get_choice(context, i)); i++)
        if (!strcmp((*found)->what, what)) return true;
    return false;
}

static void records_say_what_why_and_how_often(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    const clpt_choice *choice;
    const clpt_kernel_use *use;
    clpt_message message = {0};
    clpt_context *context = NULL;
    assert_int_equal(
        open_without("forward=lanes,tile", "extract=general", "general", "gather=general", &message, &context),
        CLPT_OK);
    assert_true(find_record(context, "device", &choice) && choice->kind == CLPT_CHOICE_DEVICE && choice->runs == 0);
    assert_true(find_record(context, "quirks", &choice) && choice->kind == CLPT_CHOICE_QUIRKS);
    assert_true(find_record(context, "without", &choice) && choice->kind == CLPT_CHOICE_SWITCHES);
    assert_string_equal(choice->chosen, "forward=lanes,tile");
    assert_string_equal(clpti_choices_summary(context), "");
    for (int i = 0; i < 3; i++) test_ok(context, choice_patches(context, &choice_small));
    test_ok(context, choice_forward(context, &choice_small));
    assert_true(find_record(context, "extract", &choice) && choice->kind == CLPT_CHOICE_OPERATION);
    assert_string_equal(choice->chosen, "general");
    assert_string_equal(choice->reason, "requested (CLPTYCHO_VARIANTS)");
    assert_int_equal(choice->runs, 3);
    assert_int_equal(choice->kernels, 3);
    assert_true(find_record(context, "gather", &choice));
    assert_string_equal(choice->reason, "preferred by tuning: given");
    assert_true(find_record(context, "forward", &choice));
    assert_non_null(strstr(choice->rejected, "lanes: disabled (--without, CLPTYCHO_WITHOUT)"));
    assert_non_null(strstr(choice->reason, "first of lanes, n64, split, composed that applies"));
    assert_true(find_record(context, "fft 8", &choice) && choice->kind == CLPT_CHOICE_FFT);
    assert_string_equal(choice->reason, "requested (CLPTYCHO_FFT)");
    bool found = false;
    for (int64_t i = 0; (use = clpt_context_get_kernel(context, i)); i++) {
        if (strcmp(use->name, "extract_general") != 0) continue;
        found = true;
        assert_string_equal(use->program, "extract");
        assert_non_null(strstr(use->options, "-cl-std=CL1.2"));
        assert_int_equal(use->count, 3);
        assert_non_null(choice = clpt_context_get_choice(context, use->choice));
        assert_string_equal(choice->what, "extract");
    }
    assert_true(found);
    const char *text = clpt_context_explain(context);
    static const char *const lines[] = {"device: ",
                                        "quirks: ",
                                        "without: forward=lanes,tile - disabled",
                                        "extract: general - requested (CLPTYCHO_VARIANTS); ran 3 times, 3 kernels\n",
                                        "    not lanes: disabled (--without, CLPTYCHO_WITHOUT)\n",
                                        "    extract_general: 3 x, extract.cl [-cl-std=CL1.2"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!strstr(text, lines[i])) fail_msg("'%s' is not in: %s", lines[i], text);
    clpt_context_destroy(&context);
}

/* Other kernel files are recorded, and the text of every kernel by its digest: the same from both places. */
static void kernel_files_from_elsewhere_are_told(void **state)
{
    (void)state;
    if (test_is_reference()) skip();
    const clpt_choice *choice;
    const clpt_kernel_use *use;
    char sources[2][40] = {"", ""};
    for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
        clpt_context_options options = {.size = sizeof options,
                                        .device = test_device(),
                                        .kernel_dir = elsewhere ? CLPTYCHO_SOURCE_DIR "/cl" : NULL};
        clpt_context *context = NULL;
        assert_int_equal(clpt_context_create(&options, &context, NULL), CLPT_OK);
        test_ok(context, choice_patches(context, &choice_small));
        assert_int_equal(find_record(context, "kernel_dir", &choice), elsewhere);
        for (int64_t i = 0; (use = clpt_context_get_kernel(context, i)); i++)
            if (!strncmp(use->name, "extract_", strlen("extract_")))
                snprintf(sources[elsewhere], 40, "%s", use->source);
        if (elsewhere && !strstr(clpt_context_explain(context), "kernel_dir: " CLPTYCHO_SOURCE_DIR "/cl - "))
            fail_msg("the directory is not in: %s", clpt_context_explain(context));
        clpt_context_destroy(&context);
    }
    assert_int_equal(strspn(sources[0], "0123456789abcdef"), 32);
    assert_string_equal(sources[0], sources[1]);
}

static void a_reference_context_explains_itself(void **state)
{
    (void)state;
    const clpt_choice *choice;
    test_ok(test_reference, choice_forward(test_reference, &choice_small));
    assert_true(find_record(test_reference, "forward", &choice));
    assert_string_equal(choice->chosen, "reference");
    assert_non_null(strstr(choice->reason, "plain C"));
    assert_true(choice->runs > 0 && choice->kernels == 0);
    assert_true(find_record(test_reference, "fft 8", &choice));
    assert_string_equal(choice->chosen, "reference");
    assert_non_null(strstr(clpt_context_explain(test_reference), "forward: reference - "));
    assert_int_equal(clpt_context_get_kernel_count(test_reference), 0);
    assert_null(clpt_context_get_choice(test_reference, -1));
    assert_null(clpt_context_get_choice(test_reference, clpt_context_get_choice_count(test_reference)));
    assert_null(clpt_context_get_kernel(test_reference, 0));
    assert_null(clpt_context_get_choice(NULL, 0));
    assert_int_equal(clpt_context_get_choice_count(NULL), 0);
    assert_string_equal(clpt_context_explain(NULL), "");
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(switches_that_are_none_or_disagree_are_refused),
        cmocka_unit_test(every_row_can_be_switched_off),
        cmocka_unit_test(the_last_variant_switched_off_is_an_error_that_says_so),
        cmocka_unit_test(what_is_off_is_no_more_preferred),
        cmocka_unit_test(the_option_comes_before_the_variable),
        cmocka_unit_test(records_say_what_why_and_how_often),
        cmocka_unit_test(kernel_files_from_elsewhere_are_told),
        cmocka_unit_test(a_reference_context_explains_itself),
    };
    return cmocka_run_group_tests_name("switches", tests, test_open_both, test_close_both);
}
