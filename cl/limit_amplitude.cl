/* SPDX-License-Identifier: Apache-2.0 */
/* limit_amplitude: field[i] *= clamp(|field[i]|, lowest, highest) / |field[i]|, and lowest where field[i] = 0. field
 * [count] complex. Preconditions: 0 ≤ lowest ≤ highest. */
kernel void limit_amplitude_general(global float2 *field, long field_offset, long count, float lowest, float highest)
{
    long i = get_global_id(0);
    if (i >= count) return;
    float2 value = field[field_offset + i];
    float size = hypot(value.x, value.y), limited = clamp(size, lowest, highest);
    if (size == limited) return;
    field[field_offset + i] = size > 0.0f ? value * (limited / size) : (float2)(lowest, 0.0f);
}
