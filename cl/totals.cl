/* SPDX-License-Identifier: Apache-2.0 */
/* totals: out[g] = Σ values[g, y, x]. One work-group per group of values, of any two-dimensional shape: its work-items
 * stride over columns and rows, rows are summed first, and the items' sums are added as a tree, so the bits depend
 * only on that shape. values [groups, height, width], out [groups]. Preconditions: none. */
kernel void totals_general(global const float *values, long values_offset, long groups, long height, long width,
                           global float *out, long out_offset, local float *partial)
{
    long g = get_group_id(0), left = get_local_id(0), top = get_local_id(1);
    long columns = get_local_size(0), rows = get_local_size(1);
    int me = (int)(top * columns + left), items = (int)(columns * rows);
    if (g >= groups || get_group_id(1) > 0) return; /* a device with small work-groups launches more of them */
    global const float *field = values + values_offset + g * height * width;
    float sum = 0.0f;
    for (long y = top; y < height; y += rows) {
        float row = 0.0f;
        for (long x = left; x < width; x += columns) row += field[y * width + x];
        sum += row;
    }
    partial[me] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int left = items; left > 1;) { /* fold the upper half (or one less) onto the lower */
        int upper = (left + 1) / 2;
        if (me + upper < left) partial[me] += partial[me + upper];
        left = upper;
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (!me) out[out_offset + g] = partial[0];
}
