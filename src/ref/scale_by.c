/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of scale_by: a field multiplied by a real map. */
#include "ref/field.h"

#include "ops/adjoint.h"

clpt_status clpti_ref_scale_by(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_scale_by_args *a = args;
    const double *field = clpti_host(a->field), *real = clpti_host(a->real);
    double *out = clpti_host(a->out);
    for (int64_t i = 0; i < a->repeats * a->count; i++)
        clpti_field_set(out, true, i, a->factor * real[i % a->count] * clpti_field_get(field, true, i));
    return CLPT_OK;
}
