/* SPDX-License-Identifier: Apache-2.0 */
/* step_fit: with s = D_k·P_p and t = O_k·Q_p, sums[k] = Σ_{p,i} (Re conj(s)·w, Re conj(t)·w, |s|², |t|², Re conj(s)·t):
 * the normal equations of the optimal lengths of a joint step along D and Q (Odstrčil, Menzel & Guizar-Sicairos 2018,
 * eq. 22).
 *
 * object and its direction [height, width], bilinear patches O_k and D_k at position_k + shift; probe P (stride as in
 * illuminate.cl) and its direction Q (absent: 0; a stride too) [modes, size, size]; waves w [count, modes, size, size];
 * sums [count, 5]. One work-group per pattern, of any two-dimensional shape; rows are summed first, and the items' sums
 * added in order. Preconditions: none. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/complex.clh"
#include "common/position.clh"

kernel void step_fit_general(global const float2 *object, long object_offset, global const float2 *change,
                             long change_offset, long height, long width, SELECTION_ARGS, long count,
                             global const float2 *probe, long probe_offset, long probe_stride,
                             global const float2 *direction, long direction_offset, long direction_stride,
                             global const float2 *waves, long waves_offset, long modes, long size, global float *sums,
                             long sums_offset, local float *partial)
{
    long k = get_group_id(0), pixels = size * size;
    if (k >= count || get_group_id(1) > 0) return; /* a device with small work-groups launches more of them */
    long left = get_local_id(0), top = get_local_id(1), columns = get_local_size(0), rows = get_local_size(1);
    int me = (int)(top * columns + left), items = (int)(columns * rows);
    sample_position position = selected_position(SELECTION, k);
    global const float2 *wave = waves + waves_offset + k * modes * pixels;
    float4 all = (float4)(0.0f);
    float cross = 0.0f;
    for (long y = top; y < size; y += rows) {
        float4 row = (float4)(0.0f);
        float row_cross = 0.0f;
        for (long x = left; x < size; x += columns) {
            float2 o = bilinear_or_zero(object + object_offset, height, width, position.y + y, position.x + x,
                                        position.fy, position.fx);
            float2 d = bilinear_or_zero(change + change_offset, height, width, position.y + y, position.x + x,
                                        position.fy, position.fx);
            for (long p = 0; p < modes; p++) {
                long i = p * pixels + y * size + x;
                float2 s = complex_times(d, probe[probe_offset + k * probe_stride + i]), w = wave[i];
                float2 t = direction_offset < 0
                               ? (float2)(0.0f)
                               : complex_times(o, direction[direction_offset + k * direction_stride + i]);
                row += (float4)(dot(s, w), dot(t, w), dot(s, s), dot(t, t));
                row_cross += dot(s, t);
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
        sums[sums_offset + 5 * k + j] = sum;
    }
}
