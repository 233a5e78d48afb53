/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of totals: sums of groups of values. */
#include "ops/ops.h"

clpt_status clpti_ref_totals(clpt_context *context, const void *args)
{
    const clpti_totals_args *a = args;
    const double *values = clpti_host(a->values);
    double *out = clpti_host(a->out);
    int64_t count = a->height * a->width;
    (void)context;
    for (int64_t g = 0; g < a->groups; g++) {
        out[g] = 0.0;
        for (int64_t i = 0; i < count; i++) out[g] += values[g * count + i];
    }
    return CLPT_OK;
}
