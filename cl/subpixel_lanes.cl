/* SPDX-License-Identifier: Apache-2.0 */
/* shift_waves_lanes, shift_sums_lanes, patch_products_lanes: subpixel.cl for CPUs; a work-item takes a row, eight
 * pixels at a time, and keeps its sums in the first-level cache. Preconditions: size divisible by 8, work-group of 1.
 */
#include "common/lanes_bilinear.clh"
#include "common/position.clh"
#include "common/wide.clh"

/* Eight values of a row's ramp. */
inline float16 ramp_of(global const float2 *across, float2 down)
{
    float4 twice = down.xyxy;
    float8 often = (float8)(twice, twice);
    return lanes_times(vload16(0, (global const float *)across), (float16)(often, often));
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
shift_waves_lanes(global const float2 *spectra, long spectra_offset, long stride, global const float2 *ramps,
                  long ramps_offset, long count, long modes, long size, int conjugate, float factor, global float2 *out,
                  long out_offset)
{
    long y = get_global_id(0), plane = get_global_id(1), k = plane / modes, p = plane % modes, pixels = size * size;
    if (y >= size || plane >= count * modes) return;
    global const float2 *ramp = ramps + ramps_offset + 2 * k * size;
    global const float2 *from = spectra + spectra_offset + k * stride + p * pixels + y * size;
    global float2 *to = out + out_offset + plane * pixels + y * size;
    float2 down = factor * ramp[size + y];
    for (long x = 0; x < size; x += 8) {
        float16 by = ramp_of(ramp + x, down), value = vload16(0, (global const float *)(from + x));
        vstore16(conjugate ? lanes_conj_times(by, value) : lanes_times(by, value), 0, (global float *)(to + x));
    }
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
shift_sums_lanes(global const float2 *spectra, long spectra_offset, global const float2 *ramps, long ramps_offset,
                 long first, long count, long modes, long size, long slots, float factor, global float2 *sums,
                 long sums_offset)
{
    long y = get_global_id(0), plane = get_global_id(1), slot = plane / modes, p = plane % modes, pixels = size * size;
    global float *sum = (global float *)(sums + sums_offset + plane * pixels + y * size);
    for (long k = (slot - first % slots + slots) % slots; k < count; k += slots) {
        global const float2 *ramp = ramps + ramps_offset + 2 * k * size;
        global const float *from =
            (global const float *)(spectra + spectra_offset + (k * modes + p) * pixels + y * size);
        float2 down = factor * ramp[size + y];
        long next = k + slots < count ? 2 * slots * modes * pixels : 0;
        for (long x = 0; x < size; x += 8) {
            WIDE_FETCH(from + next + 2 * x, 0);
            vstore16(vload16(0, sum + 2 * x) + lanes_conj_times(ramp_of(ramp + x, down), vload16(0, from + 2 * x)), 0,
                     sum + 2 * x);
        }
    }
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
patch_products_lanes(global const float2 *object, long object_offset, long height, long width, SELECTION_ARGS,
                     long count, global const float2 *waves, long waves_offset, long modes, long size, long slots,
                     global float2 *out, long out_offset, global float *patch_power, long patch_power_offset)
{
    long v = get_global_id(0), slot = get_global_id(1), pixels = size * size;
    global float *power = patch_power + patch_power_offset + slot * pixels + v * size;
    for (long k = (slot - first % slots + slots) % slots; k < count; k += slots) {
        sample_position position = selected_position(SELECTION, k);
        for (long u = 0; u < size; u += 8) {
            float16 o = lanes_bilinear(object + object_offset, height, width, position.y + v, position.x + u,
                                       position.fy, position.fx);
            if (patch_power_offset >= 0) vstore8(vload8(0, power + u) + lanes_power(o), 0, power + u);
            for (long p = 0; p < modes; p++) {
                long here = (k * modes + p) * pixels + v * size + u;
                float16 wave = vload16(0, (global const float *)(waves + waves_offset + here));
                if (k + slots < count) WIDE_FETCH(waves + waves_offset + here + slots * modes * pixels, 0);
                vstore16(lanes_conj_times(o, wave), 0, (global float *)(out + out_offset + here));
            }
        }
    }
}
