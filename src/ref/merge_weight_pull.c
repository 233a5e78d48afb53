/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of merge_weight_pull: gradients of a merge with respect to the probe's power as weight. */
#include "ref/merge.h"

clpt_status clpti_ref_merge_weight_pull(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_merge_weight_pull_args *a = args;
    const clpti_merge_geometry *g = &a->g;
    const double *patches = clpti_host(a->patches), *d_sum = clpti_host(g->d_sum), *d_total = clpti_host(g->d_total);
    double *d_power = clpti_host(a->d_power);
    for (int64_t k = 0; k < g->at.count; k++) {
        clpti_block block = clpti_block_of(g, k);
        for (int64_t i = 0; i < g->height * g->width; i++) {
            clpti_taps taps = clpti_taps_of(&block, i % g->width, i / g->width);
            clpti_value moved = clpti_taps_value(&block, &taps, taps.weight, patches);
            clpti_value by_sum = clpti_field_get(d_sum, g->complex, block.canvas + i);
            double by_weight = creal(conj(by_sum) * moved) + d_total[block.canvas + i];
            for (int j = 0; j < 4; j++)
                if (taps.pixel[j] >= 0) d_power[taps.pixel[j]] += taps.weight[j] * by_weight;
        }
    }
    return CLPT_OK;
}
