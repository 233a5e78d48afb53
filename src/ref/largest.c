/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of largest: maximum magnitude of values. */
#include "ref/field.h"

#include "ops/ops.h"

clpt_status clpti_ref_largest(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_largest_args *a = args;
    const double *values = clpti_host(a->values);
    double *out = clpti_host(a->out);
    for (int64_t g = 0; g < a->groups; g++) {
        out[g] = 0;
        for (int64_t i = 0; i < a->count; i++) out[g] = fmax(out[g], values[g * a->count + i]);
    }
    return CLPT_OK;
}
