/* SPDX-License-Identifier: Apache-2.0 */
/* illuminate: waves[k, p, v, u] = patch_k(v − pad, u − pad)·probe[p, v, u], 0 outside the patch and the probe mask.
 *
 * object [.., height, width], entry k / per_image for patch k (0: the first for all); patch×patch pixels sampled
 * bilinearly at position_k + shift; probe [modes, size, size], probe_stride elements from pattern to pattern (0: one
 * probe for all); waves [count, modes, size, size]. Preconditions: none. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/complex.clh"
#include "common/position.clh"
#include "common/probe_mask.clh"

kernel void illuminate_general(global const float2 *object, long object_offset, long height, long width, long per_image,
                               SELECTION_ARGS, global const float2 *probe, long probe_offset, long probe_stride,
                               long modes, long size, long patch, long pad, int probe_mask, global float2 *waves,
                               long waves_offset, long count)
{
    long u = get_global_id(0), v = get_global_id(1), k = get_global_id(2);
    if (u >= size || v >= size || k >= count) return;
    float2 value = (float2)(0.0f);
    bool inside = u >= pad && u < pad + patch && v >= pad && v < pad + patch;
    if (inside && (!probe_mask || within_probe_mask(v, u, size))) {
        sample_position position = selected_position(SELECTION, k);
        value = bilinear_or_zero(object + object_offset + (per_image ? k / per_image : 0) * height * width, height,
                                 width, position.y + v - pad, position.x + u - pad, position.fy, position.fx);
    }
    long pixel = v * size + u, pixels = size * size;
    for (long p = 0; p < modes; p++)
        waves[waves_offset + (k * modes + p) * pixels + pixel] =
            complex_times(value, probe[probe_offset + k * probe_stride + p * pixels + pixel]);
}
