/* SPDX-License-Identifier: Apache-2.0 */
/* frame: whole[b, y, x, c] = centre[b, y − q, x − q, c] in the central block (q = size/4, side size/2), elsewhere
 * border[b, y, x, c] or 0. frame_back reverses it. One work-item per element of whole. Preconditions: none. */

/* Index in centre of element i of whole; −1 in the border. */
inline long central(long i, int size, int channels)
{
    long c = i % channels, b = i / channels / size / size;
    int x = i / channels % size - size / 4, y = i / channels / size % size - size / 4, side = size / 2;
    if (x < 0 || y < 0 || x >= side || y >= side) return -1;
    return ((b * side + y) * side + x) * channels + c;
}

kernel void frame_general(global const float *centre, long centre_offset, global const float *border,
                          long border_offset, long count, int size, int channels, global float *whole,
                          long whole_offset)
{
    long i = get_global_id(0);
    if (i >= count * size * size * channels) return;
    long at = central(i, size, channels);
    float value = at >= 0 ? centre[centre_offset + at] : border_offset >= 0 ? border[border_offset + i] : 0.0f;
    whole[whole_offset + i] = value;
}

kernel void frame_back_general(global const float *whole, long whole_offset, long count, int size, int channels,
                               global float *centre, long centre_offset, global float *border, long border_offset)
{
    long i = get_global_id(0);
    if (i >= count * size * size * channels) return;
    long at = central(i, size, channels);
    float value = whole[whole_offset + i];
    if (at >= 0) centre[centre_offset + at] = value;
    if (border_offset >= 0) border[border_offset + i] = at >= 0 ? 0.0f : value;
}
