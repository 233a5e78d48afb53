/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of inner: real inner product of two fields. */
#include "ops/engine.h"

clpt_status clpti_ref_inner(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_inner_args *a = args;
    const double *left = clpti_host(a->a), *right = clpti_host(a->b);
    double sum = 0;
    for (int64_t i = 0; i < 2 * a->count; i++) sum += left[i] * right[i];
    clpti_host(a->out)[0] = sum;
    return CLPT_OK;
}
