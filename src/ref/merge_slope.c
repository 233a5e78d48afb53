/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of merge_slope: gradients of a merge with respect to the positions of its blocks. */
#include "ref/merge.h"

/* ∂L along one axis at one canvas pixel; `change`: derivatives of its neighbours' weights with respect to the
 * coordinate. */
static double slope_along(const clpti_block *b, const clpti_taps *taps, const double change[4], const double *patches,
                          clpti_value d_sum, double d_total)
{
    clpti_value by = clpti_taps_value(b, taps, change, patches);
    if (b->g->merge == CLPTI_MERGE_NONE) return creal(conj(d_sum) * by);
    double m_by = clpti_taps_weight(b, taps, change);
    if (clpti_merge_product(b->g->merge))
        by = by * clpti_taps_weight(b, taps, taps->weight) + m_by * clpti_taps_value(b, taps, taps->weight, patches);
    return creal(conj(d_sum) * by) + d_total * m_by;
}

clpt_status clpti_ref_merge_slope(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_merge_slope_args *a = args;
    const clpti_merge_geometry *g = &a->g;
    const double *patches = clpti_host(a->patches), *d_sum = clpti_host(g->d_sum), *d_total = clpti_host(g->d_total);
    double *out = clpti_host(a->out);
    for (int64_t k = 0; k < g->at.count; k++) {
        clpti_block block = clpti_block_of(g, k);
        double x = 0, y = 0;
        for (int64_t i = 0; i < g->height * g->width; i++) {
            clpti_taps taps = clpti_taps_of(&block, i % g->width, i / g->width);
            clpti_value by_sum = clpti_field_get(d_sum, g->complex, block.canvas + i);
            double by_total = g->merge == CLPTI_MERGE_NONE ? 0 : d_total[block.canvas + i];
            x += slope_along(&block, &taps, taps.by_x, patches, by_sum, by_total);
            y += slope_along(&block, &taps, taps.by_y, patches, by_sum, by_total);
        }
        out[2 * k] = x;
        out[2 * k + 1] = y;
    }
    return CLPT_OK;
}
