/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of merge_pull: gradients of a merge with respect to its patches. */
#include "ref/merge.h"

/* Factor on the cotangent of a canvas pixel; 1 if it is already divided. */
static double share(const clpti_merge_pull_args *a, const clpti_block *b, int64_t i)
{
    const double *total = clpti_host(a->total), *largest = clpti_host(a->largest);
    if (!total) return 1;
    double maximum = a->g.merge == CLPTI_MERGE_PROBE ? largest[b->canvas / (a->g.height * a->g.width)] : 0;
    double by = clpti_merge_divisor(a->g.merge, total[b->canvas + i], maximum);
    return by == 0 ? 0 : 1 / by;
}

/* Distributes d_sum over the pixels of patch k. */
static void pull_block(const clpti_merge_pull_args *a, const clpti_block *b, const double *d_sum, double *d_patches)
{
    const clpti_merge_geometry *g = b->g;
    for (int64_t i = 0; i < g->height * g->width; i++) {
        clpti_taps taps = clpti_taps_of(b, i % g->width, i / g->width);
        double m = clpti_merge_product(g->merge) ? clpti_taps_weight(b, &taps, taps.weight) : 1;
        clpti_value value = share(a, b, i) * m * clpti_field_get(d_sum, g->complex, b->canvas + i);
        for (int j = 0; j < 4; j++)
            if (taps.pixel[j] >= 0)
                clpti_field_add(d_patches, g->complex, b->patch + taps.pixel[j], taps.weight[j] * value);
    }
}

clpt_status clpti_ref_merge_pull(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_merge_pull_args *a = args;
    double *d_patches = clpti_host(a->d_patches);
    int64_t pixels = a->g.size * a->g.size;
    for (int64_t i = 0; i < a->g.at.count * pixels; i++) clpti_field_set(d_patches, a->g.complex, i, 0);
    for (int64_t k = 0; k < a->g.at.count; k++) {
        clpti_block block = clpti_block_of(&a->g, k);
        pull_block(a, &block, clpti_host(a->g.d_sum), d_patches);
    }
    return CLPT_OK;
}
