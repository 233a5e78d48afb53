/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of power: Σ|modes|². */
#include "ref/field.h"

#include "ops/ops.h"

clpt_status clpti_ref_power(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_power_args *a = args;
    const double *modes = clpti_host(a->modes);
    double *power = clpti_host(a->power);
    for (int64_t i = 0; i < a->count * (a->repeats ? a->repeats : 1); i++) {
        double sum = 0;
        int64_t first = i / a->count * a->mode_count * a->count + i % a->count;
        for (int64_t p = 0; p < a->mode_count; p++)
            sum += clpti_magnitude2(clpti_field_get(modes, true, first + p * a->count));
        power[i] = sum;
    }
    return CLPT_OK;
}
