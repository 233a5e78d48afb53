/* SPDX-License-Identifier: Apache-2.0 */
/* From what a user writes to a device: every form, wrong names, and devices that failed their check. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime_support.h"

#include "cl/internal.h"

static char *cache;
static clpt_device_info **devices;
static size_t count;

static int list_devices(void **state)
{
    (void)state;
    cache = test_directory_new();
    setenv("CLPTYCHO_CACHE_DIR", cache, 1);
    unsetenv("CLPTYCHO_DEVICE");
    return clpt_devices_list(&devices, &count, NULL) != CLPT_OK;
}

static int free_devices(void **state)
{
    (void)state;
    clpt_devices_free(&devices);
    test_directory_remove(cache);
    return 0;
}

/* The device that a selection opens; the message where it fails. */
static clpt_status open_selected(const char *selection, clpt_device_info *info, clpt_message *message)
{
    clpt_context_options options = clpt_context_options_default();
    clpt_context *context = NULL;
    options.device = selection;
    clpt_status status = clpt_context_create(&options, &context, message);
    assert_true((status == CLPT_OK) == (context != NULL));
    if (context) *info = *clpt_context_get_device(context);
    clpt_context_destroy(&context);
    return status;
}

static void check_opens(const char *selection, const clpt_device_info *expected)
{
    clpt_device_info info;
    clpt_message message;
    if (open_selected(selection, &info, &message) != CLPT_OK) fail_msg("'%s': %s", selection, message.text);
    assert_string_equal(message.text, "");
    if (info.platform != expected->platform || info.device != expected->device)
        fail_msg("'%s' opened %d:%d, not %d:%d", selection, info.platform, info.device, expected->platform,
                 expected->device);
    assert_int_equal(info.check, CLPT_CHECK_PASSED);
}

static const clpt_device_info *best(clpt_device_type type, const char *short_name)
{
    const clpt_device_info *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (type != CLPT_DEVICE_REFERENCE && devices[i]->type != type) continue;
        if (short_name && strcmp(devices[i]->short_name, short_name) != 0) continue;
        if (!found || devices[i]->score > found->score) found = devices[i];
    }
    return found;
}

static void select_auto_takes_best_score(void **state)
{
    (void)state;
    const clpt_device_info *expected = best(CLPT_DEVICE_REFERENCE, NULL);
    if (!expected) skip();
    check_opens("auto", expected);
    check_opens(NULL, expected);
    check_opens("", expected);
    check_opens("AUTO", expected);
}

static void select_type_takes_best_of_type(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        clpt_device_type type;
    } types[] = {{"cpu", CLPT_DEVICE_CPU}, {"gpu", CLPT_DEVICE_GPU}};
    clpt_device_info info;
    clpt_message message;
    for (int i = 0; i < 2; i++) {
        const clpt_device_info *expected = best(types[i].type, NULL);
        if (expected)
            check_opens(types[i].name, expected);
        else
            assert_int_equal(open_selected(types[i].name, &info, &message), CLPT_ERROR_DEVICE);
    }
}

static void select_names_and_numbers_find_each_device(void **state)
{
    (void)state;
    char text[256];
    for (size_t i = 0; i < count; i++) {
        snprintf(text, sizeof text, "%d:%d", devices[i]->platform, devices[i]->device);
        check_opens(text, devices[i]);
        check_opens(devices[i]->short_name, best(CLPT_DEVICE_REFERENCE, devices[i]->short_name));
        /* The middle of its name, in capitals. */
        size_t length = strlen(devices[i]->name);
        snprintf(text, sizeof text, "%.*s", (int)(length - 2), devices[i]->name + 1);
        for (char *c = text; *c; c++)
            if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
        check_opens(text, devices[i]);
    }
}

static void select_part_of_platform_takes_best_score(void **state)
{
    (void)state;
    for (size_t i = 0; i < count; i++) {
        const clpt_device_info *expected = NULL;
        for (size_t k = 0; k < count; k++)
            if (!strcmp(devices[k]->platform_name, devices[i]->platform_name) &&
                (!expected || devices[k]->score > expected->score))
                expected = devices[k];
        if (!best(CLPT_DEVICE_REFERENCE, devices[i]->platform_name)) check_opens(devices[i]->platform_name, expected);
    }
}

static void select_wrong_name_lists_what_there_is(void **state)
{
    (void)state;
    static const char *const wrong[] = {"no such device", "99:0", "0:99", "0:", ":0", "0:0x", "1", "-1:0", "0:0:0"};
    if (!count) skip();
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        clpt_device_info info;
        clpt_message message;
        if (strcmp(wrong[k], "1") == 0 || strcmp(wrong[k], "0:") == 0) continue; /* may be part of a name */
        assert_int_equal(open_selected(wrong[k], &info, &message), CLPT_ERROR_DEVICE);
        assert_non_null(strstr(message.text, wrong[k]));
        for (size_t i = 0; i < count; i++) {
            char numbers[32];
            snprintf(numbers, sizeof numbers, "%d:%d %s", devices[i]->platform, devices[i]->device,
                     devices[i]->short_name);
            assert_non_null(strstr(message.text, numbers));
            assert_non_null(strstr(message.text, devices[i]->name));
        }
        assert_non_null(strstr(message.text, "reference"));
    }
}

