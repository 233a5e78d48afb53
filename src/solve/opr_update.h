/* SPDX-License-Identifier: Apache-2.0 */
/* The update of orthogonal probe relaxation (opr.c): small matrices in double precision on the host, once per
 * iteration; whole modes stay on the device. */
#ifndef CLPTI_SOLVE_OPR_UPDATE_H
#define CLPTI_SOLVE_OPR_UPDATE_H

#include "core/context.h"

#define CLPTI_OPR_STEP 0.5 /* η: fraction of the patterns' changes */

/* Gram-Schmidt orthonormalisation of modes [count, pixels] complex. */
clpt_status clpti_opr_orthonormalise(double *modes, int64_t count, int64_t pixels, clpt_message *message);

/* Results of clpti_variable_fits and clpti_variable_sums, and the variable modes and coefficients that they update.
 * Blocks. */
typedef struct clpti_opr_factors {
    int64_t patterns, count, pixels;
    clpti_view variable, sums;     /* complex [count, pixels], [count + 1, pixels] */
    clpti_view coefficients, fits; /* complex [patterns, count] */
} clpti_opr_factors;
clpt_status clpti_opr_update(clpt_context *context, const clpti_opr_factors *turned);

#endif
