/* SPDX-License-Identifier: Apache-2.0 */
/* NPZ files read: types, orders, compression, scalars. */
#include "io_support.h"

#include <math.h>

/* ---- Types and layouts that NumPy writes ---- */

#define SHAPE_OF_TWO "'fortran_order': False, 'shape': (2,), }\n"

static void check_two(const char *descr, const void *data, size_t bytes, double first, double second)
{
    char dictionary[200];
    clpti_tensor tensor;
    snprintf(dictionary, sizeof dictionary, "{'descr': '%s', " SHAPE_OF_TWO, descr);
    const char *path = io_path("two.npz");
    io_write_npy(path, "v.npy", io_npy(1, dictionary, data, bytes));
    io_ok(io_read_one(path, "v", CLPT_TYPE_F64, &tensor), &io_message);
    assert_int_equal(tensor.rank, 1);
    const double *values = tensor.data;
    if (values[0] != first || values[1] != second) fail_msg("%s: %g, %g", descr, values[0], values[1]);
    clpti_tensor_destroy(&tensor);
}

static void read_every_number_type_gives_its_values(void **state)
{
    (void)state;
    check_two("|b1", "\x00\x01", 2, 0, 1);
    check_two("|i1", "\xff\x7f", 2, -1, 127);
    check_two("|u1", "\xff\x7f", 2, 255, 127);
    check_two("<i2", "\xfe\xff\x00\x01", 4, -2, 256);
    check_two(">i2", "\xff\xfe\x01\x00", 4, -2, 256);
    check_two("<u2", "\xfe\xff\x00\x01", 4, 65534, 256);
    check_two("<i4", "\xff\xff\xff\xff\x00\x00\x01\x00", 8, -1, 65536);
    check_two(">u4", "\xff\xff\xff\xff\x00\x01\x00\x00", 8, 4294967295.0, 65536);
    check_two("<i8", "\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\x01\x00\x00\x00", 16, -1, 4294967296.0);
    check_two(">u8", "\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02", 16, 9223372036854775808.0, 2);
    check_two("<f4", "\x00\x00\x80\x3f\x00\x00\x00\xc0", 8, 1, -2);
    check_two("=f4", "\x00\x00\x80\x3f\x00\x00\x00\xc0", 8, 1, -2);
    check_two(">f4", "\x3f\x80\x00\x00\xc0\x00\x00\x00", 8, 1, -2);
    check_two(">f8", "\x3f\xf0\x00\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x00", 16, 1, -2);
}

static void read_half_floats_gives_normal_subnormal_and_infinite(void **state)
{
    (void)state;
    check_two("<f2", "\x00\x3c\xff\x7b", 4, 1, 65504);
    check_two(">f2", "\xc0\x00\x00\x01", 4, -2, ldexp(1, -24));
    check_two("<f2", "\xff\x03\x00\x80", 4, ldexp(1023, -24), 0);
    check_two("<f2", "\x00\x7c\x00\xfc", 4, INFINITY, -INFINITY);
}

static void read_big_endian_complex_swaps_each_part(void **state)
{
    (void)state;
    const char *path = io_path("c.npz");
    clpti_tensor tensor;
    io_write_npy(
        path, "c.npy",
        io_npy(1, "{'descr': '>c8', 'fortran_order': False, 'shape': (), }\n", "\x3f\x80\x00\x00\xc0\x00\x00\x00", 8));
    io_ok(io_read_one(path, "c", CLPT_TYPE_C128, &tensor), &io_message);
    assert_int_equal(tensor.rank, 0);
    assert_true(((double *)tensor.data)[0] == 1 && ((double *)tensor.data)[1] == -2);
    clpti_tensor_destroy(&tensor);
}

static void read_fortran_order_gives_c_order(void **state)
{
    (void)state;
    unsigned char data[24];
    /* Element [i, j, k] of (2, 3, 4) is 100·i + 10·j + k; the first index runs fastest in the file. */
    for (int k = 0, at = 0; k < 4; k++)
        for (int j = 0; j < 3; j++)
            for (int i = 0; i < 2; i++) data[at++] = (unsigned char)(100 * i + 10 * j + k);
    const char *path = io_path("f.npz");
    clpti_tensor tensor;
    io_write_npy(path, "f.npy",
                 io_npy(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4), }", data, sizeof data));
    io_ok(io_read_one(path, "f", CLPT_TYPE_F32, &tensor), &io_message);
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 4; k++)
                assert_true(((float *)tensor.data)[(i * 3 + j) * 4 + k] == (float)(100 * i + 10 * j + k));
    clpti_tensor_destroy(&tensor);
}

