/* SPDX-License-Identifier: Apache-2.0 */
/* slot_sums: sums[s, p, i] += Σ_k fields[k, p, i] and patch_power[s, i] += Σ_k |O_k[i]|² over the k with (first + k) %
 * slots = s, in ascending order, with patches O_k of the object at the whole pixel position_k + shift, 0 outside it.
 * fields [count, modes, size, size]; sums [slots, modes, size, size]; patch_power [slots, size, size] or absent.
 * With fresh = 1, both sums are taken as 0. Preconditions: none. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/complex.clh"
#include "common/position.clh"

kernel void slot_sums_general(global const float2 *object, long object_offset, long height, long width, SELECTION_ARGS,
                              long count, global const float2 *fields, long fields_offset, long modes, long size,
                              long slots, global float2 *sums, long sums_offset, global float *patch_power,
                              long patch_power_offset, int fresh)
{
    long u = get_global_id(0), v = get_global_id(1), plane = get_global_id(2);
    if (u >= size || v >= size || plane >= modes * slots) return;
    long slot = plane / modes, p = plane % modes, i = v * size + u, pixels = size * size;
    bool powers = p == 0 && patch_power_offset >= 0;
    float power = powers && !fresh ? patch_power[patch_power_offset + slot * pixels + i] : 0.0f;
    float2 sum = fresh ? (float2)(0.0f) : sums[sums_offset + plane * pixels + i];
    for (long k = (slot - first % slots + slots) % slots; k < count; k += slots) {
        sum += fields[fields_offset + (k * modes + p) * pixels + i];
        if (!powers) continue;
        sample_position position = selected_position(SELECTION, k);
        power += complex_power(pixel_or_zero(object + object_offset, height, width, position.y + v, position.x + u));
    }
    sums[sums_offset + plane * pixels + i] = sum;
    if (powers) patch_power[patch_power_offset + slot * pixels + i] = power;
}
