/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of stored cases in double precision, and comparison with them. */
#include "golden.h"
#include "paths.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LARGE 12000

clpti_npz *golden_open(const char *file)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/golden/%s.npz", CLPTYCHO_SHARED_DIR, file);
    if (access(path, R_OK) != 0) {
        print_message("no %s: skipped\n", path);
        skip();
    }
    clpt_message message = {0};
    clpti_npz *npz = NULL;
    if (clpti_npz_open(path, &npz, &message) != CLPT_OK) fail_msg("%s", message.text);
    return npz;
}

static test_field read_field(clpti_npz *npz, const char *name)
{
    clpt_message message = {0};
    clpti_tensor tensor = {0};
    if (clpti_npz_read_any(npz, name, &tensor, &message) != CLPT_OK) fail_msg("%s", message.text);
    assert_true(tensor.rank <= CLPT_MAX_RANK);
    test_field field = test_field_new(tensor.type, tensor.rank, tensor.shape);
    memcpy(field.data, tensor.data, (size_t)field.count * test_type_size(field.type));
    clpti_tensor_destroy(&tensor);
    return field;
}

#define FORMAT_NAME(name, format)                                                                                      \
    char name[128];                                                                                                    \
    va_list arguments;                                                                                                 \
    va_start(arguments, format);                                                                                       \
    vsnprintf(name, sizeof name, format, arguments);                                                                   \
    va_end(arguments)

test_field golden_field(clpti_npz *npz, const char *format, ...)
{
    FORMAT_NAME(name, format);
    return read_field(npz, name);
}

double golden_number(clpti_npz *npz, const char *format, ...)
{
    FORMAT_NAME(name, format);
    test_field field = read_field(npz, name);
    assert_int_equal(field.count, 1);
    double number = test_get(&field, 0, 0);
    test_field_free(&field);
    return number;
}

bool golden_has(clpti_npz *npz, const char *format, ...)
{
    FORMAT_NAME(name, format);
    return clpti_npz_has(npz, name);
}

test_field golden_result(const test_field *expected)
{
    bool is_complex = test_type_is_complex(expected->type);
    clpt_type single = is_complex ? CLPT_TYPE_C64 : CLPT_TYPE_F32,
              precise = is_complex ? CLPT_TYPE_C128 : CLPT_TYPE_F64;
    return test_field_new(test_is_reference() ? precise : single, expected->rank, expected->shape);
}

double golden_tolerance(const test_field *expected, double tolerance)
{
    if (!test_is_reference()) return tolerance;
    return test_type_is_double(expected->type) ? TEST_STORED_F64 : TEST_STORED_F32;
}

void golden_close(const char *name, const test_field *got, const test_field *expected, double tolerance,
                  const uint8_t *skip)
{
    test_close(name, got, expected, golden_tolerance(expected, tolerance), skip);
}

bool golden_too_large(const char *name, int64_t elements)
{
    if (!test_small() || elements <= LARGE) return false;
    print_message("%s: left out, %lld elements are too many here\n", name, (long long)elements);
    return true;
}
