/* SPDX-License-Identifier: Apache-2.0 */
/* probe_gradient: gradient[p, v, u] += Σ_k conj(patch_k[v, u])·waves[k, p, v, u] and patch_power[v, u] += Σ_k
 * |patch_k|², accumulated in ascending k; bilinear patches of the object at position_k + shift.
 *
 * object [.., height, width], entry k / per_image for patch k (0: the first for all); patches of patch×patch pixels
 * start at (pad, pad) of a wave, 0 elsewhere; waves [count, modes, size, size]; gradient [modes, size, size];
 * patch_power [size, size]. gradient and patch_power are [slots, ..]: pattern first + k adds to slot (first + k) %
 * slots. Preconditions: none. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/complex.clh"
#include "common/position.clh"

kernel void probe_gradient_general(global const float2 *object, long object_offset, long height, long width,
                                   long per_image, SELECTION_ARGS, long count, global const float2 *waves,
                                   long waves_offset, long modes, long size, long patch, long pad, long slots,
                                   global float2 *gradient, long gradient_offset, global float *patch_power,
                                   long patch_power_offset)
{
    long u = get_global_id(0), v = get_global_id(1), plane = get_global_id(2); /* u, v within the patch */
    if (u >= patch || v >= patch || plane >= modes * slots) return;
    long slot = plane / modes, p = plane % modes;
    long pixel = (v + pad) * size + u + pad, pixels = size * size;
    float2 sum = gradient[gradient_offset + plane * pixels + pixel];
    bool powers = p == 0 && patch_power_offset >= 0;
    float power = powers ? patch_power[patch_power_offset + slot * pixels + pixel] : 0.0f;
    for (long k = (slot - first % slots + slots) % slots; k < count; k += slots) {
        sample_position position = selected_position(SELECTION, k);
        global const float2 *image = object + object_offset + (per_image ? k / per_image : 0) * height * width;
        float2 value = bilinear_or_zero(image, height, width, position.y + v, position.x + u, position.fy, position.fx);
        sum += complex_conj_times(value, waves[waves_offset + (k * modes + p) * pixels + pixel]);
        power += complex_power(value);
    }
    gradient[gradient_offset + plane * pixels + pixel] = sum;
    if (powers) patch_power[patch_power_offset + slot * pixels + pixel] = power;
}
