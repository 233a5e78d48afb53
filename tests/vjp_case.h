/* SPDX-License-Identifier: Apache-2.0 */
/* One operation and its adjoint, held against each other and against central differences of the reference. */
#ifndef CLPT_TESTS_VJP_CASE_H
#define CLPT_TESTS_VJP_CASE_H

#include "support.h"

#define TEST_LOSS 1e-6 /* losses, relative */
#define VJP_INPUTS 4

typedef struct vjp_input {
    test_field field; /* complex128 or float64; freed by vjp_check. Values of fields are such that float32 holds them */
    bool geometry;    /* positions, offsets, …: always host float64, and differences are taken number by number */
    bool linear;      /* the operation is linear in it: ⟨A x, y⟩ = ⟨x, A* y⟩ */
    double step;      /* of the differences; 0: 1e-5 */
    /* How far one of each number moves a coordinate, repeated over the field: what steps and comparisons are measured
     * in. NULL: all 1. */
    const double *units;
    int64_t unit_count;
    int side; /* 0: central differences; ±1: at whole places, the derivative is the one towards this side */
} vjp_input;

typedef struct vjp_case vjp_case;
struct vjp_case {
    const char *name;
    int input_count;
    vjp_input inputs[VJP_INPUTS];
    test_field out; /* its kind and shape; freed by vjp_check */
    bool value;     /* the output is one double, and the adjoint its gradient: the cotangent is 1 */
    clpt_status (*run)(clpt_context *context, const clpt_array *inputs, const clpt_array *out, const void *how);
    /* d[i]: the gradient by input i, NULL when it is not wanted. */
    clpt_status (*adjoint)(clpt_context *context, const clpt_array *inputs, const clpt_array *cotangent,
                           const clpt_array *const *d, const void *how);
    const void *how;
    double tolerance; /* device against reference; 0: TEST_GRADIENT */
};

/* Group setup and teardown: the contexts of test_open_both and one that has room for a single item at a time. */
int vjp_open(void **state);
int vjp_close(void **state);

/* In the reference: gradients against differences. On the device: gradients against the reference's, ⟨A x, y⟩ = ⟨x, A*
 * y⟩, and the same bits once more, one gradient at a time, in buffers, and in the smallest pieces. */
void vjp_check(vjp_case *c);

/* Numbers as in test_field_random, but doubles of the given kind. */
test_field vjp_random(bool is_complex, uint64_t seed, int rank, const int64_t *shape);
/* Coordinate pairs in [low, high) whose fractions stay clear of 0 and 1 (whole: whole numbers). */
test_field vjp_places(uint64_t seed, double low, double high, bool whole, int rank, const int64_t *shape);

#define VJP_SHAPE(...) (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), ((int64_t[]){__VA_ARGS__})

#endif
