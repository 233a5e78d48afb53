/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of conjugate: coefficient of the previous direction in conjugate gradients. */
#include <math.h>

#include "ops/engine.h"

clpt_status clpti_ref_conjugate(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_conjugate_args *a = args;
    const double *products = clpti_host(a->products);
    double sums[3] = {0}, last = clpti_host(a->memory)[0];
    for (int64_t i = 0; i < 3 * a->fields; i++) sums[i % 3] += products[i];
    double beta = !a->restart && last > 0 ? fmax(0, (sums[0] - sums[1]) / last) : 0;
    if (!(sums[0] + beta * sums[2] > 0)) beta = 0;
    clpti_host(a->memory)[0] = sums[0];
    clpti_host(a->beta)[0] = beta;
    clpti_host(a->slope)[0] = sums[0] + beta * sums[2];
    return CLPT_OK;
}