static void read_long_fortran_array_keeps_order_across_chunks(void **state)
{
    (void)state;
    const int64_t rows = 700, columns = 30; /* more than are converted at a time */
    size_t bytes = (size_t)(rows * columns) * 4;
    char dictionary[] = "\x93NUMPY\x01\x00\x3f\x00{'descr': '<i4', 'fortran_order': True, 'shape': (700, 30)     }\n";
    size_t start = sizeof dictionary - 1;
    dictionary[8] = (char)(start - 10);
    unsigned char *npy = malloc(start + bytes);
    memcpy(npy, dictionary, start);
    for (int32_t at = 0; at < rows * columns; at++) memcpy(npy + start + 4 * (size_t)at, &at, 4);
    const char *path = io_path("long.npz");
    clpti_tensor tensor;
    io_write_member(path, "f.npy", npy, start + bytes, true);
    free(npy);
    io_ok(io_read_one(path, "f", CLPT_TYPE_F64, &tensor), &io_message);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            assert_true(((double *)tensor.data)[i * columns + j] == (double)(j * rows + i));
    clpti_tensor_destroy(&tensor);
}

static void read_other_versions_spacing_and_names_are_accepted(void **state)
{
    (void)state;
    static const char *const dictionaries[] = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }   \n",
        "{\"shape\":(1L,),'fortran_order':False,\"descr\":\"f4\"}",
        " { 'fortran_order' : False , 'shape' : ( 1 ) , 'descr' : '<f4' } ",
    };
    const char *path = io_path("v.npz");
    clpti_tensor tensor;
    for (int major = 1; major <= 3; major++) {
        for (int i = 0; i < 3; i++) {
            io_write_npy(path, i ? "v.npy" : "v", io_npy(major, dictionaries[i], "\x00\x00\x80\x3f", 4));
            io_ok(io_read_one(path, "v", CLPT_TYPE_F32, &tensor), &io_message);
            assert_true(((float *)tensor.data)[0] == 1);
            clpti_tensor_destroy(&tensor);
        }
    }
}

static void read_any_gives_nearest_type(void **state)
{
    (void)state;
    static const struct {
        const char *descr;
        size_t bytes;
        clpt_type type;
    } cases[] = {{"<f2", 2, CLPT_TYPE_F32}, {"<f4", 4, CLPT_TYPE_F32},    {"<f8", 8, CLPT_TYPE_F64},
                 {"<c8", 8, CLPT_TYPE_C64}, {"<c16", 16, CLPT_TYPE_C128}, {"<i4", 4, CLPT_TYPE_F64},
                 {"|b1", 1, CLPT_TYPE_F64}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char dictionary[100];
        clpti_npz *npz;
        clpti_tensor tensor;
        clpti_npy_info info;
        const char *path = io_path("any.npz");
        snprintf(dictionary, sizeof dictionary, "{'descr': '%s', 'fortran_order': True, 'shape': (1, 1), }",
                 cases[i].descr);
        io_write_npy(path, "x.npy", io_npy(1, dictionary, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", cases[i].bytes));
        io_ok(clpti_npz_open(path, &npz, &io_message), &io_message);
        assert_int_equal(clpti_npz_count(npz), 1);
        io_ok(clpti_npz_info(npz, 0, &info, &io_message), &io_message);
        assert_string_equal(info.name, "x");
        assert_string_equal(info.descr, cases[i].descr);
        assert_true(info.readable && info.fortran && info.rank == 2 && info.shape[0] == 1 && info.shape[1] == 1);
        assert_int_equal(info.is_complex, cases[i].descr[1] == 'c');
        assert_int_equal(info.is_integer, cases[i].descr[1] == 'i' || cases[i].descr[1] == 'b');
        io_ok(clpti_npz_read_any(npz, "x", &tensor, &io_message), &io_message);
        assert_int_equal(tensor.type, cases[i].type);
        clpti_tensor_destroy(&tensor);
        clpti_npz_close(&npz);
    }
}

/* ---- What is refused ---- */

static void read_other_types_names_array_and_type(void **state)
{
    (void)state;
    static const struct {
        const char *descr, *reason;
    } cases[] = {
        {"'|O'", "pickle"},     {"'<U5'", "text"},    {"'|S3'", "text"},
        {"'<M8[ns]'", "dates"}, {"'|V8'", "records"}, {"[('a', '<f4'), ('b', [('c', '<i2', (2, 3))])]", "structured"},
        {"'<f16'", "<f16"},     {"'<c32'", "<c32"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char dictionary[200];
        clpti_tensor tensor;
        clpti_npy_info info;
        clpti_npz *npz;
        const char *path = io_path("other.npz");
        snprintf(dictionary, sizeof dictionary, "{'descr': %s, 'fortran_order': False, 'shape': (2,), }",
                 cases[i].descr);
        io_write_npy(path, "odd.npy", io_npy(1, dictionary, "12345678", 8));
        io_failed(io_read_one(path, "odd", CLPT_TYPE_C128, &tensor), &io_message, path, "'odd'", cases[i].reason, NULL);
        assert_null(tensor.data);
        io_ok(clpti_npz_open(path, &npz, &io_message), &io_message);
        io_ok(clpti_npz_info(npz, 0, &info, &io_message), &io_message);
        assert_false(info.readable);
        clpti_npz_close(&npz);
    }
}

static void read_damaged_header_is_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *dictionary, *reason;
    } cases[] = {
        {"", "header"},
        {"{}", "header"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)", "header"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,) } x", "header"},
        {"{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2,) }", "header"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (-2,) }", "shape"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': [2] }", "shape"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2 }", "shape"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,) }", "shape"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 2) }", "too many elements"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,) }", "too many elements"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2) }", "dimensions"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (3,) }", "require 12 bytes, but it has 8"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,) }", "require 4 bytes, but it has 8"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,) }", "4000000000000"},
        {"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,) }", "header"},
        {"{'descr': [('a', '<f4', 'fortran_order': False, 'shape': (2,) }", "header"},
    };
    const char *path = io_path("bad.npz");
    clpti_tensor tensor;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        io_write_npy(path, "bad.npy", io_npy(1, cases[i].dictionary, "12345678", 8));
        io_failed(io_read_one(path, "bad", CLPT_TYPE_F32, &tensor), &io_message, path, "'bad'", cases[i].reason, NULL);
        assert_null(tensor.data);
    }
    io_write_npy(path, "bad.npy", io_npy(4, cases[0].dictionary, NULL, 0));
    io_failed(io_read_one(path, "bad", CLPT_TYPE_F32, &tensor), &io_message, path, "'bad'", "version 4.0", NULL);
    io_write_member(path, "bad.npy", "hello", 5, false);
    io_failed(io_read_one(path, "bad", CLPT_TYPE_F32, &tensor), &io_message, path, "'bad'", "signature", NULL);
    io_write_member(path, "bad.npy", "\x93NUMPY\x02\x00\xff\xff\xff\xff", 12, false);
    io_failed(io_read_one(path, "bad", CLPT_TYPE_F32, &tensor), &io_message, path, "'bad'", "header", NULL);
}

