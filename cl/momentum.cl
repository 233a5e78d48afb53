/* SPDX-License-Identifier: Apache-2.0 */
/* momentum: velocity[i] = friction·velocity[i] + (field[i] − previous[i]); field[i] = previous[i] + velocity[i]:
 * heavy-ball momentum over iterations (Maiden, Johnson & Li, Optica 4, 736, 2017, mPIE). field, previous, velocity
 * [count] complex. Preconditions: none. */
kernel void momentum_general(global float2 *field, long field_offset, global const float2 *previous,
                             long previous_offset, global float2 *velocity, long velocity_offset, float friction,
                             long count)
{
    long i = get_global_id(0);
    if (i >= count) return;
    float2 from = previous[previous_offset + i];
    float2 moved = friction * velocity[velocity_offset + i] + (field[field_offset + i] - from);
    velocity[velocity_offset + i] = moved;
    field[field_offset + i] = from + moved;
}
