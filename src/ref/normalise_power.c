/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of normalise_power: a field scaled to a given power. */
#include "ref/field.h"

#include "ops/constraint.h"

clpt_status clpti_ref_normalise_power(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_normalise_power_args *a = args;
    double *field = clpti_host(a->field), total = 0;
    int64_t numbers = 2 * a->modes * a->size * a->size;
    for (int64_t i = 0; i < numbers; i++) total += field[i] * field[i];
    double factor = total > 0 ? sqrt(a->power / total) : 1;
    for (int64_t i = 0; i < numbers; i++) field[i] *= factor;
    for (int k = 0; k < a->other_count; k++) {
        double *other = clpti_host(a->others[k].field), by = a->others[k].inverse ? 1 / factor : factor;
        for (int64_t i = 0; i < 2 * a->others[k].count; i++) other[i] *= by;
    }
    return CLPT_OK;
}
