/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 files as other programs leave them: links of all kinds, user blocks, virtual datasets, LZF. */
#include <hdf5.h>
#include <unistd.h>

#include "io_support.h"

#include "io/store.h"

static const hsize_t four[] = {4};
static const double numbers[4] = {1, 2, 3, 4};

static hid_t create(const char *name, hid_t how)
{
    hid_t file = H5Fcreate(io_path(name), H5F_ACC_TRUNC, how, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

static void add(hid_t file, const char *name)
{
    hid_t space = H5Screate_simple(1, four, NULL), links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    hid_t set = H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, links, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0 && H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers) >= 0);
    H5Dclose(set);
    H5Pclose(links);
    H5Sclose(space);
}

static void check_numbers(clpti_store *store, const char *name)
{
    clpti_tensor t;
    io_ok(clpti_store_read(store, name, CLPT_TYPE_F64, &t, &io_message), &io_message);
    assert_int_equal(clpti_tensor_count(&t), 4);
    assert_memory_equal(t.data, numbers, sizeof numbers);
    clpti_tensor_destroy(&t);
}

static clpti_store *reopen(const char *name, hid_t file)
{
    clpti_store *store;
    H5Fclose(file);
    io_ok(clpti_store_open(io_path(name), &store, &io_message), &io_message);
    return store;
}

static void groups_behind_links_are_entered(void **state)
{
    (void)state;
    hid_t other = create("other.h5", H5P_DEFAULT);
    add(other, "deep/group/data");
    H5Fclose(other);
    hid_t file = create("links.h5", H5P_DEFAULT);
    add(file, "real/data");
    H5Lcreate_soft("/real", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(file, "real", file, "hard", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/", file, "real/loop", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/deep", file, "external", H5P_DEFAULT, H5P_DEFAULT);
    clpti_store *store = reopen("links.h5", file);
    static const char *const names[] = {"real/data", "soft/data", "hard/data", "external/group/data"};
    assert_int_equal(clpti_store_count(store), 4);
    for (size_t i = 0; i < 4; i++) check_numbers(store, names[i]);
    clpti_store_close(&store);
}

static void links_that_lead_nowhere_are_named(void **state)
{
    (void)state;
    clpti_tensor t;
    hid_t file = create("lost.h5", H5P_DEFAULT);
    add(file, "data");
    H5Lcreate_external("absent.h5", "/frames", file, "outside", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/nothing", file, "inside", H5P_DEFAULT, H5P_DEFAULT);
    clpti_store *store = reopen("lost.h5", file);
    check_numbers(store, "data");
    io_failed(clpti_store_read(store, "outside", CLPT_TYPE_F64, &t, &io_message), &io_message, "lost.h5", "'outside'",
              "'/frames'", "'absent.h5'", NULL);
    io_failed(clpti_store_read(store, "inside", CLPT_TYPE_F64, &t, &io_message), &io_message, "'inside'", "'/nothing'",
              NULL);
    io_failed(clpti_store_read(store, "else", CLPT_TYPE_F64, &t, &io_message), &io_message, "'else' is missing",
              "absent.h5", "data", NULL);
    clpti_store_close(&store);
}

static void hdf5_behind_a_user_block_is_read(void **state)
{
    (void)state;
    hid_t how = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_userblock(how, 1024);
    hid_t file = create("block.mat", how);
    add(file, "data");
    H5Pclose(how);
    clpti_store *store = reopen("block.mat", file);
    check_numbers(store, "data");
    clpti_store_close(&store);
}

static void absent_sources_of_virtual_datasets_are_named(void **state)
{
    (void)state;
    clpti_tensor t;
    hid_t other = create("part.h5", H5P_DEFAULT);
    add(other, "data");
    H5Fclose(other);
    hid_t file = create("virtual.h5", H5P_DEFAULT), space = H5Screate_simple(1, four, NULL);
    hid_t how = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_virtual(how, space, "part.h5", "data", space);
    hid_t set = H5Dcreate2(file, "data", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, how, H5P_DEFAULT);
    H5Dclose(set);
    H5Pclose(how);
    H5Sclose(space);
    clpti_store *store = reopen("virtual.h5", file);
    check_numbers(store, "data");
    clpti_store_close(&store);
    unlink(io_path("part.h5"));
    io_ok(clpti_store_open(io_path("virtual.h5"), &store, &io_message), &io_message);
    io_failed(clpti_store_read(store, "data", CLPT_TYPE_F64, &t, &io_message), &io_message, "'data'", "virtual",
              "'part.h5'", NULL);
    clpti_store_close(&store);
}

/* The chunk of LZF is one run of 32 literal bytes, written as it is. */
static void lzf_is_decoded(void **state)
{
    (void)state;
    clpti_tensor t;
    unsigned char chunk[1 + sizeof numbers] = {sizeof numbers - 1};
    const unsigned parameters[] = {4, 261, sizeof numbers};
    memcpy(chunk + 1, numbers, sizeof numbers);
    hid_t file = create("lzf.h5", H5P_DEFAULT), space = H5Screate_simple(1, four, NULL);
    hid_t how = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(how, 1, four);
    H5Pset_filter(how, 32000, H5Z_FLAG_OPTIONAL, 3, parameters);
    hid_t set = H5Dcreate2(file, "data", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, how, H5P_DEFAULT);
    assert_true(H5Dwrite_chunk(set, H5P_DEFAULT, 0, (hsize_t[]){0}, sizeof chunk, chunk) >= 0);
    H5Dclose(set);
    H5Pclose(how);
    H5Sclose(space);
    clpti_store *store = reopen("lzf.h5", file);
#ifdef CLPTI_HAVE_LZF
    (void)t;
    check_numbers(store, "data");
#else
    if (H5Zfilter_avail(32000) <= 0)
        io_failed(clpti_store_read(store, "data", CLPT_TYPE_F64, &t, &io_message), &io_message, "32000", "liblzf-dev",
                  NULL);
#endif
    clpti_store_close(&store);
}

static void what_is_no_file_is_said(void **state)
{
    (void)state;
    clpti_store *store;
    FILE *file = fopen(io_path("empty.h5"), "wb");
    fclose(file);
    io_failed(clpti_store_open(io_path("empty.h5"), &store, &io_message), &io_message, "empty", "0 bytes", NULL);
    io_failed(clpti_store_open(io_path("."), &store, &io_message), &io_message, "directory", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lzf_is_decoded), /* before a store registers the filter, which cannot encode */
        cmocka_unit_test(groups_behind_links_are_entered),
        cmocka_unit_test(links_that_lead_nowhere_are_named),
        cmocka_unit_test(hdf5_behind_a_user_block_is_read),
        cmocka_unit_test(absent_sources_of_virtual_datasets_are_named),
        cmocka_unit_test(what_is_no_file_is_said),
    };
    return cmocka_run_group_tests_name("h5_links", tests, io_directory_make, io_directory_remove);
}
