/* SPDX-License-Identifier: Apache-2.0 */
/* Every FFT provider at many sides against the host's transform in double precision, and the message of a provider
 * where it does not apply. Slow to compile on a processor, clFFT is tried there at a few sides only. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime_support.h"

#include "api/explain.h"
#include "cl/runtime.h"
#include "fft/fft.h"
#include "fft/host_fft.h"

static const char *const names[] = {"auto", "general", "lanes", "group", "clfft"};
enum { AUTO, GENERAL, LANES, GROUP, CLFFT, PROVIDERS };
static clpt_context *contexts[PROVIDERS]; /* NULL: not in this build, or the only provider of a reference context */

static clpt_context *open_provider(const char *fft, uint64_t memory_limit)
{
    clpt_context_options options = {
        .size = sizeof options, .device = test_device(), .fft = fft, .memory_limit = memory_limit};
    clpt_message message = {0};
    clpt_context *context = NULL;
    if (clpt_context_create(&options, &context, &message) != CLPT_OK) fail_msg("cannot open: %s", message.text);
    return context;
}

/* Waves of 512 KiB at a time: a few of the larger sides, many of the small. */
static uint64_t memory_limit(void)
{
    return test_small() ? 64 << 10 : 2 << 20;
}

static bool in_this_build(clpt_context *context)
{
    clpti_fft *fft = NULL;
    clpt_status status = clpti_fft_get(context, 8, 1, &fft);
    return status != CLPT_ERROR_ARGUMENT || !strstr(clpt_context_get_message(context), "of this build");
}

static int open_all(void **state)
{
    (void)state;
    for (int i = 0; i < (test_is_reference() ? 1 : PROVIDERS); i++) {
        contexts[i] = open_provider(names[i], memory_limit());
        if (!in_this_build(contexts[i])) clpt_context_destroy(&contexts[i]);
    }
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    for (int i = 0; i < PROVIDERS; i++) clpt_context_destroy(&contexts[i]);
    return 0;
}

static bool only_small_factors(int64_t side)
{
    static const int64_t factors[] = {2, 3, 5, 7, 11, 13};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        while (side % factors[i] == 0) side /= factors[i];
    return side == 1;
}

static bool applies(int provider, int64_t side)
{
    if (provider == LANES)
        return side >= 16 && only_small_factors(side) && !clpti_capabilities_of(contexts[LANES])->loop_limit;
    if (provider == GROUP) /* of those that are tried: others take more than three radices */
        return side >= 16 && side <= 1024 && only_small_factors(side);
    if (provider == CLFFT) return side >= 2 && only_small_factors(side);
    return true;
}

static bool worth_compiling(int provider, int64_t side)
{
    bool gpu = clpt_context_get_device(contexts[AUTO])->type == CLPT_DEVICE_GPU;
    bool library = provider == CLFFT || (provider == AUTO && contexts[CLFFT] && applies(CLFFT, side) &&
                                         !clpti_capabilities_of(contexts[AUTO])->cpu_shaped);
    if (!library || gpu || getenv("CLPTYCHO_TEST_SLOW")) return true;
    return side == 8 || (!test_small() && (side == 50 || side == 104));
}

/* ---- transforms in a plan's memory ---- */

static test_field start; /* complex64 [plan capacity or more, side, side] */

static test_field transformed(int64_t count, int direction)
{
    int64_t side = start.shape[1];
    test_field expected = test_field_as(&start, CLPT_TYPE_C128);
    expected.shape[0] = count;
    expected.count = count * side * side;
    assert_int_equal(clpti_ref_fft2(expected.data, side, count, direction), CLPT_OK);
    return expected;
}

static void check_run(const char *name, clpti_fft *fft, int64_t count, int direction, const test_field *expected)
{
    test_field got = test_field_new(CLPT_TYPE_C64, 3, CLPT_SHAPE(count, fft->side, fft->side));
    test_field part = *expected;
    part.shape[0] = count;
    part.count = got.count;
    clpt_context *context = fft->context;
    test_ok(context, clpti_field_upload(clpti_view_of(fft->waves), start.data, CLPT_TYPE_C64, got.count));
    test_ok(context, clpti_fft_run(fft, count, direction));
    test_ok(context, clpti_field_download(clpti_view_of(fft->waves), got.data, CLPT_TYPE_C64, got.count));
    test_close(test_text("%s, side %lld, %lld of %lld waves, direction %d", name, (long long)fft->side,
                         (long long)count, (long long)fft->capacity, direction),
               &got, &part, TEST_DIFFRACT, NULL);
    test_field_free(&got);
}

