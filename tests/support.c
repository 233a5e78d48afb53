/* SPDX-License-Identifier: Apache-2.0 */
/* Support for all tests: the device under test, its context, and failures that name the case. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SKIPPED 77

clpt_context *test_context, *test_reference;

const char *test_device(void)
{
    const char *device = getenv("CLPTYCHO_TEST_DEVICE");
    return device && *device ? device : "auto";
}

bool test_small(void)
{
    const char *small = getenv("CLPTYCHO_TEST_SMALL");
    return small && *small;
}

bool test_few(void)
{
    const char *few = getenv("CLPTYCHO_TEST_FEW");
    return few && *few;
}

bool test_all(void)
{
    const char *all = getenv("CLPTYCHO_TEST_ALL");
    return all && *all;
}

bool test_is_reference(void)
{
    return !strcmp(test_device(), "reference");
}

/* A device that is there but fails its self-check counts as present: that must be seen, not skipped. */
static bool present(const char *name, clpt_device_info *const *devices, size_t count)
{
    bool by_number_or_part = strchr(name, ':') || !strcmp(name, "auto");
    for (size_t i = 0; i < count; i++) {
        if (by_number_or_part || !strcmp(name, devices[i]->short_name)) return true;
        if (strcasestr(devices[i]->name, name) || strcasestr(devices[i]->platform_name, name)) return true;
        if (!strcmp(name, "gpu") && devices[i]->type == CLPT_DEVICE_GPU) return true;
        if (!strcmp(name, "cpu") && devices[i]->type == CLPT_DEVICE_CPU) return true;
    }
    return !strcmp(name, "reference");
}

void test_start(void)
{
    clpt_device_info **devices = NULL;
    clpt_message message = {0};
    size_t count = 0;
    if (clpt_devices_list(&devices, &count, &message) != CLPT_OK) {
        fprintf(stderr, "cannot list devices: %s\n", message.text);
        exit(1);
    }
    cmocka_set_test_filter(getenv("CLPTYCHO_TEST_FILTER"));
    bool found = present(test_device(), devices, count);
    clpt_devices_free(&devices);
    if (found) return;
    printf("skipped: no device \"%s\" among the %zu there are\n", test_device(), count);
    exit(SKIPPED);
}

clpt_context *test_open(const char *device, uint64_t memory_limit)
{
    clpt_context_options options = clpt_context_options_default();
    options.device = device;
    options.memory_limit = memory_limit;
    clpt_message message = {0};
    clpt_context *context = NULL;
    if (clpt_context_create(&options, &context, &message) != CLPT_OK)
        fail_msg("cannot open %s: %s", device, message.text);
    return context;
}

int test_open_both(void **state)
{
    (void)state;
    test_context = test_open(test_device(), 0);
    test_reference = test_open("reference", 0);
    const clpt_device_info *info = clpt_context_get_device(test_context);
    printf("device under test: %s (%s, %s)\n", info->name, info->short_name, info->platform_name);
    return 0;
}

int test_close_both(void **state)
{
    (void)state;
    clpt_context_destroy(&test_context);
    clpt_context_destroy(&test_reference);
    return 0;
}

static bool has_words(const char *message, const char *words)
{
    char word[128];
    while (*words) {
        size_t length = strcspn(words, "|");
        snprintf(word, sizeof word, "%.*s", (int)length, words);
        if (!strstr(message, word)) return false;
        words += length + (words[length] == '|');
    }
    return true;
}

void test_check_status(clpt_context *context, clpt_status got, clpt_status expected, const char *words,
                       const char *call, const char *file, int line)
{
    const char *message = context ? clpt_context_get_message(context) : "";
    if (got != expected) {
        print_error("%s:%d: %s\n  gave %s, expected %s; message: %s\n", file, line, call, clpt_status_name(got),
                    clpt_status_name(expected), message);
        fail();
    }
    if (!has_words(message, words)) {
        print_error("%s:%d: %s\n  expected \"%s\" in the message: %s\n", file, line, call, words, message);
        fail();
    }
}

/* Murmur3's finalizer over a Weyl sequence: good enough to fill arrays, and the same everywhere. */
double test_random(uint64_t seed, uint64_t index, double low, double high)
{
    uint64_t bits = (seed * 0x9e3779b97f4a7c15u) ^ ((index + 1) * 0xd1b54a32d192ed03u);
    bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccdu;
    bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53u;
    return low + (high - low) * (double)((bits ^ (bits >> 33)) >> 11) * 0x1p-53;
}

void test_random_fill(double *values, int64_t count, uint64_t seed, double low, double high)
{
    for (int64_t i = 0; i < count; i++) values[i] = test_random(seed, (uint64_t)i, low, high);
}

const char *test_text(const char *format, ...)
{
    static char texts[4][256];
    static int next;
    char *text = texts[next++ % 4];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof texts[0], format, arguments);
    va_end(arguments);
    return text;
}

/* ---- options ---- */

clpt_solver_options test_options(const char *format, ...)
{
    char text[1024], *rest = text;
    clpt_message message = {""};
    clpt_solver_options options = clpt_solver_options_default();
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *word; (word = strsep(&rest, " "));) {
        char *value = strchr(word, '=');
        if (!*word) continue;
        if (!value) fail_msg("'%s' in '%s' is not NAME=VALUE", word, format);
        *value++ = '\0';
        if (clpt_solver_options_set(&options, word, value, &message) != CLPT_OK) fail_msg("%s", message.text);
    }
    return options;
}

void test_options_put(clpt_solver_options *options, const char *name, double value)
{
    const clpt_option *option;
    for (size_t k = 0; (option = clpt_solver_describe_option(k)); k++) {
        void *at = (char *)options + option->offset;
        if (strcmp(option->name, name) != 0) continue;
        if (option->kind == CLPT_OPTION_REAL) *(double *)at = value;
        if (option->kind == CLPT_OPTION_INTEGER) *(int64_t *)at = (int64_t)value;
        if (option->kind == CLPT_OPTION_CHOICE) *(int *)at = (int)value;
        return;
    }
    fail_msg("unknown option '%s'", name);
}
