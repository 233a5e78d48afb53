/* SPDX-License-Identifier: Apache-2.0 */
/* Memory and launches as the operations use them; nothing here makes an OpenCL call that fails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime_support.h"

static char *kernel_dir;
static clpt_context *context;

static const char *const kernels =
    "#include \"common/answer.clh\"\n"
    "kernel void count_items(global int *out, long out_at, long nx, long ny, long nz)\n"
    "{\n"
    "    long x = get_global_id(0), y = get_global_id(1), z = get_global_id(2);\n"
    "    if (x < nx && y < ny && z < nz) out[out_at + (z * ny + y) * nx + x] += ANSWER;\n"
    "}\n"
    "kernel void show_group(global int *out, long out_at)\n"
    "{\n"
    "    if (get_global_id(0) + get_global_id(1) + get_global_id(2) != 0) return;\n"
    "    for (int i = 0; i < 3; i++) out[out_at + i] = (int)get_local_size(i);\n"
    "}\n"
    "kernel __attribute__((reqd_work_group_size(4, 8, 2)))\n"
    "void show_required(global int *out, long out_at)\n"
    "{\n"
    "    if (get_global_id(0) + get_global_id(1) + get_global_id(2) != 0) return;\n"
    "    for (int i = 0; i < 3; i++) out[out_at + i] = (int)get_local_size(i);\n"
    "}\n"
    "kernel void show_args(global int *absent, long absent_at, long l, int i, float f,\n"
    "                      local int *shared, global long *out, long out_at)\n"
    "{\n"
    "    if (get_local_id(0) == 0) shared[3] = 7;\n"
    "    barrier(CLK_LOCAL_MEM_FENCE);\n"
    "    if (get_global_id(0) != 0) return;\n"
    "    out[out_at] = absent_at;\n"
    "    out[out_at + 1] = l;\n"
    "    out[out_at + 2] = i;\n"
    "    out[out_at + 3] = (long)(f * 4.0f);\n"
    "    out[out_at + 4] = shared[3] + EXTRA;\n"
    "}\n";

static clpt_status run(const char *kernel, const clpti_launch *sizes, const clpti_arg *args)
{
    clpti_launch launch = *sizes;
    launch.file = "trial";
    launch.kernel = kernel;
    if (!launch.options) launch.options = "-DEXTRA=0";
    launch.args = args;
    return clpti_run_kernel(context, &launch);
}

static int open_all(void **state)
{
    (void)state;
    kernel_dir = test_directory_new();
    mkdir(test_path(kernel_dir, "common"), 0700);
    test_kernel_write(kernel_dir, "trial.cl", kernels);
    test_kernel_write(kernel_dir, "common/answer.clh", "#define ANSWER 3\n");
    context = test_open_with(kernel_dir, "off", NULL);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    clpt_context_destroy(&context);
    test_directory_remove(kernel_dir);
    return 0;
}

/* ---- memory ---- */

static void cl_write_changed_source_keeps_first(void **state)
{
    (void)state;
    enum { WORDS = 1000, ROUNDS = 300 };
    int words[WORDS], back[WORDS];
    clpt_buffer *buffer = test_bytes(context, (int64_t)sizeof words * ROUNDS);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < WORDS; i++) words[i] = round * WORDS + i;
        test_ok(context, clpti_cl_write(context, buffer->memory, (int64_t)sizeof words * round, words, sizeof words));
    }
    for (int round = 0; round < ROUNDS; round += 7) {
        test_ok(context, clpti_cl_read(context, buffer->memory, (int64_t)sizeof words * round, back, sizeof back));
        for (int i = 0; i < WORDS; i++) assert_int_equal(back[i], round * WORDS + i);
    }
    clpt_buffer_destroy(&buffer);
    test_ok(context, clpt_context_finish(context));
}

