/* SPDX-License-Identifier: Apache-2.0 */
/* tv_step: total-variation denoising in the dual. tv_step_primal: u = field + weight·div p; tv_step_dual: p ← (p +
 * tau·∇u) / max(1, |p + tau·∇u|). (∇u)_x = u[y, x + 1] − u[y, x], 0 in the last column, and likewise in y; div = −∇*.
 * field, u [height, width], dual [2, height, width] (x, then y), all complex; |·| over both components and over real
 * and imaginary parts. Preconditions: dual is 0 wherever ∇u is 0 by definition. */
#include "common/complex.clh"

kernel void tv_step_primal(global const float2 *field, long field_offset, global const float2 *dual, long dual_offset,
                           long height, long width, float weight, global float2 *u, long u_offset)
{
    long x = get_global_id(0), y = get_global_id(1), at = y * width + x;
    if (x >= width || y >= height) return;
    global const float2 *by_x = dual + dual_offset, *by_y = by_x + height * width;
    float2 divergence = by_x[at] + by_y[at];
    if (x > 0) divergence -= by_x[at - 1];
    if (y > 0) divergence -= by_y[at - width];
    u[u_offset + at] = field[field_offset + at] + weight * divergence;
}

kernel void tv_step_dual(global const float2 *u, long u_offset, long height, long width, float tau, global float2 *dual,
                         long dual_offset)
{
    long x = get_global_id(0), y = get_global_id(1), at = y * width + x;
    if (x >= width || y >= height) return;
    global const float2 *here = u + u_offset + at;
    global float2 *by_x = dual + dual_offset + at, *by_y = by_x + height * width;
    float2 px = by_x[0], py = by_y[0];
    if (x + 1 < width) px += tau * (here[1] - here[0]);
    if (y + 1 < height) py += tau * (here[width] - here[0]);
    float size = max(1.0f, sqrt(complex_power(px) + complex_power(py)));
    by_x[0] = px / size;
    by_y[0] = py / size;
}