/* One wave, all that fit, and numbers between that no ladder of batches has. */
static void check_plan(const char *name, clpti_fft *fft)
{
    static const int directions[] = {CLPTI_FORWARD, CLPTI_INVERSE};
    int64_t capacity = fft->capacity;
    const int64_t counts[] = {1, capacity, (capacity + 1) / 2 | 1, 3};
    start = test_field_random(CLPT_TYPE_C64, 5, 3, CLPT_SHAPE(capacity, fft->side, fft->side));
    for (int d = 0; d < 2; d++) {
        test_field expected = transformed(capacity, directions[d]);
        for (int i = 0; i < 4; i++)
            if (counts[i] <= capacity) check_run(name, fft, counts[i], directions[d], &expected);
        test_field_free(&expected);
    }
    test_field_free(&start);
}

/* ---- through clpt_diffract ---- */

static void check_diffract(int provider, int64_t side, int64_t count)
{
    test_field waves = test_field_random(CLPT_TYPE_C64, 3, 3, CLPT_SHAPE(count, side, side));
    test_field expected = test_field_new(CLPT_TYPE_F64, 3, waves.shape),
               got = test_field_new(CLPT_TYPE_F32, 3, waves.shape);
    test_field far = test_field_as(&waves, CLPT_TYPE_C128);
    assert_int_equal(clpti_ref_fft2(far.data, side, count, CLPTI_FORWARD), CLPT_OK);
    for (int64_t i = 0; i < expected.count; i++) {
        int64_t k = i / (side * side), y = i / side % side, x = i % side;
        int64_t to = (k * side + (y + side / 2) % side) * side + (x + side / 2) % side;
        test_set(&expected, to, 0, hypot(test_get(&far, i, 0), test_get(&far, i, 1)) / (double)side);
    }
    clpt_array in = test_array(&waves), out = test_array(&got);
    test_ok(contexts[provider], clpt_diffract(contexts[provider], &in, &out));
    test_close(test_text("diffract by %s, %lld waves of side %lld", names[provider], (long long)count, (long long)side),
               &got, &expected, TEST_DIFFRACT, NULL);
    test_field_free(&far);
    test_field_free(&got);
    test_field_free(&expected);
    test_field_free(&waves);
}

static const int64_t sides[] = {8,   50, 104, 1,  2,  3,  5,   7,   13,  16,  17,  20, 96,
                                200, 25, 31,  48, 64, 97, 100, 127, 128, 130, 143, 256};

static void every_provider_agrees_with_the_host(void **state)
{
    (void)state;
    int64_t largest = test_small() ? 20 : 256;
    for (size_t s = 0; s < sizeof sides / sizeof *sides; s++)
        for (int i = 0; i < PROVIDERS; i++) {
            int64_t side = sides[s];
            if (!contexts[i] || side > largest || !applies(i, side) || !worth_compiling(i, side)) continue;
            clpti_fft *fft = NULL;
            test_ok(contexts[i], clpti_fft_get(contexts[i], side, 1, &fft));
            check_plan(names[i], fft);
            check_diffract(i, side, 1);
            check_diffract(i, side, fft->capacity < 200 ? fft->capacity + 1 : 201);
        }
}

static void chosen_provider_is_shown(void **state)
{
    (void)state;
    for (int i = GENERAL; i < PROVIDERS; i++) {
        if (!contexts[i] || !applies(i, 16)) continue;
        if (i == CLFFT && !worth_compiling(i, 16)) continue;
        clpti_fft *fft = NULL;
        test_ok(contexts[i], clpti_fft_get(contexts[i], 16, 1, &fft));
        if (!strstr(clpti_choices_summary(contexts[i]), test_text("fft 16: %s\n", names[i])))
            fail_msg("'fft 16: %s' is not in: %s", names[i], clpti_choices_summary(contexts[i]));
    }
}

