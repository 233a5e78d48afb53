/* SPDX-License-Identifier: Apache-2.0 */
/* Eigenvalues and eigenvectors of a small Hermitian matrix, by cyclic Jacobi rotations. */
#include "core/eigen.h"

#include <complex.h>
#include <math.h>

enum { sweeps_max = 60 };

/* Rotates columns p and q of `m` (rows of length `n`): (m_p, m_q) ← (c·m_p − conj(s)·m_q, s·m_p + c·m_q). */
static void rotate_columns(double complex *m, int64_t n, int64_t p, int64_t q, double c, double complex s)
{
    for (int64_t i = 0; i < n; i++) {
        double complex a = m[i * n + p], b = m[i * n + q];
        m[i * n + p] = c * a - conj(s) * b;
        m[i * n + q] = s * a + c * b;
    }
}

static void rotate_rows(double complex *m, int64_t n, int64_t p, int64_t q, double c, double complex s)
{
    for (int64_t i = 0; i < n; i++) {
        double complex a = m[p * n + i], b = m[q * n + i];
        m[p * n + i] = c * a - s * b;
        m[q * n + i] = conj(s) * a + c * b;
    }
}

/* Makes entry (p, q) zero by a unitary rotation; returns its magnitude before. */
static double annihilate(double complex *a, double complex *v, int64_t n, int64_t p, int64_t q)
{
    double complex off = a[p * n + q];
    double size = cabs(off);
    if (size == 0.0) return 0.0;
    double tau = (creal(a[q * n + q]) - creal(a[p * n + p])) / (2.0 * size);
    double t = (tau >= 0.0 ? 1.0 : -1.0) / (fabs(tau) + sqrt(1.0 + tau * tau));
    double c = 1.0 / sqrt(1.0 + t * t);
    double complex s = t * c * off / size;
    rotate_columns(a, n, p, q, c, s);
    rotate_rows(a, n, p, q, c, s);
    rotate_columns(v, n, p, q, c, s);
    return size;
}

static void swap_columns(double complex *v, int64_t n, int64_t p, int64_t q)
{
    for (int64_t i = 0; i < n; i++) {
        double complex hold = v[i * n + p];
        v[i * n + p] = v[i * n + q];
        v[i * n + q] = hold;
    }
}

static void sort_falling(double *values, double complex *v, int64_t n)
{
    for (int64_t p = 0; p < n; p++)
        for (int64_t q = p + 1; q < n; q++)
            if (values[q] > values[p]) {
                double hold = values[p];
                values[p] = values[q];
                values[q] = hold;
                swap_columns(v, n, p, q);
            }
}

void clpti_hermitian_eigen(double *matrix, int64_t n, double *values, double *vectors)
{
    double complex *a = (double complex *)matrix, *v = (double complex *)vectors;
    double scale = 0.0, worst = 1.0;
    for (int64_t i = 0; i < n * n; i++) {
        v[i] = i / n == i % n ? 1.0 : 0.0;
        scale = fmax(scale, cabs(a[i]));
    }
    for (int sweep = 0; sweep < sweeps_max && worst > 1e-15 * scale; sweep++) {
        worst = 0.0;
        for (int64_t p = 0; p < n; p++)
            for (int64_t q = p + 1; q < n; q++) worst = fmax(worst, annihilate(a, v, n, p, q));
    }
    for (int64_t i = 0; i < n; i++) values[i] = creal(a[i * n + i]);
    sort_falling(values, v, n);
}
