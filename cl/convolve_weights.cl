/* SPDX-License-Identifier: Apache-2.0 */
/* convolve_weights: gradient[s, t·inputs + c, n] += Σ in[b, y + t/3 − 1, x + t%3 − 1, c]·cotangent[b, y, x, n], and
 * gradient[s, 9·inputs, n] += Σ cotangent[b, y, x, n], over all b and x and rows y of slot s = ⌊y·slots/height⌋, in
 * ascending (b, y, x). One work-item per element. Preconditions: none. */
#include "common/convolve_rows.clh"

kernel void convolve_weights_general(global const float *in, long in_offset, int count, int height, int width,
                                     int inputs, int in_pitch, int outputs, global const float *cotangent,
                                     long cotangent_offset, int slots, global float *gradient, long gradient_offset)
{
    long n = get_global_id(0), k = get_global_id(1), s = get_global_id(2), rows = 9L * inputs + 1;
    if (n >= outputs || k >= rows || s >= slots) return;
    bool is_bias = k == 9 * inputs;
    int t = is_bias ? 4 : k / inputs, c = k % inputs, dy = t / 3 - 1, dx = t % 3 - 1;
    long at = gradient_offset + (s * rows + k) * outputs + n;
    float sum = gradient[at];
    for (int b = 0; b < count; b++)
        for (int y = slot_start(s, slots, height); y < slot_start(s + 1, slots, height); y++) {
            if (y + dy < 0 || y + dy >= height) continue;
            long line = ((long)b * height + y) * width;
            for (int x = max(0, -dx); x < min(width, width - dx); x++) {
                float given = cotangent[cotangent_offset + (line + x) * outputs + n];
                sum += is_bias ? given : in[in_offset + (line + (long)dy * width + x + dx) * in_pitch + c] * given;
            }
        }
    gradient[at] = sum;
}
