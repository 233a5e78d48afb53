/* SPDX-License-Identifier: Apache-2.0 */
/* Eigenvalues and eigenvectors of a small Hermitian matrix. */
#ifndef CLPTI_CORE_EIGEN_H
#define CLPTI_CORE_EIGEN_H

#include <stdint.h>

/* Eigenvalues (descending) and eigenvectors of a Hermitian matrix, by cyclic Jacobi rotations (Golub & Van Loan, 8.5).
 * matrix: [n, n] complex (re, im), destroyed. values: [n]. vectors: [n, n] complex, column q belongs to values[q]. */
void clpti_hermitian_eigen(double *matrix, int64_t n, double *values, double *vectors);

#endif
