/* SPDX-License-Identifier: Apache-2.0 */
/* probe_gradient_lanes: probe_gradient.cl for CPUs; one work-item per eight pixels of a row of one mode.
 * Preconditions: size divisible by 8, no padding, one slot, patch_power given. */
#include "common/lanes_bilinear.clh"
#include "common/place.clh"

kernel void probe_gradient_lanes(global const float2 *object, long object_offset, long height, long width,
                                 long per_image, SELECTION_ARGS, long count, global const float2 *waves,
                                 long waves_offset, long modes, long size, global float2 *gradient,
                                 long gradient_offset, global float *patch_power, long patch_power_offset)
{
    long u = 8 * get_global_id(0), v = get_global_id(1), p = get_global_id(2);
    if (u >= size || v >= size || p >= modes) return;
    long pixel = v * size + u, pixels = size * size;
    global float *sums = (global float *)(gradient + gradient_offset + p * pixels + pixel);
    global float *powers = patch_power + patch_power_offset + pixel;
    float16 sum = vload16(0, sums);
    float8 power = vload8(0, powers);
    for (long k = 0; k < count; k++) {
        spot place = selected_place(SELECTION, k);
        global const float2 *image = object + object_offset + (per_image ? k / per_image : 0) * height * width;
        float16 value = lanes_bilinear(image, height, width, place.y + v, place.x + u, place.fy, place.fx);
        global const float *wave = (global const float *)(waves + waves_offset + (k * modes + p) * pixels + pixel);
        sum += lanes_conj_times(value, vload16(0, wave));
        power += lanes_power(value);
    }
    vstore16(sum, 0, sums);
    if (p == 0) vstore8(power, 0, powers);
}
