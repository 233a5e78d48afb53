/* SPDX-License-Identifier: Apache-2.0 */
#include "ref/field.h"

#include "ops/ops.h"

clpt_status clpti_ref_power(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_power_args *a = args;
    const double *modes = clpti_host(a->modes);
    double *power = clpti_host(a->power);
    for (int64_t i = 0; i < a->count; i++) {
        double sum = 0;
        for (int64_t p = 0; p < a->mode_count; p++)
            sum += clpti_magnitude2(clpti_field_get(modes, true, p * a->count + i));
        power[i] = sum;
    }
    return CLPT_OK;
}
