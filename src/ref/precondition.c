/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of precondition: a step divided by regularised power. */
#include "ops/engine.h"
#include "ref/field.h"

clpt_status clpti_ref_precondition(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_precondition_args *a = args;
    double *step = clpti_host(a->step);
    const double *power = clpti_host(a->power), largest = *clpti_host(a->largest);
    for (int64_t r = 0; r < a->repeats; r++)
        for (int64_t i = 0; i < a->count; i++) {
            double divisor = (1 - a->alpha) * power[i] + a->alpha * largest;
            int64_t at = r * a->count + i;
            clpti_field_set(step, true, at, divisor == 0 ? 0 : clpti_field_get(step, true, at) / divisor);
        }
    return CLPT_OK;
}
