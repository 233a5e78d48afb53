/* SPDX-License-Identifier: Apache-2.0 */
/* blend: with e = P_p·O_k, s the stored waves of pattern selected(k) and w the waves of the k-th,
 *   stored = a_e·e + a_s·s + a_w·w,   waves = b_e·e + b_s·s + b_w·w.
 * A result with factors (0, 1, 0) or (0, 0, 1) is not written, and inputs that no result needs are not read.
 *
 * object [height, width], bilinear patches O_k at position_k + shift; probe [modes, size, size], stride as in
 * illuminate.cl; stored [.., modes, size, size]; waves [count, modes, size, size]. Preconditions: none. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/complex.clh"
#include "common/position.clh"

kernel void blend_general(global const float2 *object, long object_offset, long height, long width, SELECTION_ARGS,
                          long count, global const float2 *probe, long probe_offset, long probe_stride, long modes,
                          long size, global float2 *stored, long stored_offset, global float2 *waves, long waves_offset,
                          float a_e, float a_s, float a_w, float b_e, float b_s, float b_w)
{
    long u = get_global_id(0), v = get_global_id(1), k = get_global_id(2), pixels = size * size;
    if (u >= size || v >= size || k >= count) return;
    bool keep_stored = a_e == 0.0f && a_s == 1.0f && a_w == 0.0f;
    bool keep_waves = b_e == 0.0f && b_s == 0.0f && b_w == 1.0f;
    bool read_stored = b_s != 0.0f || (a_s != 0.0f && !keep_stored);
    bool read_waves = a_w != 0.0f || (b_w != 0.0f && !keep_waves);
    sample_position position = selected_position(SELECTION, k);
    float2 patch = bilinear_or_zero(object + object_offset, height, width, position.y + v, position.x + u, position.fy,
                                    position.fx);
    for (long p = 0; p < modes; p++) {
        long i = p * pixels + v * size + u;
        global float2 *kept = stored + stored_offset + selected(order, order_offset, first, k) * modes * pixels + i;
        global float2 *here = waves + waves_offset + k * modes * pixels + i;
        float2 e = complex_times(patch, probe[probe_offset + k * probe_stride + i]);
        float2 s = read_stored ? *kept : (float2)(0.0f), w = read_waves ? *here : (float2)(0.0f);
        if (!keep_stored) *kept = a_e * e + a_s * s + a_w * w;
        if (!keep_waves) *here = b_e * e + b_s * s + b_w * w;
    }
}
