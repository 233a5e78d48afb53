/* SPDX-License-Identifier: Apache-2.0 */
/* convolve: out[b, y, x, n] = f(bias[n] + Σ_{t, c} in[b, y + t/3 − 1, x + t%3 − 1, c]·W[t, c, n]), 0 outside the image,
 * f = relu or identity; W[t, c, n] = weights[t, c, n], or weights[8 − t, n, c] with `back`. One work-item per element.
 * in [count, height, width, in_pitch], out and gate [count, height, width, out_pitch]. Preconditions: none. */
kernel void convolve_general(global const float *in, long in_offset, long count, int height, int width, int inputs,
                             int in_pitch, int outputs, int out_pitch, global const float *weights, long weights_offset,
                             int back, global const float *bias, long bias_offset, int relu, int add,
                             global const float *gate, long gate_offset, global float *out, long out_offset)
{
    long n = get_global_id(0), i = get_global_id(1);
    if (n >= outputs || i >= count * height * width) return;
    int x = i % width, y = i / width % height;
    long at = out_offset + i * out_pitch + n;
    float sum = (add ? out[at] : 0.0f) + (bias_offset < 0 ? 0.0f : bias[bias_offset + n]);
    for (int t = 0; t < 9; t++) {
        int v = y + t / 3 - 1, u = x + t % 3 - 1;
        if (v < 0 || u < 0 || v >= height || u >= width) continue;
        global const float *pixel = in + in_offset + (i + (v - y) * width + u - x) * in_pitch;
        global const float *w =
            weights + weights_offset + (back ? ((long)(8 - t) * outputs + n) * inputs : (long)t * inputs * outputs + n);
        int step = back ? 1 : outputs;
        for (int c = 0; c < inputs; c++) sum += pixel[c] * w[(long)c * step];
    }
    if (relu) sum = fmax(sum, 0.0f);
    if (gate_offset >= 0 && !(gate[gate_offset + i * out_pitch + n] > 0.0f)) sum = 0.0f;
    out[at] = sum;
}
