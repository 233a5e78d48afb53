/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of advance: field += factor · length · direction, with the length on the device. */
#include "ops/engine.h"

clpt_status clpti_ref_advance(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_advance_args *a = args;
    const double *direction = clpti_host(a->direction), *length = clpti_host(a->length);
    double *field = clpti_host(a->field), factor = a->factor * (length ? *length : 1);
    for (int64_t i = 0; i < 2 * a->count; i++) field[i] += factor * direction[i];
    return CLPT_OK;
}
