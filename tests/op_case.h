/* SPDX-License-Identifier: Apache-2.0 */
/* One call of a public operation, tried in every way that must give the same result. */
#ifndef CLPT_TESTS_OP_CASE_H
#define CLPT_TESTS_OP_CASE_H

#include "support.h"

#define OP_INPUTS 2

typedef struct op_case op_case;
struct op_case {
    const char *name;
    int input_count;
    test_field inputs[OP_INPUTS]; /* float32 or complex64; freed by op_check */
    test_field out;               /* its type and shape, from test_field_new; freed by op_check */
    clpt_status (*run)(clpt_context *context, const clpt_array *inputs, const clpt_array *out, const void *how);
    const void *how; /* geometry and options */
    double tolerance;
    double part; /* of the pixels that may differ by anything, on a device */
    /* Compares instead of the tolerance; NULL: not needed. */
    void (*judge)(const op_case *c, const char *name, const test_field *got, const test_field *want);
};

/* Group setup and teardown: the contexts of test_open_both and one that has room for a single item at a time. */
int op_open(void **state);
int op_close(void **state);

/* Runs the case on the device with host arrays and holds the result against a reference context's. Then again with host
 * arrays, with doubles, through buffers at odd offsets, and in the smallest pieces: the same bits each time. */
void op_check(op_case *c);

/* As in clpt_*: the elements of a shape. */
#define OP_SHAPE(...) (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), ((int64_t[]){__VA_ARGS__})

#endif
