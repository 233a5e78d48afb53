/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers, and copies between arrays of any type on either side. */
#include "support.h"

#include <math.h>
#include <string.h>

static const clpt_type types[] = {CLPT_TYPE_F32, CLPT_TYPE_C64, CLPT_TYPE_F64, CLPT_TYPE_C128};
enum { TYPES = 4 };

static void expect_numbers(const char *name, const test_field *got, const test_field *expected)
{
    test_field converted = test_field_as(expected, got->type);
    test_same_bits(name, got, &converted);
    test_field_free(&converted);
}

static void array_copy_between_any_types_keeps_the_numbers(void **state)
{
    (void)state;
    for (int a = 0; a < TYPES; a++)
        for (int b = 0; b < TYPES; b++) {
            if (test_type_is_complex(types[a]) && !test_type_is_complex(types[b])) continue;
            test_field from = test_field_random(types[a], 1, 2, (int64_t[]){7, 9});
            test_field to = test_field_random(types[b], 2, 2, (int64_t[]){7, 9}), there = test_field_as(&to, types[b]);
            const char *name = test_text("%s to %s", test_type_name(types[a]), test_type_name(types[b]));
            clpt_array host_from = test_array(&from), host_to = test_array(&to);
            test_ok(test_context, clpt_array_copy(test_context, &host_from, &host_to));
            expect_numbers(name, &to, &from);
            clpt_buffer *buffer = test_buffer(test_context, &from, 3), *second = test_buffer(test_context, &there, 4);
            clpt_array device_from = test_buffer_array(buffer, &from, 3),
                       device_to = test_buffer_array(second, &there, 4);
            memset(to.data, 0, (size_t)to.count * test_type_size(to.type));
            test_ok(test_context, clpt_array_copy(test_context, &device_from, &host_to));
            expect_numbers(test_text("%s, out of a buffer", name), &to, &from);
            test_ok(test_context, clpt_array_copy(test_context, &device_from, &device_to));
            test_buffer_read(test_context, second, 4, &there);
            expect_numbers(test_text("%s, between buffers", name), &there, &from);
            clpt_buffer_destroy(&buffer);
            clpt_buffer_destroy(&second);
            test_field_free(&from);
            test_field_free(&to);
            test_field_free(&there);
        }
}

static void array_copy_bad_arguments_are_named(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    float numbers[24] = {0}, others[24];
    clpt_array six = clpt_array_host(numbers, CLPT_TYPE_F32, 2, CLPT_SHAPE(2, 3)),
               turned = clpt_array_host(others, CLPT_TYPE_F32, 2, CLPT_SHAPE(3, 2));
    clpt_array pairs = clpt_array_host(numbers, CLPT_TYPE_C64, 2, CLPT_SHAPE(2, 3)),
               to = clpt_array_host(others, CLPT_TYPE_F32, 2, CLPT_SHAPE(2, 3));
    test_fails(c, clpt_array_copy(c, &six, &turned), CLPT_ERROR_ARGUMENT, "[2, 3]|[3, 2]");
    test_fails(c, clpt_array_copy(c, &pairs, &to), CLPT_ERROR_ARGUMENT, "complex|real");
    test_fails(c, clpt_array_copy(c, NULL, &to), CLPT_ERROR_ARGUMENT, "NULL");
    test_fails(c, clpt_array_copy(c, &six, NULL), CLPT_ERROR_ARGUMENT, "NULL");
    assert_int_equal(clpt_array_copy(NULL, &six, &to), CLPT_ERROR_ARGUMENT);
    clpt_buffer *buffer = NULL, *foreign = NULL;
    test_ok(c, clpt_buffer_create(c, CLPT_TYPE_F32, 10, &buffer));
    test_ok(test_reference, clpt_buffer_create(test_reference, CLPT_TYPE_F32, 10, &foreign));
    clpt_array beyond = clpt_array_device(buffer, 5, 2, CLPT_SHAPE(2, 3)),
               before = clpt_array_device(buffer, -1, 2, CLPT_SHAPE(2, 3));
    clpt_array elsewhere = clpt_array_device(foreign, 0, 2, CLPT_SHAPE(2, 3)), both = beyond;
    both.data = numbers;
    test_fails(c, clpt_array_copy(c, &six, &beyond), CLPT_ERROR_ARGUMENT, "6 elements|element 5|10");
    test_fails(c, clpt_array_copy(c, &six, &before), CLPT_ERROR_ARGUMENT, "element -1");
    test_fails(c, clpt_array_copy(c, &six, &elsewhere), CLPT_ERROR_ARGUMENT, "another context");
    test_fails(c, clpt_array_copy(c, &six, &both), CLPT_ERROR_ARGUMENT, "both");
    clpt_buffer_destroy(&buffer);
    clpt_buffer_destroy(&foreign);
}

static void buffer_holds_the_contexts_precision(void **state)
{
    (void)state;
    for (int a = 0; a < TYPES; a++) {
        clpt_buffer *buffer = NULL;
        test_ok(test_context, clpt_buffer_create(test_context, types[a], 12, &buffer));
        bool is_complex = test_type_is_complex(types[a]);
        clpt_type single = is_complex ? CLPT_TYPE_C64 : CLPT_TYPE_F32,
                  precise = is_complex ? CLPT_TYPE_C128 : CLPT_TYPE_F64;
        assert_int_equal(clpt_buffer_get_type(buffer), test_is_reference() ? precise : single);
        assert_int_equal(clpt_buffer_get_count(buffer), 12);
        clpt_buffer_destroy(&buffer);
        assert_null(buffer);
    }
    clpt_buffer_destroy(NULL);
}

static void buffer_bad_arguments_are_named(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    clpt_buffer *buffer = NULL;
    test_fails(c, clpt_buffer_create(c, CLPT_TYPE_F32, 0, &buffer), CLPT_ERROR_ARGUMENT, "0");
    test_fails(c, clpt_buffer_create(c, CLPT_TYPE_F32, -5, &buffer), CLPT_ERROR_ARGUMENT, "-5");
    test_fails(c, clpt_buffer_create(c, (clpt_type)17, 5, &buffer), CLPT_ERROR_ARGUMENT, "17");
    test_fails(c, clpt_buffer_create(c, CLPT_TYPE_C64, INT64_MAX / 2, &buffer), CLPT_ERROR_MEMORY, "");
    assert_null(buffer);
    assert_int_equal(clpt_buffer_create(NULL, CLPT_TYPE_F32, 5, &buffer), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_buffer_create(c, CLPT_TYPE_F32, 5, NULL), CLPT_ERROR_ARGUMENT);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(array_copy_between_any_types_keeps_the_numbers),
        cmocka_unit_test(array_copy_bad_arguments_are_named),
        cmocka_unit_test(buffer_holds_the_contexts_precision),
        cmocka_unit_test(buffer_bad_arguments_are_named),
    };
    return cmocka_run_group_tests_name("arrays", tests, test_open_both, test_close_both);
}
