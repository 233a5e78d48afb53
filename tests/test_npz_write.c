/* SPDX-License-Identifier: Apache-2.0 */
/* NPZ files written and read back; failures leave existing files unchanged. */
#include "io_support.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"

/* ---- Round trips ---- */

static void write_every_type_and_rank_reads_back(void **state)
{
    (void)state;
    double data[48];
    for (int i = 0; i < 48; i++) data[i] = 1.5 * i - 7;
    static const clpt_type types[] = {CLPT_TYPE_F32, CLPT_TYPE_C64, CLPT_TYPE_F64, CLPT_TYPE_C128};
    for (int t = 0; t < 4; t++) {
        for (int rank = 0; rank <= 4; rank++) {
            const char *path = io_path("round.npz");
            const int64_t shape[] = {2, 3, 1, 4};
            clpti_tensor tensor;
            io_write_one(path, "a", types[t], rank, shape, data);
            io_ok(io_read_one(path, "a", types[t], &tensor), &io_message);
            assert_int_equal(tensor.rank, rank);
            for (int axis = 0; axis < rank; axis++) assert_int_equal(tensor.shape[axis], shape[axis]);
            assert_memory_equal(tensor.data, data, (size_t)clpti_tensor_count(&tensor) * clpti_type_size(types[t]));
            clpti_tensor_destroy(&tensor);
        }
    }
}

static void write_large_array_is_stored_and_reads_back(void **state)
{
    (void)state;
    const int64_t count = (65 << 20) / 4;
    float *data = clpti_malloc(count, sizeof *data);
    for (int64_t i = 0; i < count; i++) data[i] = (float)(i % 1000);
    const char *path = io_path("large.npz");
    clpti_tensor tensor;
    io_write_one(path, "a", CLPT_TYPE_F32, 1, &count, data);
    io_ok(io_read_one(path, "a", CLPT_TYPE_F32, &tensor), &io_message);
    assert_memory_equal(tensor.data, data, (size_t)count * sizeof *data);
    clpti_tensor_destroy(&tensor);
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    assert_true(file.st_size > 65 << 20);
    unlink(path);
    free(data);
}

static void write_same_arrays_gives_same_bytes(void **state)
{
    (void)state;
    const int64_t shape[] = {3};
    const double data[] = {1, 2, 3};
    io_write_one(io_path("one.npz"), "a", CLPT_TYPE_F64, 1, shape, data);
    io_write_one(io_path("two.npz"), "a", CLPT_TYPE_F64, 1, shape, data);
    io_bytes one = io_file(io_path("one.npz")), two = io_file(io_path("two.npz"));
    assert_int_equal(one.count, two.count);
    assert_memory_equal(one.bytes, two.bytes, one.count);
}

static void read_empty_array_has_no_elements(void **state)
{
    (void)state;
    const int64_t shape[] = {3, 0};
    clpti_tensor tensor;
    io_write_one(io_path("empty.npz"), "a", CLPT_TYPE_C64, 2, shape, NULL);
    io_ok(io_read_one(io_path("empty.npz"), "a", CLPT_TYPE_C64, &tensor), &io_message);
    assert_int_equal(clpti_tensor_count(&tensor), 0);
    assert_non_null(tensor.data);
    clpti_tensor_destroy(&tensor);
}

/* ---- Writing ---- */

static void discard_leaves_what_was_there(void **state)
{
    (void)state;
    clpti_npz_writer *writer;
    const double data = 1;
    io_write_file(io_path("old.npz"), "old", 3);
    io_ok(clpti_npz_create(io_path("old.npz"), &writer, &io_message), &io_message);
    io_ok(clpti_npz_add(writer, "a", CLPT_TYPE_F64, 0, NULL, &data, &io_message), &io_message);
    clpti_npz_discard(&writer);
    assert_null(writer);
    assert_int_equal(io_file(io_path("old.npz")).count, 3);
    clpti_npz_discard(&writer);
    clpti_npz_discard(NULL);
}

