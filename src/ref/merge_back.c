/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of merge_back: gradients of a merged canvas with respect to its sum and total weight. */
#include "ref/merge.h"

clpt_status clpti_ref_merge_back(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_merge_back_args *a = args;
    const double *cotangent = clpti_host(a->cotangent), *canvas = clpti_host(a->canvas);
    const double *total = clpti_host(a->total), *largest = clpti_host(a->largest);
    double *d_sum = clpti_host(a->d_sum), *d_total = clpti_host(a->d_total);
    bool none = a->merge == CLPTI_MERGE_NONE, probe = a->merge == CLPTI_MERGE_PROBE;
    for (int64_t i = 0; i < a->groups * a->pixels; i++) {
        double sum = none ? 0 : total[i], by = clpti_merge_divisor(a->merge, sum, probe ? largest[i / a->pixels] : 0);
        clpti_value g = clpti_field_get(cotangent, a->complex, i);
        clpti_field_set(d_sum, a->complex, i, by == 0 ? 0 : g / by);
        if (none) continue;
        bool constant = by == 0 || (probe && sum <= 1e-12);
        d_total[i] = constant ? 0 : -creal(conj(g) * clpti_field_get(canvas, a->complex, i)) / by;
    }
    return CLPT_OK;
}