static void forced_provider_that_does_not_apply_says_why(void **state)
{
    (void)state;
    if (test_is_reference()) skip(); /* has no providers */
    static const struct {
        int provider;
        int64_t side;
        const char *words;
    } cases[] = {{LANES, 7, "'lanes'|side 7|16 to 8192"},
                 {LANES, 17, "'lanes'|side 17|2, 3, 5, 7, 11 and 13"},
                 {LANES, 16384, "'lanes'|side 16384|16 to 8192"},
                 {GROUP, 7, "'group'|side 7|16 to 1024"},
                 {GROUP, 97, "'group'|side 97|up to three"},
                 {CLFFT, 1, "'clfft'|side 1|factors"},
                 {CLFFT, 34, "'clfft'|side 34|2, 3, 5, 7, 11 and 13"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clpt_context *context = contexts[cases[i].provider];
        clpti_fft *fft = NULL;
        if (!context) continue;
        assert_false(applies(cases[i].provider, cases[i].side) && cases[i].side < 16384);
        if (cases[i].side == 16384) { /* requested only for a plan: its waves take gigabytes */
            test_ok(context, clpti_fft_get(context, 16, 1, &fft));
            assert_false(fft->provider->applicable(context, 16384));
            continue;
        }
        test_fails(context, clpti_fft_get(context, cases[i].side, 1, &fft), CLPT_ERROR_FFT, cases[i].words);
        assert_null(fft);
    }
    clpt_context *context = open_provider("fastest", 0);
    clpti_fft *fft = NULL;
    test_fails(context, clpti_fft_get(context, 16, 1, &fft), CLPT_ERROR_ARGUMENT, "'fastest'|auto|lanes|general");
    clpt_context_destroy(&context);
}

/* The text of an embedded kernel file with `old` replaced, once. */
static void write_changed_kernel(const char *directory, const char *name, const char *old, const char *new)
{
    const clpti_source *source = clpti_sources;
    while (source->name && strcmp(source->name, name)) source++;
    const char *at = source->name ? strstr(source->text, old) : NULL;
    char *text = NULL;
    assert_non_null(at);
    assert_true(asprintf(&text, "%.*s%s%s", (int)(at - source->text), source->text, new, at + strlen(old)) > 0);
    test_kernel_write(directory, name, text);
    free(text);
}

static void provider_that_is_wrong_in_one_pixel_is_refused(void **state)
{
    (void)state;
    if (test_is_reference()) skip(); /* has no providers */
    static const char *const wrong[] = {"sum = x == 2 && y == 1 ? (float2)(NAN) : sum;\n    out[out_offset",
                                        "sum = x == 2 && y == 1 ? sum * 1.1f : sum;\n    out[out_offset"};
    for (int i = 0; i < 2; i++) {
        char *directory = test_directory_new();
        clpt_context *context = NULL;
        clpt_message message = {0};
        clpti_fft *fft = NULL;
        write_changed_kernel(directory, "fft_general.cl", "out[out_offset", wrong[i]);
        clpt_context_options options = {.size = sizeof options,
                                        .device = test_device(),
                                        .fft = "general",
                                        .kernel_dir = directory,
                                        .cache_dir = "off"};
        if (clpt_context_create(&options, &context, &message) != CLPT_OK) fail_msg("%s", message.text);
        test_fails(context, clpti_fft_get(context, 8, 1, &fft), CLPT_ERROR_FFT, "'general' differs by|side 8");
        clpt_context_destroy(&context);
        test_directory_remove(directory);
    }
}

/* ---- plans that are remade, and freed for others ---- */

static void plan_remade_for_more_room_serves_as_well(void **state)
{
    (void)state;
    static const int64_t several[] = {1, 7, 20, 17, 64};
    clpt_context *context = open_provider("auto", memory_limit());
    for (size_t s = 0; s < (test_small() ? 4 : 5); s++) {
        clpti_fft *fft = NULL, *same = NULL, *larger = NULL;
        test_ok(context, clpti_fft_get(context, several[s], 1, &fft));
        int64_t capacity = fft->capacity;
        test_ok(context, clpti_fft_get(context, several[s], capacity, &same));
        assert_ptr_equal(fft, same);
        test_ok(context, clpti_fft_get(context, several[s], capacity + 3, &larger));
        assert_true(larger->capacity >= capacity + 3);
        check_plan("auto, remade", larger);
        test_ok(context, clpti_fft_get(context, several[s], 1, &same));
        assert_ptr_equal(larger, same);
    }
    clpt_context_destroy(&context);
}

/* The plans that the context keeps, from the one used last on. */
static int count_from(const clpti_fft *last_used)
{
    int count = 0;
    for (const clpti_fft *fft = last_used; fft; fft = fft->next) count++;
    return count;
}

static void many_sides_do_not_pile_up_plans(void **state)
{
    (void)state;
    clpt_context *context = open_provider(test_is_reference() ? "auto" : "general", memory_limit());
    clpti_fft *fft = NULL, *again = NULL;
    for (int64_t side = 1; side <= 40; side++) {
        test_ok(context, clpti_fft_get(context, side, 2, &fft));
        assert_int_equal(fft->side, side);
        assert_true(fft->capacity >= 2);
        test_ok(context, clpti_fft_get(context, 1, 2, &again)); /* the one in use stays */
        assert_int_equal(again->side, 1);
        assert_true(count_from(again) <= 8);
    }
    test_ok(context, clpti_fft_get(context, 40, 2, &again));
    assert_ptr_equal(fft, again);
    for (int64_t side = 1; side <= 40 && !test_is_reference(); side++)
        assert_non_null(strstr(clpti_choices_summary(context), test_text("fft %lld: general\n", (long long)side)));
    clpt_context_destroy(&context);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_provider_agrees_with_the_host),
        cmocka_unit_test(chosen_provider_is_shown),
        cmocka_unit_test(forced_provider_that_does_not_apply_says_why),
        cmocka_unit_test(provider_that_is_wrong_in_one_pixel_is_refused),
        cmocka_unit_test(plan_remade_for_more_room_serves_as_well),
        cmocka_unit_test(many_sides_do_not_pile_up_plans),
    };
    return cmocka_run_group_tests_name("fft", tests, open_all, close_all);
}
