/* SPDX-License-Identifier: Apache-2.0 */
/* Linear phase and mean amplitude of a region. */
#ifndef CLPTI_QUALITY_RAMP_H
#define CLPTI_QUALITY_RAMP_H

#include <stdint.h>

/* First row and column, height and width. */
typedef struct clpti_box {
    int64_t top, left, height, width;
} clpti_box;

typedef struct clpti_ramp {
    double x, y, offset; /* radians per column and per row, and at [0, 0] */
    double amplitude;    /* mean magnitude */
} clpti_ramp;

/* Of the box `air` in a complex image (re, im) with rows of `width`: the slope from the sum of products of neighbours,
 * which wraps do not disturb, then the least-squares plane of the phases that remain. */
clpti_ramp clpti_ramp_fit(const double *image, int64_t width, const clpti_box *air);

#endif
