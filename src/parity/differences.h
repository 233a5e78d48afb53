/* SPDX-License-Identifier: Apache-2.0 */
/* Element-by-element comparison of two arrays of the same shape; plain C, no device. */
#ifndef CLPTI_PARITY_DIFFERENCES_H
#define CLPTI_PARITY_DIFFERENCES_H

#include "io/io.h"

/* Statistics of the finite values of one array, or of the magnitudes of a complex array; others are only counted. */
typedef struct clpti_parity_statistics {
    int64_t count, not_finite;
    double minimum, maximum, mean, deviation; /* 0 if no value is finite */
} clpti_parity_statistics;

/* Histogram of the distances of real and imaginary parts in float32 ulp: bin 0 counts distance 0, bin k the distances
 * 2^(k−1) … 2^k − 1. */
enum { CLPTI_PARITY_ULP_BINS = 34 };

typedef struct clpti_parity_difference {
    int64_t compared, left_out;
    int64_t not_finite;  /* elements that are not finite in either array */
    int64_t different;   /* elements that differ after rounding to the coarser of the two precisions */
    int64_t beyond;      /* elements beyond the tolerance or not finite */
    double scale;        /* largest magnitude of the reference, times its factor */
    double largest, rms; /* of `|got − expected|`, as fractions of `scale`, over finite elements */
    int64_t largest_at, first_beyond, first_different; /* indices of elements; −1: none */
    int64_t ulps[CLPTI_PARITY_ULP_BINS];
    int64_t ulp_most;
} clpti_parity_difference;

clpti_parity_statistics clpti_parity_statistics_of(const clpti_tensor *tensor);

/* Compares `got` with the reference `expected`: an element is beyond the tolerance if `factor·|got − expected|` exceeds
 * `tolerance·max(factor·|expected|)`, or if either is not finite.
 * @param factor  [count], factor on both before the comparison; 0 or less: not compared; NULL: 1
 * Both tensors have the same shape, and both are real or both complex. */
void clpti_parity_difference_of(const clpti_tensor *got, const clpti_tensor *expected, const double *factor,
                                double tolerance, clpti_parity_difference *difference);

/* Distance of two finite numbers in float32 ulp. +0 and −0 are equal. */
int64_t clpti_parity_ulps(double a, double b);

/* Bin of a distance; distances of a bin as text, such as "4-7". */
int clpti_parity_ulp_bin(int64_t distance);
const char *clpti_parity_ulp_text(int bin, char text[48]);

/* Coordinates of an element as text, such as "[3, 0, 17]". */
const char *clpti_parity_index_text(const clpti_tensor *tensor, int64_t index, char text[128]);

/* An element in double precision; `im` of real arrays is 0. */
void clpti_parity_element(const clpti_tensor *tensor, int64_t index, double *re, double *im);

/* An element as text with all digits of its type: "0.25" or "0.25-0.1i". */
const char *clpti_parity_value(const clpti_tensor *tensor, int64_t index, char text[80]);

bool clpti_parity_is_complex(clpt_type type);
bool clpti_parity_is_double(clpt_type type);

#endif
