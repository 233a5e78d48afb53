/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of step_lengths: mean of the step lengths of all patterns. */
#include <math.h>

#include "ops/engine.h"

clpt_status clpti_ref_step_lengths(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_step_lengths_args *a = args;
    double total[2] = {0, 0};
    for (int64_t k = 0; k < a->count; k++) {
        const double *f = clpti_host(a->sums) + 5 * k;
        double ss = (1 + a->damping) * f[2], tt = (1 + a->damping) * f[3], determinant = ss * tt - f[4] * f[4];
        if (determinant > 1e-6 * ss * tt) {
            total[0] += fmax(0, (f[0] * tt - f[1] * f[4]) / determinant);
            total[1] += fmax(0, (f[1] * ss - f[0] * f[4]) / determinant);
        } else if (ss > 0 && f[3] == 0) {
            total[0] += fmax(0, f[0] / ss);
        } else if (tt > 0 && f[2] == 0) {
            total[1] += fmax(0, f[1] / tt);
        }
    }
    for (int j = 0; j < 2; j++) clpti_host(a->lengths)[j] = total[j] / (double)a->count;
    return CLPT_OK;
}
