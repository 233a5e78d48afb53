/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 files that would cost memory, or send commands to a terminal; inputs that are not files. */
#include <hdf5.h>
#include <sys/stat.h>

#include "io_support.h"

#include "io/store.h"

static clpti_store *open_good(const char *name)
{
    clpti_store *store;
    io_ok(clpti_store_open(io_path(name), &store, &io_message), &io_message);
    return store;
}

static hid_t create(const char *name)
{
    hid_t file = H5Fcreate(io_path(name), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

/* A dataset of this type and shape without data, in chunks of one. */
static void add_empty(hid_t file, const char *name, hid_t type, int rank, const hsize_t *shape)
{
    const hsize_t ones[3] = {1, 1, 1};
    hid_t space = H5Screate_simple(rank, shape, NULL), how = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(how, rank, ones);
    hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, how, H5P_DEFAULT);
    assert_true(set >= 0);
    H5Dclose(set);
    H5Pclose(how);
    H5Sclose(space);
}

static void large_array_without_data_is_refused(void **state)
{
    (void)state;
    clpti_tensor tensor;
    hid_t file = create("empty.h5");
    add_empty(file, "small", H5T_NATIVE_FLOAT, 2, (hsize_t[]){20, 30});
    add_empty(file, "large", H5T_NATIVE_FLOAT, 3, (hsize_t[]){100000, 2304, 2304});
    add_empty(file, "endless", H5T_NATIVE_FLOAT, 3, (hsize_t[]){1u << 31, 1u << 31, 1u << 31});
    H5Fclose(file);
    clpti_store *store = open_good("empty.h5");
    io_ok(clpti_store_read(store, "small", CLPT_TYPE_F32, &tensor, &io_message), &io_message);
    for (int i = 0; i < 600; i++) assert_true(((float *)tensor.data)[i] == 0);
    clpti_tensor_destroy(&tensor);
    io_failed(clpti_store_read(store, "large", CLPT_TYPE_F32, &tensor, &io_message), &io_message,
              "nothing was ever written to array 'large'", NULL);
    io_failed(clpti_store_read(store, "endless", CLPT_TYPE_F64, &tensor, &io_message), &io_message, "'endless'", NULL);
    clpti_store_close(&store);
}

static void numbers_of_odd_size_are_no_numbers(void **state)
{
    (void)state;
    clpti_npy_info info;
    clpti_tensor tensor;
    hid_t file = create("wide.h5"), type = H5Tcopy(H5T_NATIVE_INT);
    H5Tset_size(type, 1u << 24);
    add_empty(file, "wide", type, 1, (hsize_t[]){2});
    H5Tclose(type);
    H5Fclose(file);
    clpti_store *store = open_good("wide.h5");
    io_ok(clpti_store_info(store, 0, &info, &io_message), &io_message);
    assert_false(info.readable);
    io_failed(clpti_store_read(store, "wide", CLPT_TYPE_F64, &tensor, &io_message), &io_message, "cannot be read",
              NULL);
    clpti_store_close(&store);
}

static bool is_clean(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 32 || *text == 127 || (unsigned char)*text == 0xC2) return false;
    return true;
}

static void control_characters_do_not_pass(void **state)
{
    (void)state;
    static const char name[] = "a\033]0;b\007\n\xC2\x9B"
                               "c";
    clpti_npy_info info;
    clpti_tensor tensor;
    char note[256], value[256];
    hid_t file = create("escape.h5"), space = H5Screate(H5S_SCALAR), type = H5Tcopy(H5T_C_S1);
    add_empty(file, name, H5T_NATIVE_FLOAT, 1, (hsize_t[]){2});
    H5Tset_size(type, sizeof name);
    hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, type, name) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    H5Fclose(file);
    clpti_store *store = open_good("escape.h5");
    io_ok(clpti_store_info(store, 0, &info, &io_message), &io_message);
    assert_true(is_clean(info.name) && clpti_store_note(store, 0, note, value) && is_clean(note) && is_clean(value));
    io_failed(clpti_store_read(store, "missing", CLPT_TYPE_F64, &tensor, &io_message), &io_message, "missing", NULL);
    assert_null(strchr(io_message.text, '\033'));
    assert_null(strstr(io_message.text, "\xC2\x9B"));
    clpti_store_close(&store);
}

static void fifo_is_refused_at_once(void **state)
{
    (void)state;
    clpti_store *store;
    const char *path = io_path("fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
    io_failed(clpti_store_open(path, &store, &io_message), &io_message, "not a regular file", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_array_without_data_is_refused), cmocka_unit_test(numbers_of_odd_size_are_no_numbers),
        cmocka_unit_test(control_characters_do_not_pass), cmocka_unit_test(fifo_is_refused_at_once)};
    return cmocka_run_group_tests(tests, io_directory_make, io_directory_remove);
}
