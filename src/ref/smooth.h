/* SPDX-License-Identifier: Apache-2.0 */
/* Weights and edge handling shared by the 3×3 smoothing and its adjoint. */
#ifndef CLPTI_REF_SMOOTH_H
#define CLPTI_REF_SMOOTH_H

#include <math.h>
#include <stdint.h>

/* −1 → 1 and size → size − 2: the edge pixel is not repeated. A single pixel reflects onto itself. */
static inline int64_t clpti_reflected(int64_t i, int64_t size)
{
    if (size == 1) return 0;
    return i < 0 ? -i : i >= size ? 2 * size - 2 - i : i;
}

static inline void clpti_smooth_weights(double sigma, double weights[3])
{
    double side = sigma > 0 ? exp(-1 / (2 * sigma * sigma)) : 0, sum = 1 + 2 * side;
    weights[0] = weights[2] = side / sum;
    weights[1] = 1 / sum;
}

#endif
