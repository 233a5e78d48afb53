/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of rescale: scale factors of patterns updated from their sums. */
#include <math.h>

#include "ops/correction.h"

clpt_status clpti_ref_rescale(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_rescale_args *a = args;
    const double *sums = clpti_host(a->sums);
    double *scales = clpti_host(a->scales), mean = 0;
    for (int64_t k = 0; k < a->count; k++) {
        double s = scales[k];
        if (sums[2 * k + 1] > 0)
            scales[k] = s * sqrt(fmin(fmax(1 + sums[2 * k] / (sums[2 * k + 1] * s * s), 1 / a->limit), a->limit));
        mean += scales[k] / (double)a->count;
    }
    for (int64_t k = 0; k < a->count; k++) scales[k] /= mean;
    return CLPT_OK;
}
