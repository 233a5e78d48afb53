/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of fold: sum of slots, in order. */
#include "ops/ops.h"

clpt_status clpti_ref_fold(clpt_context *context, const void *args)
{
    const clpti_fold_args *a = args;
    const double *slots = clpti_host(a->slots);
    double *out = clpti_host(a->out);
    int64_t count = a->count * (a->complex ? 2 : 1);
    (void)context;
    for (int64_t i = 0; a->fresh && i < count; i++) out[i] = 0.0;
    for (int64_t s = 0; s < a->slot_count; s++)
        for (int64_t i = 0; i < count; i++) out[i] += slots[s * count + i];
    return CLPT_OK;
}
