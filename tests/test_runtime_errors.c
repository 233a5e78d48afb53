/* SPDX-License-Identifier: Apache-2.0 */
/* Messages for wrong kernels or options. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime_support.h"

static char *kernel_dir;

static int make_directory(void **state)
{
    (void)state;
    kernel_dir = test_directory_new();
    mkdir(test_path(kernel_dir, "common"), 0700);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    test_directory_remove(kernel_dir);
    return 0;
}

static clpt_status run(clpt_context *context, const char *file, const char *kernel, const char *options,
                       const clpti_arg *args)
{
    return clpti_run_kernel(
        context, &(clpti_launch){.file = file, .kernel = kernel, .options = options, .global = {64}, .args = args});
}

static void build_broken_kernel_shows_numbered_lines(void **state)
{
    (void)state;
    test_kernel_write(kernel_dir, "common/two.clh", "#define ONE 1\n#define TWO 2\n");
    test_kernel_write(kernel_dir, "broken.cl",
                      "/* first */\n#include \"common/two.clh\"\nkernel void broken(global int *out, long out_at)\n{\n"
                      "    int fine = 1;\n    out[out_at] = fine + no_such_name;\n    out[out_at] += TWO;\n}\n");
    clpt_context *context = test_open_with(kernel_dir, "off", NULL);
    /* Line 6 of the file is line 7 of the whole text: the include made one line two. */
    test_fails(context, run(context, "broken", "broken", "-DMARK=5", NULL), CLPT_ERROR_BUILD,
               "broken.cl|-DMARK=5|-cl-std=CL1.2|no_such_name|Compiler's log");
    const char *message = clpt_context_get_message(context);
    assert_non_null(strstr(message, clpt_context_get_device(context)->name));
    assert_non_null(strstr(message, ">    7 broken.cl:6 |     out[out_at] = fine + no_such_name;"));
    assert_non_null(strstr(message, "     6 broken.cl:5 |     int fine = 1;"));
    clpt_context_destroy(&context);
}

static void build_missing_file_or_include_is_named(void **state)
{
    (void)state;
    test_kernel_write(kernel_dir, "lost.cl", "#include \"common/nowhere.clh\"\nkernel void lost(void) {}\n");
    test_kernel_write(kernel_dir, "empty.cl", "");
    clpt_context *context = test_open_with(kernel_dir, "off", NULL);
    test_fails(context, run(context, "absent", "absent", "", NULL), CLPT_ERROR_BUILD, "absent.cl|neither embedded");
    test_fails(context, run(context, "lost", "lost", "", NULL), CLPT_ERROR_BUILD,
               "common/nowhere.clh|included by lost.cl");
    test_fails(context, run(context, "empty", "empty", "", NULL), CLPT_ERROR_BUILD, "empty.cl|empty");
    clpt_context_destroy(&context);
}

static void build_circular_include_is_harmless(void **state)
{
    (void)state;
    test_kernel_write(kernel_dir, "common/a.clh", "  #  include \"common/b.clh\"\n#define A 1\n");
    test_kernel_write(kernel_dir, "common/b.clh", "#include \"common/a.clh\"\n#define B 2\n");
    test_kernel_write(kernel_dir, "circle.cl",
                      "#include \"common/a.clh\"\n#include \"common/b.clh\"\nkernel void circle(global int *o, long "
                      "at) { o[at] = A + B; }");
    clpt_context *context = test_open_with(kernel_dir, "off", NULL);
    clpt_buffer *buffer = test_bytes(context, 4);
    int result = 0;
    test_ok(context, run(context, "circle", "circle", "", CLPTI_ARGS(CLPTI_BUFFER(buffer))));
    test_ok(context, clpti_cl_read(context, buffer->memory, 0, &result, 4));
    assert_int_equal(result, 3);
    clpt_buffer_destroy(&buffer);
    clpt_context_destroy(&context);
}

static void kernel_dir_overrides_embedded(void **state)
{
    (void)state;
    test_kernel_write(kernel_dir, "self_check.cl",
                      "kernel void self_check_group(global int *o, long at) { o[at] = 77; }\n");
    clpt_context *context = test_open_with(kernel_dir, "off", NULL);
    clpt_buffer *buffer = test_bytes(context, 4);
    int result = 0;
    test_ok(context, run(context, "self_check", "self_check_group", "", CLPTI_ARGS(CLPTI_BUFFER(buffer))));
    test_ok(context, clpti_cl_read(context, buffer->memory, 0, &result, 4));
    assert_int_equal(result, 77);
    clpt_buffer_destroy(&buffer);
    clpt_context_destroy(&context);
}

