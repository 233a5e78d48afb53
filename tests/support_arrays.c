/* SPDX-License-Identifier: Apache-2.0 */
/* Support for all tests: arrays of random numbers, and comparisons within tolerances. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool test_type_is_complex(clpt_type type)
{
    return type == CLPT_TYPE_C64 || type == CLPT_TYPE_C128;
}

bool test_type_is_double(clpt_type type)
{
    return type == CLPT_TYPE_F64 || type == CLPT_TYPE_C128;
}

size_t test_type_size(clpt_type type)
{
    return (test_type_is_double(type) ? 8u : 4u) * (test_type_is_complex(type) ? 2u : 1u);
}

const char *test_type_name(clpt_type type)
{
    static const char *const names[] = {"float32", "complex64", "float64", "complex128"};
    return names[type];
}

test_field test_field_new(clpt_type type, int rank, const int64_t *shape)
{
    test_field field = {.type = type, .rank = rank, .count = 1};
    for (int i = 0; i < rank; i++) field.count *= field.shape[i] = shape[i];
    field.data = calloc((size_t)field.count, test_type_size(type));
    assert_non_null(field.data);
    return field;
}

double test_get(const test_field *field, int64_t element, int part)
{
    bool is_complex = test_type_is_complex(field->type);
    if (part && !is_complex) return 0;
    int64_t i = is_complex ? 2 * element + part : element;
    return test_type_is_double(field->type) ? ((double *)field->data)[i] : (double)((float *)field->data)[i];
}

void test_set(test_field *field, int64_t element, int part, double value)
{
    bool is_complex = test_type_is_complex(field->type);
    if (part && !is_complex) return;
    int64_t i = is_complex ? 2 * element + part : element;
    if (test_type_is_double(field->type))
        ((double *)field->data)[i] = value;
    else
        ((float *)field->data)[i] = (float)value;
}

test_field test_field_random(clpt_type type, uint64_t seed, int rank, const int64_t *shape)
{
    test_field field = test_field_new(type, rank, shape);
    for (int64_t i = 0; i < field.count; i++)
        for (int part = 0; part < 2; part++)
            test_set(&field, i, part, (float)test_random(seed, 2 * (uint64_t)i + (uint64_t)part, -1, 1));
    return field;
}

test_field test_field_as(const test_field *field, clpt_type type)
{
    test_field copy = test_field_new(type, field->rank, field->shape);
    for (int64_t i = 0; i < field->count; i++)
        for (int part = 0; part < 2; part++) test_set(&copy, i, part, test_get(field, i, part));
    return copy;
}

void test_field_free(test_field *field)
{
    free(field->data);
    *field = (test_field){0};
}

clpt_array test_array(const test_field *field)
{
    return clpt_array_host(field->data, field->type, field->rank, field->shape);
}

/* ---- Buffers ---- */

#define BEHIND 7

static clpt_array whole_buffer(clpt_buffer *buffer)
{
    int64_t count = clpt_buffer_get_count(buffer);
    return clpt_array_device(buffer, 0, 1, &count);
}

clpt_buffer *test_buffer(clpt_context *context, const test_field *field, int64_t offset)
{
    clpt_buffer *buffer = NULL;
    test_ok(context, clpt_buffer_create(context, field->type, offset + field->count + BEHIND, &buffer));
    int64_t count = clpt_buffer_get_count(buffer);
    test_field all = test_field_new(field->type, 1, &count);
    for (int64_t i = 0; i < count; i++) {
        bool ours = i >= offset && i < offset + field->count;
        for (int part = 0; part < 2; part++) test_set(&all, i, part, ours ? test_get(field, i - offset, part) : NAN);
    }
    clpt_array from = test_array(&all), to = whole_buffer(buffer);
    test_ok(context, clpt_array_copy(context, &from, &to));
    test_field_free(&all);
    return buffer;
}

clpt_array test_buffer_array(clpt_buffer *buffer, const test_field *field, int64_t offset)
{
    return clpt_array_device(buffer, offset, field->rank, field->shape);
}

