/* SPDX-License-Identifier: Apache-2.0 */
/* fft_general: one stage of a Stockham transform along rows or columns, for any radix and hence any side.
 *
 * With n the remaining length (n = side/s), radix r, m = n/r and stride s, for each line:
 *   out[q + s(r·p + j)] = Σ_k in[q + s(p + m·k)]·e^{∓2πi (p·j/n + j·k/r)},  q < s, p < m, j, k < r.
 * in, out [count, side, side], not aliased; twiddles [side] = e^{−2πi k/side}; `down` transforms columns. The sum is
 * compensated, so large prime radices stay accurate. Preconditions: none. */
#pragma OPENCL FP_CONTRACT OFF
#include "common/complex.clh"

kernel void fft_general_stage(global const float2 *in, long in_offset, global float2 *out, long out_offset,
                              global const float2 *twiddles, long twiddles_offset, long count, long side, long radix,
                              long stride, int down, int inverse)
{
    long x = get_global_id(0), y = get_global_id(1), k = get_global_id(2);
    if (x >= side || y >= side || k >= count) return;
    long left = side / stride, blocks = left / radix, position = down ? y : x, pitch = down ? side : 1;
    long q = position % stride, j = position / stride % radix, p = position / (stride * radix);
    global const float2 *line = in + in_offset + k * side * side + (down ? x : y * side) + pitch * (q + stride * p);
    /* Exponents in units of 2π/side: p·j/n → p·j·s, and j·k/r → j·k·side/r. Each term adds `turn`, below side. */
    long exponent = p * j % left * stride, turn = j * (side / radix);
    float2 sum = (float2)(0.0f), lost = (float2)(0.0f);
    for (long term = 0; term < radix; term++) {
        float2 root = twiddles[twiddles_offset + exponent];
        if (inverse) root.y = -root.y;
        float2 value = complex_times(root, line[pitch * stride * blocks * term]) - lost;
        float2 next = sum + value;
        lost = (next - sum) - value;
        sum = next;
        exponent += turn;
        if (exponent >= side) exponent -= side;
    }
    out[out_offset + (k * side + y) * side + x] = sum;
}
