/* SPDX-License-Identifier: Apache-2.0 */
/* blend_lanes: blend.cl for CPUs; one work-item per eight pixels of a row. Preconditions: size divisible by 8. */
#include "common/lanes_bilinear.clh"
#include "common/position.clh"

kernel void blend_lanes(global const float2 *object, long object_offset, long height, long width, SELECTION_ARGS,
                        long count, global const float2 *probe, long probe_offset, long probe_stride, long modes,
                        long size, global float2 *stored, long stored_offset, global float2 *waves, long waves_offset,
                        float a_e, float a_s, float a_w, float b_e, float b_s, float b_w)
{
    long u = 8 * get_global_id(0), v = get_global_id(1), k = get_global_id(2), pixels = size * size;
    if (u >= size || v >= size || k >= count) return;
    bool keep_stored = a_e == 0.0f && a_s == 1.0f && a_w == 0.0f;
    bool keep_waves = b_e == 0.0f && b_s == 0.0f && b_w == 1.0f;
    bool read_stored = b_s != 0.0f || (a_s != 0.0f && !keep_stored);
    bool read_waves = a_w != 0.0f || (b_w != 0.0f && !keep_waves);
    sample_position position = selected_position(SELECTION, k);
    float16 patch =
        lanes_bilinear(object + object_offset, height, width, position.y + v, position.x + u, position.fy, position.fx);
    for (long p = 0; p < modes; p++) {
        long i = p * pixels + v * size + u, row = selected(order, order_offset, first, k);
        global float *kept = (global float *)(stored + stored_offset + row * modes * pixels + i);
        global float *here = (global float *)(waves + waves_offset + k * modes * pixels + i);
        float16 e = lanes_times(patch, vload16(0, (global const float *)(probe + probe_offset + k * probe_stride + i)));
        float16 s = read_stored ? vload16(0, kept) : (float16)(0.0f);
        float16 w = read_waves ? vload16(0, here) : (float16)(0.0f);
        if (!keep_stored) vstore16(a_e * e + a_s * s + a_w * w, 0, kept);
        if (!keep_waves) vstore16(b_e * e + b_s * s + b_w * w, 0, here);
    }
}
