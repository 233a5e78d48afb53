/* SPDX-License-Identifier: Apache-2.0 */
/* One call of an operation of the catalogue, tried in every way that must give the same result. */
#ifndef CLPT_TESTS_OP_CASE_H
#define CLPT_TESTS_OP_CASE_H

#include "catalogue/catalogue.h"
#include "support.h"

typedef struct op_case op_case;
struct op_case {
    const char *name;
    const char *operation; /* of the catalogue */
    clpti_call_options options;
    clpti_sizes sizes; /* those that no input has: N, M, crop */
    /* In the entry's order, without data where left out; fields are single precision. Freed by op_check. */
    test_field inputs[CLPTI_ENTRY_ARRAYS];
    double tolerance; /* 0: the entry's */
    double part;      /* of the pixels that may differ by anything, on a device */
    /* Compares instead of the tolerance; NULL: not needed. */
    void (*judge)(const op_case *c, const char *name, const test_field *got, const test_field *expected);
};

/* Group setup and teardown: the contexts of test_open_both and one with memory for a single item at a time. */
int op_open(void **state);
int op_close(void **state);

/* Runs the case on the device with host arrays and holds the results against a reference context's. Then again with
 * host arrays, with doubles, through buffers at odd offsets, and in the smallest pieces: the same bits each time. */
void op_check(op_case *c);

/* Numbers in double precision. */
test_field op_numbers(const double *values, int rank, const int64_t *shape);

/* A call with host arrays: everything that is given, and no result. `views` must outlast it. */
clpti_call op_call(const clpti_entry *entry, clpt_context *context, const clpti_call_options *options,
                   const clpti_sizes *sizes, const test_field *inputs, clpt_array *views);
/* A result of such a call, with numbers that show what is left unwritten. `wide`: fields are doubles. */
test_field op_result_field(const clpti_entry *entry, const clpti_call *call, int array, bool wide);

/* As in clpt_*: the elements of a shape. */
#define OP_SHAPE(...) (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), ((int64_t[]){__VA_ARGS__})

#endif
