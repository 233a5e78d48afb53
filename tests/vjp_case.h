/* SPDX-License-Identifier: Apache-2.0 */
/* One operation of the catalogue and its adjoint, held against each other and against central differences of the
 * reference. */
#ifndef CLPT_TESTS_VJP_CASE_H
#define CLPT_TESTS_VJP_CASE_H

#include "op_case.h"

#define TEST_LOSS CLPTI_ACCURACY_LOSS
enum { VJP_SCALE = CLPTI_ENTRY_ARRAYS, VJP_INPUTS }; /* index of the scale, and how many there are with it */

typedef struct vjp_input {
    /* Fields are complex128 or float64, with values that float32 holds. Of positions, offsets, … differences are taken
     * number by number. Without data: left out. Freed by vjp_check. */
    test_field field;
    bool fixed;  /* no gradient with respect to it */
    bool linear; /* the operation is linear in it: ⟨A x, y⟩ = ⟨x, A* y⟩ */
    double step; /* of the differences; 0: 1e-5 */
    /* Change of a coordinate per unit of each number, repeated over the field: the scale of steps and comparisons.
     * NULL: all 1. */
    const double *units;
    int64_t unit_count;
    int side; /* 0: central differences; ±1: at whole places, the derivative is the one towards this side */
} vjp_input;

typedef struct vjp_case {
    const char *name;
    const char *operation; /* with an adjoint in the catalogue, or one that gives a loss and its gradients */
    clpti_call_options options;
    clpti_sizes sizes;            /* those that no input has */
    vjp_input inputs[VJP_INPUTS]; /* in the entry's order; the last one is made from the scale */
    double scale;                 /* of the options, with a gradient with respect to it; 0: none */
    double tolerance;             /* device against reference; 0: TEST_GRADIENT */
} vjp_case;

/* Group setup and teardown: the contexts of test_open_both and one with memory for a single item at a time. */
int vjp_open(void **state);
int vjp_close(void **state);

/* In the reference: gradients against differences. On the device: gradients against the reference's, ⟨A x, y⟩ = ⟨x, A*
 * y⟩, and the same bits once more, one gradient at a time, in buffers, and in the smallest pieces. */
void vjp_check(vjp_case *c);

/* Numbers as in test_field_random, but doubles of the given kind. */
test_field vjp_random(bool is_complex, uint64_t seed, int rank, const int64_t *shape);
/* Coordinate pairs in [low, high) whose fractions stay clear of 0 and 1 (whole: integers). */
test_field vjp_positions(uint64_t seed, double low, double high, bool whole, int rank, const int64_t *shape);

#define VJP_SHAPE(...) (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), ((int64_t[]){__VA_ARGS__})

#endif
