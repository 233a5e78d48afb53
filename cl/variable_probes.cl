/* SPDX-License-Identifier: Apache-2.0 */
/* Orthogonal probe relaxation. With coefficients a_kj = coefficients[selected(k), j] and variable modes V
 * [variable_count, pixels]:
 * variable_probes:  out[k, p, i] = probe[p, i] + (p = 0: Σ_j a_kj·V_j[i]).
 * variable_changes: changes[k, i] = conj(O_k[i])·waves[k, 0, i] / ((1 − alpha)·|O_k[i]|² + alpha·largest), 0 where the
 * denominator is 0, with bilinear patches O_k at position_k + shift.
 * variable_fits:     fits[selected(k), j] = Σ_i conj(V_j[i])·changes[k, i], by one work-group of any size for each (j,
 * k), whose items' sums are added in order. variable_sums:    sums[j, i] += Σ_k conj(a_kj + step·fits[selected(k),
 * j])·changes[k, i], for j = variable_count Σ_k changes[k, i], accumulated in ascending k. Preconditions: none. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/complex.clh"
#include "common/position.clh"

kernel void variable_probes(global const float2 *probe, long probe_offset, global const float2 *variable,
                            long variable_offset, global const float2 *coefficients, long coefficients_offset,
                            global const int *order, long order_offset, long first, long count, long modes,
                            long variable_count, long pixels, global float2 *out, long out_offset)
{
    long i = get_global_id(0), k = get_global_id(1);
    if (i >= pixels || k >= count) return;
    global const float2 *a =
        coefficients + coefficients_offset + selected(order, order_offset, first, k) * variable_count;
    for (long p = 0; p < modes; p++) {
        float2 value = probe[probe_offset + p * pixels + i];
        for (long j = 0; j < variable_count && p == 0; j++)
            value += complex_times(a[j], variable[variable_offset + j * pixels + i]);
        out[out_offset + (k * modes + p) * pixels + i] = value;
    }
}

kernel void variable_changes(global const float2 *object, long object_offset, long height, long width, SELECTION_ARGS,
                             long count, global const float2 *waves, long waves_offset, long modes, long size,
                             global const float *largest, long largest_offset, float alpha, global float2 *changes,
                             long changes_offset)
{
    long u = get_global_id(0), v = get_global_id(1), k = get_global_id(2);
    if (u >= size || v >= size || k >= count) return;
    sample_position position = selected_position(SELECTION, k);
    float2 o = bilinear_or_zero(object + object_offset, height, width, position.y + v, position.x + u, position.fy,
                                position.fx);
    long i = v * size + u, pixels = size * size;
    float by = (1.0f - alpha) * complex_power(o) + alpha * largest[largest_offset];
    float2 change = complex_conj_times(o, waves[waves_offset + k * modes * pixels + i]);
    changes[changes_offset + k * pixels + i] = by > 0.0f ? change / by : (float2)(0.0f);
}

kernel void variable_fits(global const float2 *variable, long variable_offset, global const float2 *changes,
                          long changes_offset, global const int *order, long order_offset, long first, long count,
                          long variable_count, long pixels, global float2 *fits, long fits_offset,
                          local float2 *partial)
{
    long j = get_group_id(0), k = get_group_id(1);
    int me = (int)get_local_id(0), items = (int)get_local_size(0);
    if (j >= variable_count || k >= count) return;
    global const float2 *mode = variable + variable_offset + j * pixels,
                        *change = changes + changes_offset + k * pixels;
    float2 sum = (float2)(0.0f);
    for (long i = me; i < pixels; i += items) sum += complex_conj_times(mode[i], change[i]);
    partial[me] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me) return;
    for (int i = 1; i < items; i++) sum += partial[i];
    fits[fits_offset + selected(order, order_offset, first, k) * variable_count + j] = sum;
}

kernel void variable_sums(global const float2 *coefficients, long coefficients_offset, global const float2 *fits,
                          long fits_offset, float step, global const float2 *changes, long changes_offset,
                          global const int *order, long order_offset, long first, long count, long variable_count,
                          long pixels, global float2 *sums, long sums_offset)
{
    long i = get_global_id(0), j = get_global_id(1);
    if (i >= pixels || j > variable_count) return;
    float2 sum = sums[sums_offset + j * pixels + i];
    for (long k = 0; k < count; k++) {
        long at = selected(order, order_offset, first, k) * variable_count + j;
        float2 change = changes[changes_offset + k * pixels + i];
        sum += j == variable_count
                   ? change
                   : complex_conj_times(coefficients[coefficients_offset + at] + step * fits[fits_offset + at], change);
    }
    sums[sums_offset + j * pixels + i] = sum;
}
