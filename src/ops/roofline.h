/* SPDX-License-Identifier: Apache-2.0 */
/* The two roofs over every operation of a device, measured on it: how fast it copies memory and how fast it does fused
 * multiply-adds. */
#ifndef CLPTI_OPS_ROOFLINE_H
#define CLPTI_OPS_ROOFLINE_H

#include "core/context.h"

typedef struct clpti_roofline {
    double copy;         /* bytes read plus bytes written a second, from arrays beyond any cache; 0: not measured */
    double fma;          /* float32 operations a second, two for each multiply-add; 0: not measured */
    int64_t copied;      /* bytes of each of the two arrays of the copy */
    const char *fastest; /* kernel that gave `fma`: "roofline_fma_lanes" */
} clpti_roofline;

/* Measures both: best of several rounds, each of which is long against a launch. `seconds` is how long each may take at
 * most, give or take a round. A reference context has no roofs: zeros. */
clpt_status clpti_roofline_measure(clpt_context *context, double seconds, clpti_roofline *found);

#endif
