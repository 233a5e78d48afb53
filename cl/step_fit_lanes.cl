/* SPDX-License-Identifier: Apache-2.0 */
/* step_fit_lanes: step_fit.cl for CPUs; one work-item per pattern, eight pixels of a row at a time.
 * Preconditions: size divisible by 8. */
#include "common/lanes_bilinear.clh"
#include "common/position.clh"

inline float lanes_sum(float16 a)
{
    float8 b = a.lo + a.hi;
    float4 c = b.lo + b.hi;
    return c.x + c.y + (c.z + c.w);
}

kernel void step_fit_lanes(global const float2 *object, long object_offset, global const float2 *change,
                           long change_offset, long height, long width, SELECTION_ARGS, long count,
                           global const float2 *probe, long probe_offset, long probe_stride,
                           global const float2 *direction, long direction_offset, long direction_stride,
                           global const float2 *waves, long waves_offset, long modes, long size, global float *sums,
                           long sums_offset)
{
    long k = get_global_id(0), pixels = size * size;
    if (k >= count) return;
    sample_position position = selected_position(SELECTION, k);
    global const float2 *wave = waves + waves_offset + k * modes * pixels;
    float16 sw = (float16)(0.0f), tw = (float16)(0.0f), ss = (float16)(0.0f), tt = (float16)(0.0f),
            st = (float16)(0.0f);
    for (long y = 0; y < size; y++)
        for (long x = 0; x < size; x += 8) {
            float16 o = lanes_bilinear(object + object_offset, height, width, position.y + y, position.x + x,
                                       position.fy, position.fx);
            float16 d = lanes_bilinear(change + change_offset, height, width, position.y + y, position.x + x,
                                       position.fy, position.fx);
            for (long p = 0; p < modes; p++) {
                long i = p * pixels + y * size + x;
                float16 s =
                    lanes_times(d, vload16(0, (global const float *)(probe + probe_offset + k * probe_stride + i)));
                float16 w = vload16(0, (global const float *)(wave + i));
                sw += s * w;
                ss += s * s;
                if (direction_offset < 0) continue;
                float16 t = lanes_times(
                    o, vload16(0, (global const float *)(direction + direction_offset + k * direction_stride + i)));
                tw += t * w;
                tt += t * t;
                st += s * t;
            }
        }
    global float *out = sums + sums_offset + 5 * k;
    out[0] = lanes_sum(sw);
    out[1] = lanes_sum(tw);
    out[2] = lanes_sum(ss);
    out[3] = lanes_sum(tt);
    out[4] = lanes_sum(st);
}
