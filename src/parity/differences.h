/* SPDX-License-Identifier: Apache-2.0 */
/* Two arrays of one shape, number by number: plain C, no device. */
#ifndef CLPTI_PARITY_DIFFERENCES_H
#define CLPTI_PARITY_DIFFERENCES_H

#include "io/io.h"

/* Of the values of one array; of complex ones their magnitudes. Not finite ones are counted and left out. */
typedef struct clpti_parity_statistics {
    int64_t count, not_finite;
    double least, most, mean, deviation; /* 0 where nothing is finite */
} clpti_parity_statistics;

/* Distances in units of the last place of float32, of real and imaginary parts: bin 0 holds none, bin k those of
 * 2^(k−1) … 2^k − 1. */
enum { CLPTI_PARITY_ULP_BINS = 34 };

typedef struct clpti_parity_difference {
    int64_t compared, left_out;
    int64_t not_finite;  /* elements that are not finite on either side */
    int64_t different;   /* elements that differ at all, after both are rounded to the coarser precision of the two */
    int64_t beyond;      /* elements beyond the tolerance, and those that are not finite */
    double scale;        /* largest magnitude of the reference, after its factor */
    double largest, rms; /* of |got − want|, as parts of `scale`; of finite elements */
    int64_t largest_at, first_beyond, first_different; /* indices of elements; −1: none */
    int64_t ulps[CLPTI_PARITY_ULP_BINS];
    int64_t ulp_most;
} clpti_parity_difference;

clpti_parity_statistics clpti_parity_statistics_of(const clpti_tensor *tensor);

/* Compares `got` with the reference `want`: an element is beyond the tolerance where factor·|got − want| is over
 * tolerance·max(factor·|want|), or where either is not finite.
 * @param factor  [count], what both are multiplied by before they are judged; 0 or less: not compared; NULL: 1
 * Both tensors have one shape, and both are real or both complex. */
void clpti_parity_difference_of(const clpti_tensor *got, const clpti_tensor *want, const double *factor,
                                double tolerance, clpti_parity_difference *difference);

/* Distance of two numbers in units of the last place of float32; both must be finite. Zeros are equal. */
int64_t clpti_parity_ulps(double a, double b);

/* Bin of a distance, and "3-4"-like text of a bin's distances. */
int clpti_parity_ulp_bin(int64_t distance);
const char *clpti_parity_ulp_text(int bin, char text[48]);

/* "[3, 0, 17]" of an element's index. */
const char *clpti_parity_place(const clpti_tensor *tensor, int64_t index, char text[128]);

/* An element as doubles. `im` of real arrays is 0. */
void clpti_parity_element(const clpti_tensor *tensor, int64_t index, double *re, double *im);

/* "0.25" or "0.25-0.1i" of an element, with all the digits that its type holds. */
const char *clpti_parity_value(const clpti_tensor *tensor, int64_t index, char text[80]);

bool clpti_parity_is_complex(clpt_type type);
bool clpti_parity_is_double(clpt_type type);

#endif