static void cl_write_more_than_may_wait_arrives(void **state)
{
    (void)state;
    const int64_t piece = 3 << 20; /* copied each time, and together beyond what copies may hold */
    const int pieces = test_small() ? 8 : 30;
    char *data = calloc((size_t)piece, 1), *back = calloc((size_t)piece, 1);
    clpt_buffer *buffer = test_bytes(context, piece);
    for (int k = 1; k <= pieces; k++) {
        memset(data, k, (size_t)piece);
        test_ok(context, clpti_cl_write(context, buffer->memory, 0, data, piece));
    }
    test_ok(context, clpti_cl_read(context, buffer->memory, 0, back, piece));
    assert_memory_equal(back, data, (size_t)piece);
    clpt_buffer_destroy(&buffer);
    free(data);
    free(back);
}

static void cl_write_large_round_trip_same(void **state)
{
    (void)state;
    const int64_t bytes = (9 << 20) + 13;
    unsigned char *data = malloc((size_t)bytes), *back = calloc((size_t)bytes, 1);
    for (int64_t i = 0; i < bytes; i++) data[i] = (unsigned char)(i * 31 + (i >> 9));
    clpt_buffer *buffer = test_bytes(context, bytes + 5);
    test_ok(context, clpti_cl_write(context, buffer->memory, 5, data, bytes));
    test_ok(context, clpti_cl_read(context, buffer->memory, 5, back, bytes));
    assert_memory_equal(back, data, (size_t)bytes);
    clpt_buffer_destroy(&buffer);
    free(data);
    free(back);
}

static void cl_zero_part_leaves_rest(void **state)
{
    (void)state;
    enum { BYTES = 4099 };
    static const int64_t cases[][2] = {{0, 4}, {8, 400}, {3, 5}, {4, 7}, {1, BYTES - 1}, {0, 0}};
    unsigned char data[BYTES], back[BYTES];
    clpt_buffer *buffer = test_bytes(context, BYTES);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        memset(data, 0xa5, sizeof data);
        test_ok(context, clpti_cl_write(context, buffer->memory, 0, data, BYTES));
        test_ok(context, clpti_cl_zero(context, buffer->memory, cases[k][0], cases[k][1]));
        test_ok(context, clpti_cl_read(context, buffer->memory, 0, back, BYTES));
        memset(data + cases[k][0], 0, (size_t)cases[k][1]);
        assert_memory_equal(back, data, BYTES);
    }
    clpt_buffer_destroy(&buffer);
}

static void cl_copy_part_lands_at_offset(void **state)
{
    (void)state;
    int data[100], back[100];
    for (int i = 0; i < 100; i++) data[i] = i;
    clpt_buffer *from = test_bytes(context, sizeof data), *to = test_bytes(context, sizeof data);
    test_ok(context, clpti_cl_write(context, from->memory, 0, data, sizeof data));
    test_ok(context, clpti_cl_zero(context, to->memory, 0, sizeof data));
    test_ok(context, clpti_cl_copy(context, from->memory, 40, to->memory, 80, 120));
    test_ok(context, clpti_cl_copy(context, from->memory, 0, to->memory, 0, 0));
    test_ok(context, clpti_cl_read(context, to->memory, 0, back, sizeof back));
    for (int i = 0; i < 100; i++) assert_int_equal(back[i], i >= 20 && i < 50 ? i - 10 : 0);
    clpt_buffer_destroy(&from);
    clpt_buffer_destroy(&to);
}

static void cl_alloc_too_large_names_sizes(void **state)
{
    (void)state;
    void *memory = NULL;
    char words[96];
    uint64_t maximum = clpt_context_get_device(context)->largest_allocation;
    snprintf(words, sizeof words, "%llu|at most %llu", (unsigned long long)maximum + 1, (unsigned long long)maximum);
    test_fails(context, clpti_cl_alloc(context, (int64_t)maximum + 1, &memory), CLPT_ERROR_MEMORY, words);
    assert_null(memory);
    test_fails(context, clpti_cl_alloc(context, INT64_MAX, &memory), CLPT_ERROR_MEMORY, "9223372036854775807");
}

/* ---- launches ---- */

