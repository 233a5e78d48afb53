/* SPDX-License-Identifier: Apache-2.0 */
/* illuminate_lanes: illuminate.cl for CPUs; one work-item per eight pixels of a row. Preconditions: size divisible by
 * 8, no padding, no probe mask. */
#include "common/lanes_bilinear.clh"
#include "common/position.clh"

kernel void illuminate_lanes(global const float2 *object, long object_offset, long height, long width, long per_image,
                             SELECTION_ARGS, global const float2 *probe, long probe_offset, long probe_stride,
                             long modes, long size, global float2 *waves, long waves_offset, long count)
{
    long u = 8 * get_global_id(0), v = get_global_id(1), k = get_global_id(2);
    if (u >= size || v >= size || k >= count) return;
    sample_position position = selected_position(SELECTION, k);
    global const float2 *image = object + object_offset + (per_image ? k / per_image : 0) * height * width;
    float16 value = lanes_bilinear(image, height, width, position.y + v, position.x + u, position.fy, position.fx);
    long pixel = v * size + u, pixels = size * size;
    global const float2 *own = probe + probe_offset + k * probe_stride + pixel;
    for (long p = 0; p < modes; p++) {
        float16 lit = lanes_times(value, vload16(0, (global const float *)(own + p * pixels)));
        vstore16(lit, 0, (global float *)(waves + waves_offset + (k * modes + p) * pixels + pixel));
    }
}
