/* SPDX-License-Identifier: Apache-2.0 */
/* Support for all tests: the device under test, arrays of random numbers, and comparison within stated tolerances.
 *
 * CLPTYCHO_TEST_DEVICE  the device under test, as in clpt_context_options.device; "auto" when not set. A suite whose
 *                       device is missing prints that and exits with 77.
 * CLPTYCHO_TEST_SMALL   set: cases that would take an interpreter of kernels minutes are left out.
 * CLPTYCHO_TEST_FEW     set too: few operations and one engine in the suites that go through all of them.
 * CLPTYCHO_TEST_ALL     set: the full product of cases, not the chosen part of it.
 * CLPTYCHO_TEST_FILTER  only tests whose name matches, "forward_*". */
#ifndef CLPT_TESTS_SUPPORT_H
#define CLPT_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "catalogue/accuracy.h"
#include "clptycho/clptycho.h"

/* The accuracy that is promised, relative to the largest magnitude of the reference. */
#define TEST_LINEAR CLPTI_ACCURACY_LINEAR
#define TEST_WARP CLPTI_ACCURACY_WARP
#define TEST_DIFFRACT CLPTI_ACCURACY_DIFFRACT
#define TEST_GRADIENT CLPTI_ACCURACY_GRADIENT
#define TEST_NEAREST 0.005 /* part of the pixels of a nearest warp that may differ */
/* The double-precision reference against stored cases. */
#define TEST_STORED_F32 1e-7  /* stored as float32 or complex64: their own rounding */
#define TEST_STORED_F64 1e-12 /* stored as float64 */

/* An array in host memory. */
typedef struct test_field {
    clpt_type type;
    int rank;
    int64_t shape[CLPT_MAX_RANK];
    int64_t count;
    void *data;
} test_field;

/* Parses the environment; when the device under test is missing, prints that and exits with 77. First call of main. */
void test_start(void);
const char *test_device(void);
/* Small sizes, for interpreters of kernels (CLPTYCHO_TEST_SMALL). */
bool test_small(void);
/* In addition, only a few operations and one engine of tests that go through all (CLPTYCHO_TEST_FEW). */
bool test_few(void);
/* The full product of cases, not the chosen part of it (CLPTYCHO_TEST_ALL). */
bool test_all(void);
bool test_is_reference(void);

/* Opens the device under test, or another; a failure fails the test. memory_limit 0: the default. */
clpt_context *test_open(const char *device, uint64_t memory_limit);
/* The contexts that most suites use: `device` under test and `reference`. cmocka group setup and teardown. */
extern clpt_context *test_context, *test_reference;
int test_open_both(void **state);
int test_close_both(void **state);

/* Fails with the context's message unless the call succeeded, or unless it failed as expected, with every one of the
 * `words` ("|" between them) in its message. */
#define test_ok(context, call) test_check_status((context), (call), CLPT_OK, "", #call, __FILE__, __LINE__)
#define test_fails(context, call, status, words)                                                                       \
    test_check_status((context), (call), (status), (words), #call, __FILE__, __LINE__)
void test_check_status(clpt_context *context, clpt_status got, clpt_status expected, const char *words,
                       const char *call, const char *file, int line);

/* ---- Options of a solver ---- */
/* The defaults with changes by name, "engine=lsqml seed=3 probe-start=never". */
clpt_solver_options test_options(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Puts a number into an option as a program would, without any check. */
void test_options_put(clpt_solver_options *options, const char *name, double value);

/* ---- Arrays ---- */
bool test_type_is_complex(clpt_type type);
bool test_type_is_double(clpt_type type);
size_t test_type_size(clpt_type type);
const char *test_type_name(clpt_type type);

test_field test_field_new(clpt_type type, int rank, const int64_t *shape); /* zeroed */
/* Numbers in [−1, 1] that float32 holds exactly, the same for one seed in every type. */
test_field test_field_random(clpt_type type, uint64_t seed, int rank, const int64_t *shape);
/* The same numbers as another type (a complex number loses its imaginary part in a real one). */
test_field test_field_as(const test_field *field, clpt_type type);
void test_field_free(test_field *field);
clpt_array test_array(const test_field *field);
double test_get(const test_field *field, int64_t element, int part);
void test_set(test_field *field, int64_t element, int part, double value);

/* Uniform in [low, high), from a counter: test_random(seed, i, …) is always the same number. */
double test_random(uint64_t seed, uint64_t index, double low, double high);
void test_random_fill(double *values, int64_t count, uint64_t seed, double low, double high);

/* ---- Buffers ---- */
/* A buffer with the field's numbers from element `offset` on, 7 elements more behind, NaN around them. */
clpt_buffer *test_buffer(clpt_context *context, const test_field *field, int64_t offset);
clpt_array test_buffer_array(clpt_buffer *buffer, const test_field *field, int64_t offset);
/* Reads the field's place in the buffer back, and fails when anything around it has changed. */
void test_buffer_read(clpt_context *context, clpt_buffer *buffer, int64_t offset, test_field *field);

/* ---- Comparison ---- */
/* Fails where |got − expected| > tolerance·max|expected|, naming case, worst element and its values. `skip` marks
 * elements not compared; NULL: none. A result that is not finite always fails. */
void test_close(const char *name, const test_field *got, const test_field *expected, double tolerance,
                const uint8_t *skip);
/* As test_close, but a part of the pixels may differ by anything. */
void test_mostly_close(const char *name, const test_field *got, const test_field *expected, double tolerance,
                       double part);
void test_same_bits(const char *name, const test_field *a, const test_field *b);

/* A formatted text for a case's name, valid for the next few calls. */
const char *test_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
