/* SPDX-License-Identifier: Apache-2.0 */
/* fraction_slope: slopes[stride·s] = Σ_p,i Re conj(D_x[k, p, i]·O_k[i])·w[k, p, i] and slopes[stride·s + 1] likewise
 * with D_y, s = selected(k), for the derivatives D of moved probes by the fractions of a pixel and waves w. object
 * [height, width], patches O_k at the whole pixels position_k + shift; by_x, by_y, waves [count, modes, size, size];
 * slopes [.., stride]. One work-group per pattern, of any two-dimensional shape; rows are summed first, and the items'
 * sums added in order. Preconditions: none. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/complex.clh"
#include "common/position.clh"

kernel void fraction_slope_general(global const float2 *object, long object_offset, long height, long width,
                                   SELECTION_ARGS, long count, global const float2 *by_x, long by_x_offset,
                                   global const float2 *by_y, long by_y_offset, global const float2 *waves,
                                   long waves_offset, long modes, long size, long stride, global float *slopes,
                                   long slopes_offset, local float2 *partial)
{
    long k = get_group_id(0), pixels = size * size;
    if (k >= count || get_group_id(1) > 0) return; /* a device with small work-groups launches more of them */
    long left = get_local_id(0), top = get_local_id(1), columns = get_local_size(0), rows = get_local_size(1);
    int me = (int)(top * columns + left), items = (int)(columns * rows);
    sample_position position = selected_position(SELECTION, k);
    float2 all = (float2)(0.0f);
    for (long y = top; y < size; y += rows) {
        float2 row = (float2)(0.0f);
        for (long x = left; x < size; x += columns) {
            float2 o = pixel_or_zero(object + object_offset, height, width, position.y + y, position.x + x);
            for (long p = 0; p < modes; p++) {
                long i = (k * modes + p) * pixels + y * size + x;
                float2 w = complex_conj_times(o, waves[waves_offset + i]);
                row += (float2)(dot(by_x[by_x_offset + i], w), dot(by_y[by_y_offset + i], w));
            }
        }
        all += row;
    }
    partial[me] = all;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me > 0) return;
    float2 sum = (float2)(0.0f);
    for (int i = 0; i < items; i++) sum += partial[i];
    vstore2(sum, 0, slopes + slopes_offset + stride * selected(order, order_offset, first, k));
}
