/* SPDX-License-Identifier: Apache-2.0 */
/* Probes blended within a bank of copies moved by multiples of 1/K of a pixel. At the fraction f of position k, with g
 * = (f + ½)·K, c = min(⌊g⌋, K − 1) and a = g − c along each axis, w_k has the weights 1 − a and a of copies c and c + 1
 * along each axis; copy (i, j) is copies[j·(K + 1) + i].
 * bank_probes: out[k, p, i] = Σ_c w_kc·copies[c, p, i], or with the derivatives of w_k along x (axis 1) or y (2).
 * bank_sums:   sums[s, c, p, i] += Σ_k w_kc·conj(O_k[i])·waves[k, p, i] and patch_power[s, i] += Σ_k |O_k[i]|² over the
 * k with (first + k) % slots = s, in ascending order, with bilinear patches O_k at position_k + shift. copies [(K +
 * 1)², modes, size, size]; waves, out [count, modes, size, size]; patch_power [slots, size, size]. Preconditions: none.
 */
#define CLPT_COMPLEX
#include "common/bank_cell.clh"
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/complex.clh"
#include "common/position.clh"

kernel void bank_probes_general(global const float2 *copies, long copies_offset, int bank,
                                global const clpt_position *positions, long positions_offset, global const int *order,
                                long order_offset, long first, long count, long elements, int axis, global float2 *out,
                                long out_offset)
{
    long i = get_global_id(0), k = get_global_id(1);
    if (i >= elements || k >= count) return;
    bank_cell c = bank_cell_of(positions[positions_offset + selected(order, order_offset, first, k)], bank);
    float4 w = axis ? bank_slopes(c.weights, bank, axis) : c.weights;
    global const float2 *at = copies + copies_offset + c.copy * elements + i, *below = at + (bank + 1) * elements;
    out[out_offset + k * elements + i] = w.x * at[0] + w.y * at[elements] + w.z * below[0] + w.w * below[elements];
}

kernel void bank_sums_general(global const float2 *object, long object_offset, long height, long width, SELECTION_ARGS,
                              global const clpt_position *fractions, long fractions_offset, int bank, long count,
                              global const float2 *waves, long waves_offset, long modes, long size, long slots,
                              global float2 *sums, long sums_offset, global float *patch_power, long patch_power_offset)
{
    long u = get_global_id(0), v = get_global_id(1), plane = get_global_id(2);
    if (u >= size || v >= size || plane >= modes * slots) return;
    long slot = plane / modes, p = plane % modes, i = v * size + u, pixels = size * size, elements = modes * pixels;
    global float2 *cells = sums + sums_offset + slot * (bank + 1) * (bank + 1) * elements + p * pixels + i;
    bool powers = p == 0 && patch_power_offset >= 0;
    float power = powers ? patch_power[patch_power_offset + slot * pixels + i] : 0.0f;
    for (long k = (slot - first % slots + slots) % slots; k < count; k += slots) {
        sample_position position = selected_position(SELECTION, k);
        bank_cell c = bank_cell_of(fractions[fractions_offset + selected(order, order_offset, first, k)], bank);
        float2 o = bilinear_or_zero(object + object_offset, height, width, position.y + v, position.x + u, position.fy,
                                    position.fx);
        float2 product = complex_conj_times(o, waves[waves_offset + (k * modes + p) * pixels + i]);
        global float2 *at = cells + c.copy * elements, *below = at + (bank + 1) * elements;
        at[0] += c.weights.x * product;
        at[elements] += c.weights.y * product;
        below[0] += c.weights.z * product;
        below[elements] += c.weights.w * product;
        power += complex_power(o);
    }
    if (powers) patch_power[patch_power_offset + slot * pixels + i] = power;
}
