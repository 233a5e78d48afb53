/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of adam: a step of the optimiser. */
#include <math.h>

#include "buffer/buffer.h"
#include "ops/layers.h"

clpt_status clpti_ref_adam(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_adam_args *a = args;
    double *values = clpti_host(a->values), *mean = clpti_host(a->mean), *square = clpti_host(a->square);
    const double *gradient = clpti_host(a->gradient);
    for (int64_t i = 0; i < a->count; i++) {
        double g = a->factor * gradient[i];
        mean[i] += (g - mean[i]) * (1 - a->decay_mean);
        square[i] += (g * g - square[i]) * (1 - a->decay_square);
        values[i] -= a->rate * mean[i] / (sqrt(square[i]) + a->epsilon);
    }
    return CLPT_OK;
}
