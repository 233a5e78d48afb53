/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of relax: the regularised rPIE update of a field. */
#include "ref/field.h"

#include "ops/ops.h"

clpt_status clpti_ref_relax(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_relax_args *a = args;
    double *field = clpti_host(a->field);
    const double *step = clpti_host(a->step), *power = clpti_host(a->power);
    double largest = *clpti_host(a->largest);
    for (int64_t r = 0; r < a->repeats; r++)
        for (int64_t i = 0; i < a->count; i++) {
            double divisor = (1 - a->alpha) * power[i] + a->alpha * largest;
            if (a->fresh) clpti_field_set(field, true, r * a->count + i, 0);
            if (divisor == 0) continue;
            clpti_field_add(field, true, r * a->count + i,
                            a->factor * clpti_field_get(step, true, r * a->count + i) / divisor);
        }
    return CLPT_OK;
}
