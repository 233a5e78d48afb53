/* SPDX-License-Identifier: Apache-2.0 */
/* Source point of an output pixel, for the warp and its adjoint. */
#ifndef CLPTI_REF_WARP_H
#define CLPTI_REF_WARP_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct clpti_source {
    double x, y, w;
} clpti_source;

/* Beyond ±1e12 a point is outside any image; the limit keeps later results finite. */
static inline double clpti_source_limit(double value)
{
    return fmin(fmax(value, -1e12), 1e12);
}

/* False if w = 0: the output is 0 there. */
static inline bool clpti_source_of(const double *t, int64_t column, int64_t row, clpti_source *source)
{
    double x = (double)column, y = (double)row;
    source->w = t[6] * x + t[7] * y + t[8];
    if (source->w == 0) return false;
    source->x = clpti_source_limit((t[0] * x + t[1] * y + t[2]) / source->w);
    source->y = clpti_source_limit((t[3] * x + t[4] * y + t[5]) / source->w);
    return true;
}

/* The pixel of an image of that width and height nearest to (x, y). */
static inline int64_t clpti_edge_index(int64_t x, int64_t y, int64_t width, int64_t height)
{
    x = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
    y = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
    return y * width + x;
}

#endif
