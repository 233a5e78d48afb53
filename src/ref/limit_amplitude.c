/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of limit_amplitude: amplitudes of a field clamped to a range. */
#include "ref/field.h"

#include "ops/constraint.h"

clpt_status clpti_ref_limit_amplitude(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_limit_amplitude_args *a = args;
    double *field = clpti_host(a->field);
    for (int64_t i = 0; i < a->count; i++) {
        clpti_value value = clpti_field_get(field, true, i);
        double size = cabs(value), limited = fmin(fmax(size, a->lowest), a->highest);
        if (size != limited) clpti_field_set(field, true, i, size > 0 ? value * (limited / size) : a->lowest);
    }
    return CLPT_OK;
}
