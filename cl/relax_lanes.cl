/* SPDX-License-Identifier: Apache-2.0 */
/* relax_lanes: relax.cl for CPUs: a work-item takes `chunk` pixels, 8 at a time. Preconditions: chunk divisible by 8.
 */
#include "common/lanes.clh"

kernel void relax_lanes(global float2 *field, long field_offset, global const float2 *step, long step_offset,
                        global const float *power, long power_offset, global const float *largest, long largest_offset,
                        long repeats, long count, float alpha, float factor, int fresh, long chunk)
{
    long i = chunk * get_global_id(0), r = get_global_id(1), end = min(i + chunk, count);
    if (i >= count || r >= repeats) return;
    float floor_of_divisor = alpha * largest[largest_offset];
    global float2 *to = field + field_offset + r * count;
    global const float2 *from = step + step_offset + r * count;
    power += power_offset;
    for (; i + 8 <= end; i += 8) {
        float8 divisor = (1.0f - alpha) * vload8(0, power + i) + floor_of_divisor;
        float8 gain = select((float8)(0.0f), factor / divisor, divisor > 0.0f);
        global float *at = (global float *)(to + i);
        float16 value = fresh ? (float16)(0.0f) : vload16(0, at);
        vstore16(value + lanes_spread(gain) * vload16(0, (global const float *)(from + i)), 0, at);
    }
    for (; i < end; i++) {
        float divisor = (1.0f - alpha) * power[i] + floor_of_divisor;
        float2 value = fresh ? (float2)(0.0f) : to[i];
        if (divisor > 0.0f) value += factor / divisor * from[i];
        to[i] = value;
    }
}