static void kernel_dir_missing_is_refused(void **state)
{
    (void)state;
    clpt_context_options options = clpt_context_options_default();
    clpt_message message;
    clpt_context *context = NULL;
    options.device = test_device();
    options.kernel_dir = "/no/such/directory";
    assert_int_equal(clpt_context_create(&options, &context, &message), CLPT_ERROR_ARGUMENT);
    assert_null(context);
    assert_non_null(strstr(message.text, "/no/such/directory"));
    assert_non_null(strstr(message.text, "CLPTYCHO_KERNEL_DIR"));
}

static void run_kernel_wrong_name_or_arguments_is_named(void **state)
{
    (void)state;
    test_kernel_write(kernel_dir, "plain.cl", "kernel void plain(global int *o, long at, int n) { o[at] = n; }\n");
    clpt_context *context = test_open_with(kernel_dir, "off", NULL);
    clpt_buffer *buffer = test_bytes(context, 4);
    test_fails(context, run(context, "plain", "fancy", "", NULL), CLPT_ERROR_BUILD,
               "fancy|plain.cl|CL_INVALID_KERNEL_NAME|CLPTYCHO_KERNEL_DIR");
    test_fails(context, run(context, "plain", "plain", "", CLPTI_ARGS(CLPTI_BUFFER(buffer), CLPTI_LONG(4))),
               CLPT_ERROR_OPENCL, "plain|argument 2|64x");
    test_fails(context,
               run(context, "plain", "plain", "", CLPTI_ARGS(CLPTI_BUFFER(buffer), CLPTI_INT(4), CLPTI_INT(4))),
               CLPT_ERROR_OPENCL, "plain|argument 3|CL_INVALID_ARG_INDEX");
    test_ok(context, run(context, "plain", "plain", "", CLPTI_ARGS(CLPTI_BUFFER(buffer), CLPTI_INT(4))));
    test_ok(context, clpt_context_finish(context));
    clpt_buffer_destroy(&buffer);
    clpt_context_destroy(&context);
}

static void run_kernel_size_beyond_all_is_refused(void **state)
{
    (void)state;
    test_kernel_write(kernel_dir, "wide.cl",
                      "kernel __attribute__((reqd_work_group_size(4, 1, 1))) void wide(int n) {}\n");
    clpt_context *context = test_open_with(kernel_dir, "off", NULL);
    clpti_launch launch = {
        .file = "wide", .kernel = "wide", .options = "", .local = {8, 8, 8}, .args = CLPTI_ARGS(CLPTI_INT(1))};
    launch.global[0] = 16;
    test_fails(context, clpti_run_kernel(context, &launch), CLPT_ERROR_OPENCL, "wide|8x8x8|CL_INVALID_WORK_GROUP_SIZE");
    clpt_context_destroy(&context);
}

static void memory_bad_calls_name_sizes(void **state)
{
    (void)state;
    char bytes[64] = {0};
    clpt_context *context = test_open_with(NULL, "off", NULL);
    clpt_buffer *buffer = test_bytes(context, 32);
    test_fails(context, clpti_cl_write(context, buffer->memory, 16, bytes, 64), CLPT_ERROR_OPENCL,
               "writing 64 bytes at byte 16|CL_INVALID_VALUE");
    test_fails(context, clpti_cl_read(context, buffer->memory, 16, bytes, 64), CLPT_ERROR_OPENCL,
               "reading 64 bytes at byte 16|CL_INVALID_VALUE");
    test_fails(context, clpti_cl_zero(context, buffer->memory, 16, 64), CLPT_ERROR_OPENCL,
               "zeroing 64 bytes at byte 16|CL_INVALID_VALUE");
    test_fails(context, clpti_cl_copy(context, buffer->memory, 0, buffer->memory, 4, 16), CLPT_ERROR_ARGUMENT,
               "copying 16 bytes|CL_MEM_COPY_OVERLAP");
    test_ok(context, clpt_context_finish(context));
    clpt_buffer_destroy(&buffer);
    clpt_context_destroy(&context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(build_broken_kernel_shows_numbered_lines),
        cmocka_unit_test(build_missing_file_or_include_is_named),
        cmocka_unit_test(build_circular_include_is_harmless),
        cmocka_unit_test(kernel_dir_overrides_embedded),
        cmocka_unit_test(kernel_dir_missing_is_refused),
        cmocka_unit_test(run_kernel_wrong_name_or_arguments_is_named),
        cmocka_unit_test(run_kernel_size_beyond_all_is_refused),
        cmocka_unit_test(memory_bad_calls_name_sizes),
    };
    test_start();
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
