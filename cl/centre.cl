/* SPDX-License-Identifier: Apache-2.0 */
/* centre_find: shift = rint(Σ power·(x, y) / Σ power) − ⌊size/2⌋, 0 where Σ power is 0, with coordinates relative to
 * the centre. One work-group of any two-dimensional shape; the items' sums are added in order.
 * centre_move: out[r, y, x] = in[r, y + shift_y, x + shift_x], modulo height and width, or clamped to the border
 * pixels.
 * power [size, size]; shift [2] (x, y) integers; in, out [repeats, height, width] complex. Preconditions: in and out do
 * not alias. */
kernel void centre_find(global const float *power, long power_offset, long size, global int *shift, long shift_offset,
                        local float4 *partial)
{
    if (get_group_id(0) > 0 || get_group_id(1) > 0) return; /* a device with small work-groups launches more of them */
    long left = get_local_id(0), top = get_local_id(1), columns = get_local_size(0), rows = get_local_size(1);
    int me = (int)(top * columns + left), items = (int)(columns * rows);
    float4 sum = (float4)(0.0f);
    for (long y = top; y < size; y += rows) {
        float2 row = (float2)(0.0f);
        for (long x = left; x < size; x += columns) {
            float value = power[power_offset + y * size + x];
            row += (float2)(value, value * (float)(x - size / 2));
        }
        sum += (float4)(row, row.x * (float)(y - size / 2), 0.0f);
    }
    partial[me] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (me) return;
    for (int i = 1; i < items; i++) sum += partial[i];
    shift[shift_offset] = sum.x > 0.0f ? (int)rint(sum.y / sum.x) : 0;
    shift[shift_offset + 1] = sum.x > 0.0f ? (int)rint(sum.z / sum.x) : 0;
}

kernel void centre_move(global const float2 *in, long in_offset, long repeats, long height, long width, int clamped,
                        global const int *shift, long shift_offset, global float2 *out, long out_offset)
{
    long x = get_global_id(0), y = get_global_id(1), r = get_global_id(2);
    if (x >= width || y >= height || r >= repeats) return;
    long from_x = x + shift[shift_offset], from_y = y + shift[shift_offset + 1];
    if (clamped) {
        from_x = clamp(from_x, (long)0, width - 1);
        from_y = clamp(from_y, (long)0, height - 1);
    } else { /* by less than a whole size either way */
        from_x = from_x < 0 ? from_x + width : from_x >= width ? from_x - width : from_x;
        from_y = from_y < 0 ? from_y + height : from_y >= height ? from_y - height : from_y;
    }
    out[out_offset + (r * height + y) * width + x] = in[in_offset + (r * height + from_y) * width + from_x];
}
