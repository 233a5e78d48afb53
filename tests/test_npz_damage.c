/* SPDX-License-Identifier: Apache-2.0 */
/* Damaged NPZ files are rejected with a message. */
#include "io_support.h"

/* Reads all there is; returns whether every array was read. */
static bool read_everything(const char *path)
{
    clpti_npz *npz;
    if (clpti_npz_open(path, &npz, &io_message) != CLPT_OK) return false;
    bool good = clpti_npz_count(npz) > 0;
    for (int64_t i = 0; i < clpti_npz_count(npz); i++) {
        clpti_npy_info info;
        clpti_tensor tensor;
        if (clpti_npz_info(npz, i, &info, &io_message) != CLPT_OK ||
            clpti_npz_read_any(npz, info.name, &tensor, &io_message) != CLPT_OK) {
            good = false;
            continue;
        }
        assert_non_null(tensor.data);
        clpti_tensor_destroy(&tensor);
    }
    clpti_npz_close(&npz);
    return good;
}

static io_bytes small_archive(void)
{
    clpti_npz_writer *writer;
    const double data[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const char *path = io_path("small.npz");
    io_ok(clpti_npz_create(path, &writer, &io_message), &io_message);
    io_ok(clpti_npz_add(writer, "a", CLPT_TYPE_F64, 2, (int64_t[]){3, 4}, data, &io_message), &io_message);
    io_ok(clpti_npz_add(writer, "b", CLPT_TYPE_C64, 1, (int64_t[]){2}, data, &io_message), &io_message);
    io_ok(clpti_npz_commit(&writer, &io_message), &io_message);
    assert_true(read_everything(path));
    return io_file(path);
}

static void read_truncated_archive_is_an_error(void **state)
{
    (void)state;
    io_bytes whole = small_archive();
    const char *path = io_path("cut.npz");
    for (size_t count = 0; count < whole.count; count++) {
        io_write_file(path, whole.bytes, count);
        if (read_everything(path)) fail_msg("%zu of %zu bytes were read as if whole", count, whole.count);
    }
}

static void read_archive_with_flipped_bytes_never_crashes(void **state)
{
    (void)state;
    io_bytes whole = small_archive();
    const char *path = io_path("flipped.npz");
    static const unsigned char flips[] = {0x01, 0x80, 0xff};
    int noticed = 0;
    for (size_t at = 0; at < whole.count; at++) {
        for (size_t i = 0; i < sizeof flips; i++) {
            io_bytes damaged = whole;
            damaged.bytes[at] ^= flips[i];
            io_write_file(path, damaged.bytes, damaged.count);
            noticed += !read_everything(path);
        }
    }
    assert_true(noticed > (int)whole.count); /* dates, attributes and the like may change unnoticed */
}

/* The archive is whole, the array in it damaged, so no checksum helps. */
static void read_array_with_flipped_bytes_never_crashes(void **state)
{
    (void)state;
    const char *path = io_path("flipped.npz");
    const io_bytes npy =
        io_npy(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }\n", "abcdefghijklmnopqrstuvwx", 24);
    clpti_tensor tensor;
    int noticed = 0;
    for (size_t at = 0; at < npy.count; at++) {
        for (int value = 0; value < 256; value += at < 10 ? 1 : 5) {
            io_bytes damaged = npy;
            damaged.bytes[at] = (unsigned char)value;
            io_write_member(path, "a.npy", damaged.bytes, damaged.count, false);
            noticed += io_read_one(path, "a", CLPT_TYPE_F64, &tensor) != CLPT_OK;
            clpti_tensor_destroy(&tensor);
        }
    }
    for (size_t count = 0; count < npy.count; count++) {
        io_write_member(path, "a.npy", npy.bytes, count, false);
        io_failed(io_read_one(path, "a", CLPT_TYPE_F64, &tensor), &io_message, "'a'", NULL);
    }
    assert_true(noticed > 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_truncated_archive_is_an_error),
        cmocka_unit_test(read_archive_with_flipped_bytes_never_crashes),
        cmocka_unit_test(read_array_with_flipped_bytes_never_crashes),
    };
    return cmocka_run_group_tests(tests, io_directory_make, io_directory_remove);
}