static void read_complex_as_real_is_an_error(void **state)
{
    (void)state;
    clpti_tensor tensor;
    const float value[2] = {1, 2};
    io_write_one(io_path("c.npz"), "c", CLPT_TYPE_C64, 0, NULL, value);
    io_failed(io_read_one(io_path("c.npz"), "c", CLPT_TYPE_F32, &tensor), &io_message, "'c'", "complex", NULL);
}

static void read_missing_array_lists_what_there_is(void **state)
{
    (void)state;
    clpti_tensor tensor;
    const double value = 1;
    io_write_one(io_path("m.npz"), "present", CLPT_TYPE_F64, 0, NULL, &value);
    io_failed(io_read_one(io_path("m.npz"), "absent", CLPT_TYPE_F64, &tensor), &io_message, "m.npz", "'absent'",
              "present", NULL);
}

static void open_what_is_no_archive_is_an_error(void **state)
{
    (void)state;
    clpti_npz *npz;
    io_failed(clpti_npz_open(io_path("nowhere.npz"), &npz, &io_message), &io_message, "nowhere.npz", "No such file",
              NULL);
    assert_null(npz);
    io_failed(clpti_npz_open(io_path(""), &npz, &io_message), &io_message, "regular", NULL);
    io_write_file(io_path("text.npz"), "not an archive at all", 21);
    io_failed(clpti_npz_open(io_path("text.npz"), &npz, &io_message), &io_message, "text.npz", "NPZ", NULL);
    io_write_file(io_path("none.npz"), "", 0);
    io_failed(clpti_npz_open(io_path("none.npz"), &npz, &io_message), &io_message, "none.npz", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_every_number_type_gives_its_values),
        cmocka_unit_test(read_half_floats_gives_normal_subnormal_and_infinite),
        cmocka_unit_test(read_big_endian_complex_swaps_each_part),
        cmocka_unit_test(read_fortran_order_gives_c_order),
        cmocka_unit_test(read_long_fortran_array_keeps_order_across_chunks),
        cmocka_unit_test(read_other_versions_spacing_and_names_are_accepted),
        cmocka_unit_test(read_any_gives_nearest_type),
        cmocka_unit_test(read_other_types_names_array_and_type),
        cmocka_unit_test(read_damaged_header_is_an_error),
        cmocka_unit_test(read_complex_as_real_is_an_error),
        cmocka_unit_test(read_missing_array_lists_what_there_is),
        cmocka_unit_test(open_what_is_no_archive_is_an_error),
    };
    return cmocka_run_group_tests(tests, io_directory_make, io_directory_remove);
}
