/* SPDX-License-Identifier: Apache-2.0 */
/* Probes moved by fractions of a pixel. Position k is n + f with n rounded half to even; r_f(q) = exp(−2πi·q·f/N) at
 * the signed frequency q, cos(π·f) at −N/2 of an even N; R_k[y, x] = r_fy(y)·r_fx(x). round_positions: whole[k] = n.
 * subpixel_ramps:  ramps[k, 0, x] = r_fx(x), ramps[k, 1, y] = r_fy(y), with f at selected(k); along axis 1 (x) or 2 (y)
 * their derivatives with respect to f: −2πi·q/N·r_f(q), −π·sin(π·f) at −N/2.
 * shift_waves:     out[k, p, i] = factor·R_k[i]·spectra[k·stride + p·size² + i], or with conj(R_k).
 * shift_sums:      sums[s, p, i] += Σ_k factor·conj(R_k[i])·spectra[k, p, i] over the k with (first + k) % slots = s,
 * in ascending order. patch_products:  out[k, p, i] = conj(O_k[i])·waves[k, p, i] and patch_power[s, i] += Σ_k
 * |O_k[i]|² likewise, with bilinear patches O_k of the object at position_k + shift. spectra, waves, out [.., modes,
 * size, size]; ramps [count, 2, size]; patch_power [slots, size, size]. Preconditions: none. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/complex.clh"
#include "common/fraction.clh"
#include "common/position.clh"

kernel void round_positions_general(global const clpt_position *positions, long positions_offset,
                                    global clpt_position *whole, long whole_offset, long count)
{
    long k = get_global_id(0);
    if (k >= count) return;
    clpt_position p = positions[positions_offset + k];
    whole[whole_offset + k] =
        (clpt_position){p.x + next_is_nearest(p.x, p.fx), p.y + next_is_nearest(p.y, p.fy), 0.0f, 0.0f};
}

kernel void subpixel_ramps(global const clpt_position *positions, long positions_offset, global const int *order,
                           long order_offset, long first, long count, long size, int derived, global float2 *ramps,
                           long ramps_offset)
{
    long q = get_global_id(0), axis = get_global_id(1), k = get_global_id(2);
    if (q >= size || k >= count) return;
    float2 f = nearest_fractions(positions[positions_offset + selected(order, order_offset, first, k)]);
    float fraction = axis ? f.y : f.x;
    float2 value = fraction_ramp((int)q, (int)size, fraction);
    if (derived == axis + 1) {
        float signed_q = (float)(2 * q < size ? q : q - size);
        value = 2.0f * M_PI_F * signed_q / (float)size * (float2)(value.y, -value.x);
        if (2 * q == size) value = (float2)(-M_PI_F * sinpi(fraction), 0.0f);
    }
    ramps[ramps_offset + (2 * k + axis) * size + q] = value;
}

kernel void shift_waves_general(global const float2 *spectra, long spectra_offset, long stride,
                                global const float2 *ramps, long ramps_offset, long count, long modes, long size,
                                int conjugate, float factor, global float2 *out, long out_offset)
{
    long x = get_global_id(0), y = get_global_id(1), plane = get_global_id(2);
    if (x >= size || y >= size || plane >= count * modes) return;
    long k = plane / modes, p = plane % modes, i = y * size + x, pixels = size * size;
    global const float2 *ramp = ramps + ramps_offset + 2 * k * size;
    float2 by = factor * complex_times(ramp[x], ramp[size + y]);
    if (conjugate) by.y = -by.y;
    out[out_offset + plane * pixels + i] = complex_times(by, spectra[spectra_offset + k * stride + p * pixels + i]);
}

kernel void shift_sums_general(global const float2 *spectra, long spectra_offset, global const float2 *ramps,
                               long ramps_offset, long first, long count, long modes, long size, long slots,
                               float factor, global float2 *sums, long sums_offset)
{
    long x = get_global_id(0), y = get_global_id(1), plane = get_global_id(2);
    if (x >= size || y >= size || plane >= modes * slots) return;
    long slot = plane / modes, p = plane % modes, pixels = size * size,
         at = sums_offset + plane * pixels + y * size + x;
    float2 sum = sums[at];
    for (long k = (slot - first % slots + slots) % slots; k < count; k += slots) {
        global const float2 *ramp = ramps + ramps_offset + 2 * k * size;
        float2 by = factor * complex_times(ramp[x], ramp[size + y]);
        sum += complex_conj_times(by, spectra[spectra_offset + (k * modes + p) * pixels + y * size + x]);
    }
    sums[at] = sum;
}

kernel void patch_products_general(global const float2 *object, long object_offset, long height, long width,
                                   SELECTION_ARGS, long count, global const float2 *waves, long waves_offset,
                                   long modes, long size, long slots, global float2 *out, long out_offset,
                                   global float *patch_power, long patch_power_offset)
{
    long u = get_global_id(0), v = get_global_id(1), slot = get_global_id(2);
    if (u >= size || v >= size || slot >= slots) return;
    long i = v * size + u, pixels = size * size;
    float power = patch_power_offset >= 0 ? patch_power[patch_power_offset + slot * pixels + i] : 0.0f;
    for (long k = (slot - first % slots + slots) % slots; k < count; k += slots) {
        sample_position position = selected_position(SELECTION, k);
        float2 o = bilinear_or_zero(object + object_offset, height, width, position.y + v, position.x + u, position.fy,
                                    position.fx);
        power += complex_power(o);
        for (long p = 0; p < modes; p++) {
            long here = (k * modes + p) * pixels + i;
            out[out_offset + here] = complex_conj_times(o, waves[waves_offset + here]);
        }
    }
    if (patch_power_offset >= 0) patch_power[patch_power_offset + slot * pixels + i] = power;
}
