/* SPDX-License-Identifier: Apache-2.0 */
/* A small scan simulated by the reference context, and what the suites of the solver do with it. */
#ifndef CLPT_TESTS_SOLVER_CASE_H
#define CLPT_TESTS_SOLVER_CASE_H

#include "support.h"

typedef struct solver_case {
    int64_t side, modes, count, height, width;
    double *positions;
    test_field object, probe; /* the simulated ones: complex128 [height, width], [modes, side, side] */
    test_field flat;          /* an object of ones to start from */
    test_field weaker;        /* a probe to start from: the true one blurred by neighbours and weaker */
    test_field amplitude;     /* float32 [count, side, side] */
    test_field mask;          /* float32 [count, side, side]; empty until solver_case_mask */
    clpt_measurement measurement;
} solver_case;

/* Side 32, 96×90 pixels, 40 jittered positions; with CLPTYCHO_TEST_SMALL side 16, 34×40 pixels, 6 positions. */
solver_case solver_case_new(int64_t modes);
void solver_case_free(solver_case *c);
/* Takes a Gaussian spot for the weaker probe, its derivatives for further modes: with the flat object nearly all of the
 * far field is 0 up to rounding. */
void solver_case_symmetric(solver_case *c);
/* Gives the measurement a mask with some bad pixels: one for all patterns, or one for each. Their amplitudes become
 * NaN. */
void solver_case_mask(solver_case *c, bool per_pattern);

/* √(Σ|a·got − object|² / Σ|object|²) with the best constant a, where every pixel is seen by several patterns. */
double solver_case_distance(const solver_case *c, const test_field *got);

typedef struct solver_run {
    test_field object, probe; /* complex64, as they are after the last iteration */
    double errors[64];        /* of each iteration */
    double overall;           /* R-factor of the final state */
    double *per_pattern;
} solver_run;

/* Iterates from the flat object and the weaker probe (the true one if `true_probe`). */
solver_run solver_case_run(clpt_context *context, const solver_case *c, const clpt_solver_options *options,
                           bool true_probe, int iterations);
void solver_run_free(solver_run *run);

/* Puts the state of `from`, its iteration too, into another solver of the same measurement and options. */
void solver_case_put_state(clpt_context *context, clpt_solver *from, clpt_solver *to);
/* Iterates both and fails unless every array of their states has the same bits. */
void solver_case_expect_same(clpt_context *context, clpt_solver *a, clpt_solver *b, int iterations);

#endif
