/* SPDX-License-Identifier: Apache-2.0 */
/* One call of a step between buffers (src/ops/ops.h), on the device under test and in a reference context, on the same
 * numbers, with views at offsets and NaN where nothing may be read. */
#ifndef CLPT_TESTS_STEP_CASE_H
#define CLPT_TESTS_STEP_CASE_H

#include "support.h"

#include "ops/ops.h"

#define STEP_VIEWS 8

/* What a step works on in one context: buffers filled from the same numbers, in the order that the step lists them. */
typedef struct step_bench {
    clpt_context *context;
    clpt_buffer *buffers[STEP_VIEWS];
    clpti_view views[STEP_VIEWS];
    clpti_positions positions;
    clpti_order order;
} step_bench;

typedef struct step_case {
    const char *name;
    int view_count;
    test_field fields[STEP_VIEWS]; /* before the step; float32 or complex64; freed by step_check */
    double tolerance[STEP_VIEWS];  /* of the field after it, relative to its largest magnitude; 0: must not change */
    int64_t place_count;
    const double *xy;
    const int32_t *order;
    int64_t order_count;
    clpt_status (*run)(step_bench *b, const void *how);
    const void *how;
} step_case;

/* Runs the case on both, and on the device twice: close to the reference, the same bits each time, and nothing changed
 * that is only read. */
void step_check(step_case *s);

#endif