static void commit_without_room_fails_and_leaves_what_was_there(void **state)
{
    (void)state;
    clpti_npz_writer *writer;
    struct rlimit before, small = {.rlim_cur = 4096};
    uint32_t noise[4096], seed = 1;
    for (int i = 0; i < 4096; i++) noise[i] = seed = seed * 1664525u + 1013904223u;
    io_write_file(io_path("old.npz"), "old", 3);
    io_ok(clpti_npz_create(io_path("old.npz"), &writer, &io_message), &io_message);
    io_ok(clpti_npz_add(writer, "a", CLPT_TYPE_F32, 1, (int64_t[]){4096}, noise, &io_message), &io_message);
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    clpt_status status = clpti_npz_commit(&writer, &io_message);
    setrlimit(RLIMIT_FSIZE, &before);
    io_failed(status, &io_message, "old.npz", "cannot be written", NULL);
    assert_null(writer);
    assert_int_equal(io_file(io_path("old.npz")).count, 3);
}

static void commit_keeps_links_and_permissions(void **state)
{
    (void)state;
    struct stat file;
    const double data = 1;
    mode_t before = umask(027);
    io_write_one(io_path("fresh.npz"), "a", CLPT_TYPE_F64, 0, NULL, &data);
    umask(before);
    assert_int_equal(stat(io_path("fresh.npz"), &file), 0);
    assert_int_equal(file.st_mode & 0777, 0640);
    assert_int_equal(chmod(io_path("fresh.npz"), 0604), 0);
    assert_int_equal(symlink("fresh.npz", io_path("link.npz")), 0);
    io_write_one(io_path("link.npz"), "b", CLPT_TYPE_F64, 0, NULL, &data);
    assert_int_equal(stat(io_path("fresh.npz"), &file), 0);
    assert_int_equal(file.st_mode & 0777, 0604);
    assert_int_equal(lstat(io_path("link.npz"), &file), 0);
    assert_true(S_ISLNK(file.st_mode));
    clpti_tensor tensor;
    io_ok(io_read_one(io_path("fresh.npz"), "b", CLPT_TYPE_F64, &tensor), &io_message);
    clpti_tensor_destroy(&tensor);
}

static void create_where_nothing_can_be_written_is_an_error(void **state)
{
    (void)state;
    clpti_npz_writer *writer;
    io_failed(clpti_npz_create(io_path("no/such/a.npz"), &writer, &io_message), &io_message, "a.npz", "No such file",
              NULL);
    assert_null(writer);
    io_failed(clpti_npz_create(io_path(""), &writer, &io_message), &io_message, "regular file", NULL);
    io_failed(clpti_npz_create("", &writer, &io_message), &io_message, "cannot be written", NULL);
}

static void add_what_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    clpti_npz_writer *writer;
    const double data = 1;
    io_ok(clpti_npz_create(io_path("add.npz"), &writer, &io_message), &io_message);
    io_failed(clpti_npz_add(writer, "a", CLPT_TYPE_F64, 1, (int64_t[]){-1}, &data, &io_message), &io_message, "'a'",
              "-1", NULL);
    io_failed(clpti_npz_add(writer, "a", CLPT_TYPE_F64, 9, (int64_t[9]){0}, &data, &io_message), &io_message, "'a'",
              "rank 9", NULL);
    io_failed(clpti_npz_add(writer, "a", CLPT_TYPE_F64, 2, (int64_t[]){INT64_MAX, 2}, &data, &io_message), &io_message,
              "'a'", NULL);
    io_ok(clpti_npz_add(writer, "a", CLPT_TYPE_F64, 0, NULL, &data, &io_message), &io_message);
    io_failed(clpti_npz_add(writer, "a", CLPT_TYPE_F64, 0, NULL, &data, &io_message), &io_message, "'a'", "exists",
              NULL);
    clpti_npz_discard(&writer);
    io_ok(clpti_npz_create(io_path("add.npz"), &writer, &io_message), &io_message);
    io_failed(clpti_npz_commit(&writer, &io_message), &io_message, "no array", NULL);
    assert_int_equal(access(io_path("add.npz"), F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(write_every_type_and_rank_reads_back),
        cmocka_unit_test(write_large_array_is_stored_and_reads_back),
        cmocka_unit_test(write_same_arrays_gives_same_bytes),
        cmocka_unit_test(read_empty_array_has_no_elements),
        cmocka_unit_test(discard_leaves_what_was_there),
        cmocka_unit_test(commit_without_room_fails_and_leaves_what_was_there),
        cmocka_unit_test(commit_keeps_links_and_permissions),
        cmocka_unit_test(create_where_nothing_can_be_written_is_an_error),
        cmocka_unit_test(add_what_cannot_be_written_is_an_error),
    };
    return cmocka_run_group_tests(tests, io_directory_make, io_directory_remove);
}
