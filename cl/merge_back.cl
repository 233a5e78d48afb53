/* SPDX-License-Identifier: Apache-2.0 */
/* merge_back: gradients of a merged canvas with respect to its sum S and total weight D; canvas = S/D'
 * (src/ops/adjoint.h). cotangent, canvas, d_sum [groups, pixels]; total, d_total [groups, pixels]; largest [groups].
 * d_sum may alias the cotangent. Preconditions: none. */
#include "common/merge.clh"

kernel void merge_back_general(int merge, global const element *cotangent, long cotangent_offset,
                               global const element *canvas, long canvas_offset, global const float *total,
                               long total_offset, global const float *largest, long largest_offset, long groups,
                               long pixels, global element *d_sum, long d_sum_offset, global float *d_total,
                               long d_total_offset)
{
    long i = get_global_id(0), g = get_global_id(1), at = g * pixels + i;
    if (i >= pixels || g >= groups) return;
    element given = cotangent[cotangent_offset + at];
    if (merge == MERGE_NONE) {
        d_sum[d_sum_offset + at] = given;
        return;
    }
    float weights = total[total_offset + at], divisor = weights + (merge == MERGE_SCAN ? 1e-9f : 1e-3f);
    bool kept = true, varies = true;
    if (merge == MERGE_CENTRE_MASKED) kept = weights > 1e-6f;
    if (merge == MERGE_PROBE) {
        kept = weights > 1e-6f * largest[largest_offset + g];
        varies = weights > 1e-12f;
        divisor = max(weights, 1e-12f);
    }
    if (!(divisor > 0.0f)) kept = false;
    element by_sum = kept ? given / divisor : ELEMENT_ZERO;
    float by_total = kept && varies ? -element_dot(by_sum, canvas[canvas_offset + at]) : 0.0f;
    d_sum[d_sum_offset + at] = by_sum;
    d_total[d_total_offset + at] = by_total;
}
