/* SPDX-License-Identifier: Apache-2.0 */
/* Stored cases in double precision (CLPTYCHO_SHARED_DIR/golden/<file>.npz), which the project does not ship. */
#ifndef CLPT_TESTS_GOLDEN_H
#define CLPT_TESTS_GOLDEN_H

#include "support.h"

#include "io/io.h"

/* Opens a file of cases; where it is absent the running test is skipped, visibly. */
clpti_npz *golden_open(const char *file);
/* Reads the array of that name as it is stored (float16 and integers widened). */
test_field golden_field(clpti_npz *npz, const char *format, ...) __attribute__((format(printf, 2, 3)));
double golden_number(clpti_npz *npz, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool golden_has(clpti_npz *npz, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An empty array for a result: the shape of `expected`, in the precision of the context under test. */
test_field golden_result(const test_field *expected);
/* Maximum error of the result: `tolerance` on a device, the rounding of what is stored in a reference context. */
double golden_tolerance(const test_field *expected, double tolerance);
/* test_close with golden_tolerance. */
void golden_close(const char *name, const test_field *got, const test_field *expected, double tolerance,
                  const uint8_t *skip);
/* True, with a printed line, if a case of this many elements is skipped under CLPTYCHO_TEST_SMALL. */
bool golden_too_large(const char *name, int64_t elements);

#endif
