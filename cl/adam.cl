/* SPDX-License-Identifier: Apache-2.0 */
/* adam: with g = factor·gradient, mean += (g − mean)·share_mean, square += (g² − square)·share_square, values −=
 * rate·mean / (√square + epsilon). One work-item per value. Preconditions: none. */

kernel void adam_general(global float *values, long values_offset, global const float *gradient, long gradient_offset,
                         global float *mean, long mean_offset, global float *square, long square_offset, long count,
                         float factor, float rate, float share_mean, float share_square, float epsilon)
{
    long i = get_global_id(0);
    if (i >= count) return;
    float g = factor * gradient[gradient_offset + i], m = mean[mean_offset + i], v = square[square_offset + i];
    m += (g - m) * share_mean;
    v += (g * g - v) * share_square;
    mean[mean_offset + i] = m;
    square[square_offset + i] = v;
    values[values_offset + i] -= rate * m / (sqrt(v) + epsilon);
}
