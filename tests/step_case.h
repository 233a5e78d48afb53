/* SPDX-License-Identifier: Apache-2.0 */
/* One call of an operation between buffers (src/ops), in any context on the same numbers, with views at offsets and NaN
 * outside them. */
#ifndef CLPT_TESTS_STEP_CASE_H
#define CLPT_TESTS_STEP_CASE_H

#include "support.h"

#include "ops/ops.h"

enum { STEP_VIEWS = 8 };

typedef struct step_sizes {
    int64_t count, modes, size, height, width, first;
    unsigned flags; /* steps.h */
} step_sizes;

/* Arguments of a call in one context: buffers filled from the same numbers, in the order of the case's arrays. */
typedef struct step_bench {
    clpt_context *context;
    clpt_buffer *buffers[STEP_VIEWS];
    clpti_view views[STEP_VIEWS];
    clpti_positions positions;
    clpti_order order;
} step_bench;

typedef struct step_case {
    char name[120];
    step_sizes n;
    int view_count;
    test_field fields[STEP_VIEWS];   /* before the call; float32 or complex64 */
    double tolerance[STEP_VIEWS];    /* after it, relative to the maximum magnitude; 0: unchanged */
    bool splits;                     /* several calls with fewer patterns each give the same bits */
    int64_t per_pattern[STEP_VIEWS]; /* elements of a field per pattern; 0: independent of patterns */
    int64_t position_count;
    double *xy;     /* [position_count, 2] */
    int32_t *order; /* [position_count] */
    clpt_status (*call)(step_bench *b, const step_sizes *n);
} step_case;

void step_case_free(step_case *c);

/* The fields after the call in the reference context, in double precision. */
void step_case_expect(const step_case *c, test_field expected[STEP_VIEWS]);
/* Runs the case in a context, unless test_small once more, and in several calls if it splits: results close to
 * `expected`, the same bits each time, inputs unchanged. `how` is appended to the name in messages. False if the
 * context's variant does not apply. */
bool step_case_check(const step_case *c, clpt_context *context, const char *how, const test_field expected[STEP_VIEWS]);
void step_after_free(const step_case *c, test_field after[STEP_VIEWS]);

#endif
