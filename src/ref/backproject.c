/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of backproject: exit waves back to the object: Σ conj(probe) · waves. */
#include "ref/field.h"

#include "ops/ops.h"

clpt_status clpti_ref_backproject(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_backproject_args *a = args;
    const double *waves = clpti_host(a->waves), *probe = clpti_host(a->probe);
    double *step = clpti_host(a->step);
    int64_t pixels = a->size * a->size, patch = a->patch ? a->patch : a->size;
    for (int64_t k = 0; k < a->count; k++)
        for (int64_t j = 0; j < patch * patch; j++) {
            int64_t i = (j / patch + a->pad) * a->size + j % patch + a->pad;
            clpti_value sum = 0;
            for (int64_t p = 0; p < a->modes; p++)
                sum += conj(clpti_field_get(probe, true, k * a->probe_stride + p * pixels + i)) *
                       clpti_field_get(waves, true, (k * a->modes + p) * pixels + i);
            clpti_field_set(step, true, k * patch * patch + j, sum);
        }
    return CLPT_OK;
}
