/* SPDX-License-Identifier: Apache-2.0 */
/* position_fit: with J_x = P_p·∂O_k/∂x and J_y likewise, sums[selected(k)] = Σ_{p,i} (Re conj(J_x)·w, Re conj(J_y)·w,
 * |J_x|², |J_y|², Re conj(J_x)·J_y): the normal equations of the displacement that explains most of the waves w, the
 * change of exit waves. Derivatives are those of the bilinear weights in the cell of floor(place).
 *
 * object [height, width], patches O_k at place_k + shift; probe [modes, size, size] (stride as in illuminate.cl); waves
 * [count, modes, size, size]; sums [.., 5]. One work-group per pattern, of any two-dimensional shape; rows are summed
 * first, and the items' sums added in order. Preconditions: none. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/complex.clh"
#include "common/place.clh"

kernel void position_fit_general(global const float2 *object, long object_offset, long height, long width,
                                 SELECTION_ARGS, long count, global const float2 *probe, long probe_offset,
                                 long probe_stride, global const float2 *waves, long waves_offset, long modes,
                                 long size, global float *sums, long sums_offset, local float *partial)
{
    long k = get_group_id(0), pixels = size * size;
    if (k >= count || get_group_id(1) > 0) return; /* a device with small work-groups launches more of them */
    long left = get_local_id(0), top = get_local_id(1), columns = get_local_size(0), rows = get_local_size(1);
    int me = (int)(top * columns + left), items = (int)(columns * rows);
    spot place = selected_place(SELECTION, k);
    global const float2 *image = object + object_offset, *wave = waves + waves_offset + k * modes * pixels;
    float4 all = (float4)(0.0f);
    float cross = 0.0f;
    for (long v = top; v < size; v += rows) {
        float4 row = (float4)(0.0f);
        float row_cross = 0.0f;
        for (long u = left; u < size; u += columns) {
            long x = place.x + u, y = place.y + v;
            float2 o = pixel_or_zero(image, height, width, y, x), r = pixel_or_zero(image, height, width, y, x + 1);
            float2 d = pixel_or_zero(image, height, width, y + 1, x);
            float2 b = pixel_or_zero(image, height, width, y + 1, x + 1);
            float2 by_x = place.gy * (r - o) + place.fy * (b - d), by_y = place.gx * (d - o) + place.fx * (b - r);
            for (long p = 0; p < modes; p++) {
                float2 mode = probe[probe_offset + k * probe_stride + p * pixels + v * size + u],
                       w = wave[p * pixels + v * size + u];
                float2 jx = complex_times(mode, by_x), jy = complex_times(mode, by_y);
                row += (float4)(dot(jx, w), dot(jy, w), dot(jx, jx), dot(jy, jy));
                row_cross += dot(jx, jy);
            }
        }
        all += row;
        cross += row_cross;
    }
    vstore4(all, 0, partial + 5 * me);
    partial[5 * me + 4] = cross;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int j = me; j < 5; j += items) {
        float sum = 0.0f;
        for (int i = 0; i < items; i++) sum += partial[5 * i + j];
        sums[sums_offset + 5 * selected(order, order_offset, first, k) + j] = sum;
    }
}
