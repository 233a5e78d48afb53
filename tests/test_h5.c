/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 files written and read back through the store, next to NPZ. */
#include <unistd.h>

#include "io_support.h"

#include "io/h5.h"
#include "io/store.h"

static const int64_t shape23[] = {2, 3};
static const double reals[6] = {1, -2.5, 3e-300, 4, 5, 6};
static const float singles[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
static const int64_t whole[3] = {-1, 0, INT64_C(1) << 40};

static void write_sample(const char *path)
{
    clpti_h5_writer *writer;
    io_ok(clpti_h5_create(path, &writer, &io_message), &io_message);
    io_ok(clpti_h5_add(writer, "reals", CLPT_TYPE_F64, 2, shape23, reals, &io_message), &io_message);
    io_ok(clpti_h5_add(writer, "deep/er/waves", CLPT_TYPE_C64, 2, shape23, singles, &io_message), &io_message);
    io_ok(clpti_h5_add(writer, "one", CLPT_TYPE_F32, 0, NULL, singles + 2, &io_message), &io_message);
    io_ok(clpti_h5_add(writer, "none", CLPT_TYPE_F64, 1, (int64_t[]){0}, NULL, &io_message), &io_message);
    io_ok(clpti_h5_add_integers(writer, "whole", 3, whole, &io_message), &io_message);
    io_ok(clpti_h5_note_text(writer, NULL, "b text", "µ \"quoted\"", &io_message), &io_message);
    io_ok(clpti_h5_note_real(writer, NULL, "a real", 0.25, &io_message), &io_message);
    io_ok(clpti_h5_note_integer(writer, NULL, "c integer", -7, &io_message), &io_message);
    io_ok(clpti_h5_note_flag(writer, NULL, "d flag", true, &io_message), &io_message);
    io_ok(clpti_h5_note_real(writer, "reals", "of an array", 2, &io_message), &io_message);
    io_ok(clpti_h5_commit(&writer, &io_message), &io_message);
    assert_null(writer);
}

static clpti_store *open_sample(void)
{
    clpti_store *store;
    write_sample(io_path("sample.h5"));
    io_ok(clpti_store_open(io_path("sample.h5"), &store, &io_message), &io_message);
    return store;
}

static void arrays_come_back(void **state)
{
    (void)state;
    clpti_store *store = open_sample();
    clpti_tensor t;
    assert_string_equal(clpti_store_format_name(store), "HDF5");
    assert_int_equal(clpti_store_count(store), 5);
    io_ok(clpti_store_read(store, "reals", CLPT_TYPE_F64, &t, &io_message), &io_message);
    assert_true(t.rank == 2 && t.shape[0] == 2 && t.shape[1] == 3);
    assert_memory_equal(t.data, reals, sizeof reals);
    clpti_tensor_destroy(&t);
    io_ok(clpti_store_read_any(store, "deep/er/waves", &t, &io_message), &io_message);
    assert_int_equal(t.type, CLPT_TYPE_C64);
    assert_memory_equal(t.data, singles, sizeof singles);
    clpti_tensor_destroy(&t);
    io_ok(clpti_store_read(store, "one", CLPT_TYPE_F64, &t, &io_message), &io_message);
    assert_true(t.rank == 0 && *(double *)t.data == 3);
    clpti_tensor_destroy(&t);
    io_ok(clpti_store_read_any(store, "whole", &t, &io_message), &io_message);
    assert_true(t.type == CLPT_TYPE_F64 && ((double *)t.data)[2] == (double)whole[2]);
    clpti_tensor_destroy(&t);
    io_ok(clpti_store_read(store, "none", CLPT_TYPE_F64, &t, &io_message), &io_message);
    assert_int_equal(clpti_tensor_count(&t), 0);
    clpti_tensor_destroy(&t);
    clpti_store_close(&store);
    assert_null(store);
}

static void real_numbers_become_complex_and_not_the_reverse(void **state)
{
    (void)state;
    clpti_store *store = open_sample();
    clpti_tensor t;
    for (int k = 0; k < 2; k++) {
        io_ok(clpti_store_read(store, "reals", k ? CLPT_TYPE_C64 : CLPT_TYPE_C128, &t, &io_message), &io_message);
        for (int i = 0; i < 6; i++)
            if (k)
                assert_true(((float *)t.data)[2 * i] == (float)reals[i] && ((float *)t.data)[2 * i + 1] == 0);
            else
                assert_true(((double *)t.data)[2 * i] == reals[i] && ((double *)t.data)[2 * i + 1] == 0);
        clpti_tensor_destroy(&t);
    }
    io_failed(clpti_store_read(store, "deep/er/waves", CLPT_TYPE_F64, &t, &io_message), &io_message, "sample.h5",
              "deep/er/waves", "complex", NULL);
    assert_null(t.data);
    io_failed(clpti_store_read(store, "absent", CLPT_TYPE_F64, &t, &io_message), &io_message, "sample.h5", "absent",
              "missing", "whole", NULL);
    clpti_store_close(&store);
}

static void headers_and_notes_are_told(void **state)
{
    (void)state;
    static const char *const notes[][2] = {
        {"a real", "0.25"}, {"b text", "µ \"quoted\""}, {"c integer", "-7"}, {"d flag", "1"}};
    clpti_store *store = open_sample();
    clpti_npy_info info;
    char name[256], value[256];
    io_ok(clpti_store_info(store, clpti_store_find(store, "deep/er/waves"), &info, &io_message), &io_message);
    assert_string_equal(info.descr, "<c8");
    assert_true(info.is_complex && info.readable && info.rank == 2 && info.shape[1] == 3);
    io_ok(clpti_store_info(store, clpti_store_find(store, "whole"), &info, &io_message), &io_message);
    assert_string_equal(info.descr, "<i8");
    assert_true(info.is_integer && !info.is_complex);
    io_failed(clpti_store_info(store, 5, &info, &io_message), &io_message, "5", NULL);
    for (int k = 0; k < 4; k++) {
        assert_true(clpti_store_note(store, k, name, value));
        assert_string_equal(name, notes[k][0]);
        assert_string_equal(value, notes[k][1]);
    }
    assert_false(clpti_store_note(store, 4, name, value));
    clpti_store_close(&store);
}

static void npz_goes_through_the_same_door(void **state)
{
    (void)state;
    clpti_store *store;
    clpti_tensor t;
    char name[256], value[256];
    io_write_one(io_path("one.npz"), "reals", CLPT_TYPE_F64, 2, shape23, reals);
    io_ok(clpti_store_open(io_path("one.npz"), &store, &io_message), &io_message);
    assert_string_equal(clpti_store_format_name(store), "NPZ");
    io_ok(clpti_store_read_any(store, "reals", &t, &io_message), &io_message);
    assert_memory_equal(t.data, reals, sizeof reals);
    assert_false(clpti_store_note(store, 0, name, value));
    clpti_tensor_destroy(&t);
    clpti_store_close(&store);
    io_failed(clpti_store_open(io_path("absent.h5"), &store, &io_message), &io_message, "absent.h5", "No such file",
              NULL);
    assert_null(store);
}

/* Every length that a broken copy may have: an error or, where only unused bytes are gone, the right numbers. */
static void cut_file_is_an_error(void **state)
{
    (void)state;
    write_sample(io_path("whole.h5"));
    io_bytes all = {.count = 0};
    FILE *file = fopen(io_path("whole.h5"), "rb");
    assert_non_null(file);
    all.count = fread(all.bytes, 1, sizeof all.bytes, file);
    fclose(file);
    for (size_t length = 8; length < all.count; length += 97) {
        clpti_store *store;
        clpti_tensor t;
        io_write_file(io_path("cut.h5"), all.bytes, length);
        clpt_status status = clpti_store_open(io_path("cut.h5"), &store, &io_message);
        if (status != CLPT_OK) {
            io_failed(status, &io_message, "cut.h5", NULL);
            continue;
        }
        if (clpti_store_read(store, "reals", CLPT_TYPE_F64, &t, &io_message) == CLPT_OK)
            assert_memory_equal(t.data, reals, sizeof reals);
        clpti_tensor_destroy(&t);
        clpti_store_close(&store);
    }
}

static void discarded_file_leaves_what_was_there(void **state)
{
    (void)state;
    clpti_h5_writer *writer;
    io_write_file(io_path("kept.h5"), "kept", 4);
    io_ok(clpti_h5_create(io_path("kept.h5"), &writer, &io_message), &io_message);
    io_ok(clpti_h5_add(writer, "reals", CLPT_TYPE_F64, 2, shape23, reals, &io_message), &io_message);
    io_failed(clpti_h5_add(writer, "reals", CLPT_TYPE_F64, 2, shape23, reals, &io_message), &io_message, "kept.h5",
              "reals", NULL);
    clpti_h5_discard(&writer);
    assert_memory_equal(io_file(io_path("kept.h5")).bytes, "kept", 4);
    io_failed(clpti_h5_create(io_path("nowhere/x.h5"), &writer, &io_message), &io_message, "nowhere/x.h5", NULL);
    assert_null(writer);
}

static void names_of_hdf5_files_are_known(void **state)
{
    (void)state;
    assert_true(clpti_h5_is_name("a.h5") && clpti_h5_is_name("b/c.HDF5") && clpti_h5_is_name("a.hdf"));
    assert_false(clpti_h5_is_name("a.npz") || clpti_h5_is_name(".h5") || clpti_h5_is_name("h5"));
}

/* In a build without HDF5: every function fails with a reason. */
static void absence_is_told(void **state)
{
    (void)state;
    clpti_h5_writer *writer;
    clpti_store *store;
    io_failed(clpti_h5_create(io_path("a.h5"), &writer, &io_message), &io_message, "a.h5", "lacks HDF5", "libhdf5-dev",
              NULL);
    io_write_file(io_path("b.h5"), "\x89HDF\r\n\x1a\n....", 12);
    io_failed(clpti_store_open(io_path("b.h5"), &store, &io_message), &io_message, "b.h5", "lacks HDF5", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_come_back),
        cmocka_unit_test(real_numbers_become_complex_and_not_the_reverse),
        cmocka_unit_test(headers_and_notes_are_told),
        cmocka_unit_test(npz_goes_through_the_same_door),
        cmocka_unit_test(cut_file_is_an_error),
        cmocka_unit_test(discarded_file_leaves_what_was_there),
        cmocka_unit_test(names_of_hdf5_files_are_known),
    };
    const struct CMUnitTest without[] = {
        cmocka_unit_test(absence_is_told),
        cmocka_unit_test(npz_goes_through_the_same_door),
        cmocka_unit_test(names_of_hdf5_files_are_known),
    };
    return clpti_h5_available()
               ? cmocka_run_group_tests_name("h5", tests, io_directory_make, io_directory_remove)
               : cmocka_run_group_tests_name("h5 (none)", without, io_directory_make, io_directory_remove);
}
