/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of builds: at the start and at the end of each, and none for what is loaded from the cache. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime_support.h"

#include "cl/internal.h"

static char *directory; /* of kernels and caches */

static int make_directory(void **state)
{
    (void)state;
    directory = test_directory_new();
    test_kernel_write(directory, "answer.cl",
                      "kernel void answer(global int *o, long at) { o[at + (long)get_global_id(0)] = 42; }\n");
    test_kernel_write(directory, "broken.cl", "kernel void broken(global int *o, long at) { o[at] = no_such_name; }\n");
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    test_directory_remove(directory);
    return 0;
}

/* "answer{ answer} " with "+" before what is kept on disk. */
static void note(void *user, const clpt_build *build)
{
    char *text = user;
    snprintf(text + strlen(text), 256 - strlen(text), "%s%s%c ", build->cached ? "+" : "", build->name,
             build->finished ? '}' : '{');
    assert_true(build->finished ? build->seconds > 0 : build->seconds == 0);
}

static clpt_context *open_noting(const char *cache_dir, char text[256])
{
    clpt_context_options options = clpt_context_options_default();
    clpt_context *context = NULL;
    clpt_message message;
    options.device = test_device();
    options.kernel_dir = directory;
    options.cache_dir = cache_dir;
    options.build = note;
    options.build_user = text;
    *text = '\0';
    if (clpt_context_create(&options, &context, &message) != CLPT_OK) fail_msg("%s", message.text);
    return context;
}

static clpt_status run(clpt_context *context, const char *kernel)
{
    clpt_buffer *buffer = test_bytes(context, 256);
    clpti_launch launch = {
        .file = kernel, .kernel = kernel, .options = "", .global = {64}, .args = CLPTI_ARGS(CLPTI_BUFFER(buffer))};
    clpt_status status = clpti_run_kernel(context, &launch);
    clpt_buffer_destroy(&buffer);
    return status;
}

static void build_of_first_run_is_reported(void **state)
{
    (void)state;
    char text[256], *cache = strdup(test_path(directory, "first"));
    clpt_context *context = open_noting(cache, text);
    bool cached = context->cl->quirk->cache_programs;
    assert_string_equal(text, "+self_check{ +self_check} ");
    *text = '\0';
    test_ok(context, run(context, "answer"));
    assert_string_equal(text, cached ? "+answer{ +answer} " : "answer{ answer} ");
    *text = '\0';
    test_ok(context, run(context, "answer"));
    assert_string_equal(text, "");
    clpt_context_destroy(&context);

    context = open_noting(cache, text);
    test_ok(context, run(context, "answer"));
    assert_string_equal(text, cached ? "" : "answer{ answer} ");
    clpt_context_destroy(&context);
    free(cache);
}

static void build_without_cache_is_reported_as_such(void **state)
{
    (void)state;
    char text[256];
    clpt_context *context = open_noting("off", text);
    assert_string_equal(text, "self_check{ self_check} ");
    *text = '\0';
    test_ok(context, run(context, "answer"));
    assert_string_equal(text, "answer{ answer} ");
    clpt_context_destroy(&context);
}

static void build_that_fails_is_reported_as_finished(void **state)
{
    (void)state;
    char text[256];
    clpt_context *context = open_noting("off", text);
    *text = '\0';
    assert_int_equal(run(context, "broken"), CLPT_ERROR_BUILD);
    assert_string_equal(text, "broken{ broken} ");
    clpt_context_destroy(&context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(build_of_first_run_is_reported),
        cmocka_unit_test(build_without_cache_is_reported_as_such),
        cmocka_unit_test(build_that_fails_is_reported_as_finished),
    };
    test_start();
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