static void select_option_goes_before_environment(void **state)
{
    (void)state;
    if (!count) skip();
    clpt_device_info info;
    clpt_message message;
    setenv("CLPTYCHO_DEVICE", "reference", 1);
    assert_int_equal(open_selected(NULL, &info, &message), CLPT_OK);
    assert_int_equal(info.type, CLPT_DEVICE_REFERENCE);
    check_opens("auto", best(CLPT_DEVICE_REFERENCE, NULL));
    setenv("CLPTYCHO_DEVICE", "no such device", 1);
    assert_int_equal(open_selected(NULL, &info, &message), CLPT_ERROR_DEVICE);
    assert_non_null(strstr(message.text, "no such device"));
    setenv("CLPTYCHO_DEVICE", "", 1);
    check_opens(NULL, best(CLPT_DEVICE_REFERENCE, NULL));
    unsetenv("CLPTYCHO_DEVICE");
}

static void select_failed_check_is_refused_with_reason(void **state)
{
    (void)state;
    const clpt_device_info *first = best(CLPT_DEVICE_REFERENCE, NULL);
    if (!first) skip();
    clpt_device_info info = *first, got;
    clpt_message message;
    char numbers[32];
    info.check = CLPT_CHECK_FAILED;
    snprintf(info.check_reason, sizeof info.check_reason, "it cannot count");
    assert_true(clpti_verdict_store(cache, &info));
    snprintf(numbers, sizeof numbers, "%d:%d", info.platform, info.device);
    assert_int_equal(open_selected(numbers, &got, &message), CLPT_ERROR_DEVICE);
    assert_non_null(strstr(message.text, "it cannot count"));
    assert_non_null(strstr(message.text, "--check"));
    if (count > 1) { /* the next best is selected */
        assert_int_equal(open_selected("auto", &got, &message), CLPT_OK);
        assert_true(got.platform != info.platform || got.device != info.device);
    } else {
        assert_int_equal(open_selected("auto", &got, &message), CLPT_ERROR_DEVICE);
    }
    assert_int_equal(clpt_device_run_check(&info, &message), CLPT_OK);
    assert_int_equal(info.check, CLPT_CHECK_PASSED);
    check_opens(numbers, first);
}

static void context_options_memory_limit_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {
        {"1000", 1000}, {"3k", 3072}, {"512M", 512u << 20}, {"4GiB", UINT64_C(4) << 30}, {"2TB", UINT64_C(2) << 40}};
    static const char *const bad[] = {"lots", "-5", "4X", "4GiBs", "1e9", "99999999999T", "99999999999999999999999"};
    clpt_context_options options = clpt_context_options_default();
    clpt_message message;
    clpt_context *context = NULL;
    options.device = "reference";
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        setenv("CLPTYCHO_MEMORY_LIMIT", good[i].text, 1);
        assert_int_equal(clpt_context_create(&options, &context, &message), CLPT_OK);
        assert_true(context->memory_limit == good[i].bytes);
        clpt_context_destroy(&context);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        setenv("CLPTYCHO_MEMORY_LIMIT", bad[i], 1);
        assert_int_equal(clpt_context_create(&options, &context, &message), CLPT_ERROR_ARGUMENT);
        assert_non_null(strstr(message.text, bad[i]));
    }
    options.memory_limit = 12345; /* the option goes first, so a bad variable does not matter */
    assert_int_equal(clpt_context_create(&options, &context, &message), CLPT_OK);
    assert_true(context->memory_limit == 12345);
    clpt_context_destroy(&context);
    unsetenv("CLPTYCHO_MEMORY_LIMIT");
    options.memory_limit = 0;
    assert_int_equal(clpt_context_create(&options, &context, &message), CLPT_OK);
    assert_true(context->memory_limit == context->device.memory / 2);
    clpt_context_destroy(&context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(select_auto_takes_best_score),
        cmocka_unit_test(select_type_takes_best_of_type),
        cmocka_unit_test(select_names_and_numbers_find_each_device),
        cmocka_unit_test(select_part_of_platform_takes_best_score),
        cmocka_unit_test(select_wrong_name_lists_what_there_is),
        cmocka_unit_test(select_option_goes_before_environment),
        cmocka_unit_test(select_failed_check_is_refused_with_reason),
        cmocka_unit_test(context_options_memory_limit_is_read),
    };
    return cmocka_run_group_tests(tests, list_devices, free_devices);
}