static void check_counted(int64_t nx, int64_t ny, int64_t nz, int32_t lx, int32_t ly, int32_t lz)
{
    int64_t count = nx * ny * nz;
    clpti_launch sizes = {.global = {nx, ny, nz}, .local = {lx, ly, lz}};
    clpt_buffer *buffer = test_bytes(context, 4 * (count + 3));
    clpti_view out = clpti_view_of(buffer);
    out.offset = 2;
    test_ok(context, clpti_cl_zero(context, buffer->memory, 0, 4 * (count + 3)));
    test_ok(context,
            run("count_items", &sizes, CLPTI_ARGS(CLPTI_VIEW(out), CLPTI_LONG(nx), CLPTI_LONG(ny), CLPTI_LONG(nz))));
    int *back = malloc(4 * (size_t)(count + 3));
    test_ok(context, clpti_cl_read(context, buffer->memory, 0, back, 4 * (count + 3)));
    assert_true(back[0] == 0 && back[1] == 0 && back[count + 2] == 0);
    for (int64_t i = 0; i < count; i++)
        if (back[i + 2] != 3)
            fail_msg("item %lld of %lldx%lldx%lld ran %d times", (long long)i, (long long)nx, (long long)ny,
                     (long long)nz, back[i + 2] / 3);
    free(back);
    clpt_buffer_destroy(&buffer);
}

