/* SPDX-License-Identifier: Apache-2.0 */
/* Every operation of the catalogue in several variants, for suites that hold all of them to the same promise: the same
 * bits however they are called (test_repeat), any size (test_shapes). An operation is there as soon as it has an entry;
 * what is special about it is an entry of every_variants.c. */
#ifndef CLPT_TESTS_EVERY_H
#define CLPT_TESTS_EVERY_H

#include "catalogue/catalogue.h"
#include "support.h"

/* A way of calling an operation. */
typedef struct every_variant {
    const char *operation;
    const char *name;           /* "": the usual call, which every operation has; for its particular properties */
    clpti_call_options options; /* all 0: the entry's */
    bool real;                  /* fields that may be either are real */
    const char *alternative;    /* the argument that has its alternative shape; NULL: none */
    bool batch;                 /* of half the patterns */
    bool whole;                 /* a part of the items would be another call */
    double tolerance;           /* 0: the entry's */
    double fraction;            /* of the elements that may differ by anything */
} every_variant;

extern const every_variant every_variants[]; /* ends with a NULL operation */

typedef struct every_case {
    char name[80]; /* "clpt_forward" or "clpt_forward, padded" */
    const clpti_entry *entry;
    const every_variant *variant;
    clpti_call_options options;
    double tolerance;
    char split; /* letter of the leading axis along which a caller may split the call; 0: none */
} every_case;

/* Row number `index`, or of the few of test_few; NULL beyond the last. */
const every_case *every_case_at(int index);

/* One way of calling: in `parts` along the split axis, with host arrays or through buffers. */
typedef struct every_way {
    int64_t parts; /* 0: 1 */
    bool buffers;
} every_way;

typedef struct every_result {
    int count;
    const char *names[CLPTI_ENTRY_ARRAYS];
    test_field out[CLPTI_ENTRY_ARRAYS];
    clpt_status status;
} every_result;

/* Runs a case with the numbers that belong to its sizes and fails the test unless it succeeds. */
every_result every_run(clpt_context *context, const every_case *test, const clpti_sizes *sizes, every_way way);
/* As every_run, but a failure is the result. */
every_result every_try(clpt_context *context, const every_case *test, const clpti_sizes *sizes, every_way way);
void every_free(every_result *result);

/* One number for all bits of one array. */
uint64_t every_digest(const test_field *field);

#endif
