/* SPDX-License-Identifier: Apache-2.0 */
/* smooth_object: one pass of a separable convolution, out = keep·out + Σ_k weights[|k|]·in(x + k) (along x, or along y
 * if by_rows is set), |k| ≤ radius, border pixels repeated outside; with keep = 0 out is not read. in, out [height,
 * width] complex, weights [radius + 1]. Preconditions: in and out do not alias. */
kernel void smooth_object_pass(global const float2 *in, long in_offset, long height, long width, int by_rows,
                               global const float *weights, long weights_offset, int radius, float keep,
                               global float2 *out, long out_offset)
{
    long x = get_global_id(0), y = get_global_id(1);
    if (x >= width || y >= height) return;
    long here = by_rows ? y : x, last = (by_rows ? height : width) - 1, stride = by_rows ? width : 1;
    global const float2 *line = in + in_offset + (by_rows ? x : y * width);
    float2 sum = weights[weights_offset] * line[here * stride];
    for (int k = 1; k <= radius; k++)
        sum +=
            weights[weights_offset + k] * (line[max(here - k, (long)0) * stride] + line[min(here + k, last) * stride]);
    global float2 *to = out + out_offset + y * width + x;
    *to = keep != 0.0f ? keep * *to + sum : sum;
}