void test_buffer_read(clpt_context *context, clpt_buffer *buffer, int64_t offset, test_field *field)
{
    int64_t count = clpt_buffer_get_count(buffer);
    test_field all = test_field_new(field->type, 1, &count);
    clpt_array from = whole_buffer(buffer), to = test_array(&all);
    test_ok(context, clpt_array_copy(context, &from, &to));
    for (int64_t i = 0; i < count; i++)
        for (int part = 0; part < (test_type_is_complex(field->type) ? 2 : 1); part++) {
            double value = test_get(&all, i, part);
            if (i >= offset && i < offset + field->count)
                test_set(field, i - offset, part, value);
            else if (!isnan(value))
                fail_msg("element %lld of the buffer, outside the array at %lld + %lld, was overwritten with %g",
                         (long long)i, (long long)offset, (long long)field->count, value);
        }
    test_field_free(&all);
}

/* ---- Comparison ---- */

static double magnitude(const test_field *field, int64_t i)
{
    return hypot(test_get(field, i, 0), test_get(field, i, 1));
}

static double difference(const test_field *a, const test_field *b, int64_t i)
{
    return hypot(test_get(a, i, 0) - test_get(b, i, 0), test_get(a, i, 1) - test_get(b, i, 1));
}

/* "[1, 20, 3]" of an element. */
static const char *element_name(const test_field *field, int64_t element)
{
    int64_t index[CLPT_MAX_RANK] = {0};
    for (int axis = field->rank - 1; axis >= 0; axis--) {
        index[axis] = element % field->shape[axis];
        element /= field->shape[axis];
    }
    char text[128] = "";
    for (int axis = 0; axis < field->rank; axis++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%lld", axis ? ", " : "", (long long)index[axis]);
    }
    return test_text("[%s]", text);
}

static void must_match(const char *name, const test_field *got, const test_field *expected)
{
    bool same = got->rank == expected->rank && test_type_is_complex(got->type) == test_type_is_complex(expected->type);
    for (int i = 0; same && i < got->rank; i++) same = got->shape[i] == expected->shape[i];
    if (!same) fail_msg("%s: compared arrays differ in shape or kind", name);
}

static void compare(const char *name, const test_field *got, const test_field *expected, double tolerance, double part,
                    const uint8_t *skip)
{
    must_match(name, got, expected);
    double largest = 0, worst_error = -1;
    int64_t worst = 0, different = 0, compared = 0;
    for (int64_t i = 0; i < expected->count; i++) largest = fmax(largest, magnitude(expected, i));
    for (int64_t i = 0; i < expected->count; i++) {
        if (skip && skip[i]) continue;
        compared++;
        double error = difference(got, expected, i);
        different += !(error <= tolerance * largest);
        if (error > worst_error || isnan(error)) {
            worst_error = isnan(error) ? INFINITY : error;
            worst = i;
        }
    }
    if (compared == 0) fail_msg("%s: nothing is left to compare", name);
    if ((double)different <= part * (double)compared) return;
    fail_msg(
        "%s: %lld of %lld elements differ by more than %.1e of the largest, %g; the worst, %s, is (%.9g, %.9g) and "
        "should be (%.9g, %.9g): %.3e",
        name, (long long)different, (long long)compared, tolerance, largest, element_name(expected, worst),
        test_get(got, worst, 0), test_get(got, worst, 1), test_get(expected, worst, 0), test_get(expected, worst, 1),
        worst_error / largest);
}

void test_close(const char *name, const test_field *got, const test_field *expected, double tolerance,
                const uint8_t *skip)
{
    compare(name, got, expected, tolerance, 0, skip);
}

void test_mostly_close(const char *name, const test_field *got, const test_field *expected, double tolerance,
                       double part)
{
    compare(name, got, expected, tolerance, part, NULL);
}

void test_same_bits(const char *name, const test_field *a, const test_field *b)
{
    must_match(name, a, b);
    if (a->type != b->type) fail_msg("%s: compared arrays differ in type", name);
    size_t size = test_type_size(a->type);
    for (int64_t i = 0; i < a->count; i++)
        if (memcmp((char *)a->data + (size_t)i * size, (char *)b->data + (size_t)i * size, size) != 0)
            fail_msg("%s: element %s is (%.9g, %.9g) in one and (%.9g, %.9g) in the other", name, element_name(a, i),
                     test_get(a, i, 0), test_get(a, i, 1), test_get(b, i, 0), test_get(b, i, 1));
}