static void run_kernel_any_size_each_item_once(void **state)
{
    (void)state;
    static const int64_t sizes[][3] = {{1, 1, 1},  {63, 1, 1},  {65, 1, 1}, {1000, 3, 1},
                                       {7, 5, 11}, {1, 129, 2}, {2, 2, 70}};
    static const int32_t locals[][3] = {{0, 0, 0}, {64, 1, 1}, {16, 16, 1}, {4, 4, 4}, {1, 1, 1}, {3, 5, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t j = 0; j < sizeof locals / sizeof *locals; j++)
            check_counted(sizes[i][0], sizes[i][1], sizes[i][2], locals[j][0], locals[j][1], locals[j][2]);
}

/* Some drivers keep counts of work-groups in 16 bits. */
static void run_kernel_many_groups_each_item_once(void **state)
{
    (void)state;
    if (test_small()) return;
    check_counted(INT64_C(70000) * 64, 1, 1, 64, 1, 1);
    check_counted(1, 70000, 1, 1, 1, 1);
    check_counted(1, 1, 70000, 1, 1, 1);
    check_counted(3, 70000, 2, 0, 0, 0);
}

static void run_kernel_no_items_launches_nothing(void **state)
{
    (void)state;
    clpti_launch sizes = {.global = {0, 5, 5}};
    assert_int_equal(run("no_such_kernel", &sizes, NULL), CLPT_OK);
}

static void run_kernel_group_too_large_is_reduced(void **state)
{
    (void)state;
    static const int32_t locals[][3] = {{1 << 20, 1, 1}, {64, 64, 64}, {1, 1 << 16, 1}, {1, 1, 1 << 16}};
    uint64_t maximum = clpt_context_get_device(context)->max_work_group;
    clpt_buffer *buffer = test_bytes(context, 12);
    for (size_t k = 0; k < sizeof locals / sizeof *locals; k++) {
        int local[3] = {0};
        clpti_launch sizes = {.global = {4096, 256, 64}, .local = {locals[k][0], locals[k][1], locals[k][2]}};
        if (test_small()) sizes.global[0] = 256, sizes.global[1] = 16, sizes.global[2] = 4;
        test_ok(context, run("show_group", &sizes, CLPTI_ARGS(CLPTI_BUFFER(buffer))));
        test_ok(context, clpti_cl_read(context, buffer->memory, 0, local, sizeof local));
        assert_true(local[0] > 0 && local[1] > 0 && local[2] > 0);
        assert_true((uint64_t)local[0] * (uint64_t)local[1] * (uint64_t)local[2] <= maximum);
    }
    clpt_buffer_destroy(&buffer);
}

static void run_kernel_required_group_is_kept(void **state)
{
    (void)state;
    int local[3] = {0};
    clpt_buffer *buffer = test_bytes(context, 12);
    clpti_launch sizes = {.global = {5, 5, 5}};
    for (int given = 0; given < 2; given++) {
        if (given) sizes.local[0] = 4, sizes.local[1] = 8, sizes.local[2] = 2;
        test_ok(context, run("show_required", &sizes, CLPTI_ARGS(CLPTI_BUFFER(buffer))));
        test_ok(context, clpti_cl_read(context, buffer->memory, 0, local, sizeof local));
        assert_true(local[0] == 4 && local[1] == 8 && local[2] == 2);
    }
    sizes.local[2] = 1;
    test_fails(context, run("show_required", &sizes, CLPTI_ARGS(CLPTI_BUFFER(buffer))), CLPT_ERROR_OPENCL,
               "show_required|requires another|CL_INVALID_WORK_GROUP_SIZE|4x8x1");
    clpt_buffer_destroy(&buffer);
}

static void run_kernel_arguments_arrive(void **state)
{
    (void)state;
    int64_t back[8] = {0};
    clpt_buffer *buffer = test_bytes(context, sizeof back);
    clpti_view none = {NULL, 5}, out = {buffer, 1}; /* the kernel counts in longs */
    clpti_launch sizes = {.global = {64}};
    test_ok(context, run("show_args", &sizes,
                         CLPTI_ARGS(CLPTI_VIEW(none), CLPTI_LONG(INT64_C(1) << 40), CLPTI_INT(-7), CLPTI_FLOAT(2.25),
                                    CLPTI_LOCAL(64), CLPTI_VIEW(out))));
    test_ok(context, clpti_cl_read(context, buffer->memory, 0, back, sizeof back));
    assert_true(back[1] == -1 && back[2] == INT64_C(1) << 40 && back[3] == -7 && back[4] == 9 && back[5] == 7);
    sizes.options = "-DEXTRA=100";
    test_ok(context, run("show_args", &sizes,
                         CLPTI_ARGS(CLPTI_VIEW(none), CLPTI_LONG(0), CLPTI_INT(0), CLPTI_FLOAT(0), CLPTI_LOCAL(64),
                                    CLPTI_VIEW(out))));
    test_ok(context, clpti_cl_read(context, buffer->memory, 0, back, sizeof back));
    assert_int_equal(back[5], 107);
    clpt_buffer_destroy(&buffer);
}

static void run_kernel_negative_size_fails(void **state)
{
    (void)state;
    clpti_launch sizes = {.global = {5, -3, 1}};
    test_fails(context, run("count_items", &sizes, NULL), CLPT_ERROR_OPENCL, "count_items|trial.cl|5x-3x1");
    test_ok(context, clpt_context_finish(context)); /* nothing else is harmed */
}

static void context_reference_has_no_device(void **state)
{
    (void)state;
    clpt_context *reference = test_open("reference", 0);
    const clpt_device_info *info = clpt_context_get_device(reference);
    assert_int_equal(info->type, CLPT_DEVICE_REFERENCE);
    assert_string_equal(info->short_name, "reference");
    assert_true(info->fp64 && info->memory > 0 && info->check == CLPT_CHECK_PASSED);
    assert_string_equal(clpt_context_get_message(reference), "");
    assert_int_equal(clpt_context_finish(reference), CLPT_OK);
    assert_false(clpti_capabilities_of(reference)->cpu_shaped);
    clpt_context_destroy(&reference);
    assert_null(reference);
    clpt_context_destroy(&reference);
    clpt_context_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cl_write_changed_source_keeps_first),  cmocka_unit_test(cl_write_more_than_may_wait_arrives),
        cmocka_unit_test(cl_write_large_round_trip_same),       cmocka_unit_test(cl_zero_part_leaves_rest),
        cmocka_unit_test(cl_copy_part_lands_at_offset),         cmocka_unit_test(cl_alloc_too_large_names_sizes),
        cmocka_unit_test(run_kernel_any_size_each_item_once),   cmocka_unit_test(run_kernel_many_groups_each_item_once),
        cmocka_unit_test(run_kernel_no_items_launches_nothing), cmocka_unit_test(run_kernel_group_too_large_is_reduced),
        cmocka_unit_test(run_kernel_required_group_is_kept),    cmocka_unit_test(run_kernel_arguments_arrive),
        cmocka_unit_test(run_kernel_negative_size_fails),       cmocka_unit_test(context_reference_has_no_device),
    };
    test_start();
    return cmocka_run_group_tests(tests, open_all, close_all);
}
