/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of secant: step length by a secant from two slopes. */
#include "ops/engine.h"

clpt_status clpti_ref_secant(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_secant_args *a = args;
    const double *sums = clpti_host(a->sums);
    double start = clpti_host(a->slope)[0], trial = clpti_host(a->length)[0], after = 0;
    for (int64_t k = 0; k < a->count; k++) after += sums[5 * k] + sums[5 * k + 1];
    if (!(start > 0)) {
        clpti_host(a->correction)[0] = -trial;
        return CLPT_OK;
    }
    double left = after / start, zero = trial * (left > 0.75 ? 4 : left > -63 ? 1 / (1 - left) : 1.0 / 64);
    clpti_host(a->length)[0] = zero;
    clpti_host(a->correction)[0] = a->factor * zero - trial;
    return CLPT_OK;
}
