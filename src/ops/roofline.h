/* SPDX-License-Identifier: Apache-2.0 */
/* The two rooflines of a device, measured: memory copy bandwidth and fused multiply-add rate. */
#ifndef CLPTI_OPS_ROOFLINE_H
#define CLPTI_OPS_ROOFLINE_H

#include "core/context.h"

typedef struct clpti_roofline {
    double copy;         /* bytes read plus bytes written per second, arrays beyond any cache; 0: not measured */
    double fma;          /* float32 operations per second, two per multiply-add; 0: not measured */
    int64_t copied;      /* bytes of each of the two copied arrays */
    const char *fastest; /* kernel that achieved `fma`: "roofline_fma_lanes" */
} clpti_roofline;

/* Measures both: best of several rounds, each long compared with a launch. `seconds` limits each of the two, give or
 * take a round. Zeros for a reference context. */
clpt_status clpti_roofline_measure(clpt_context *context, double seconds, clpti_roofline *found);

#endif
