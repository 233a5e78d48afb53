/* SPDX-License-Identifier: Apache-2.0 */
/* variation: total variation of a complex object by rows, and its gradient. Forward differences Δx, Δy, 0 beyond the
 * border.
 *   squares: Σ |Δx|² + |Δy|²        edge: Σ √(|Δx|² + |Δy|² + ε²)
 * object, d_object [height, width]; rows [height, 2], float pairs (high, low). One work-group per row; compensated
 * sums, added as a tree. Preconditions: none. */
#pragma OPENCL FP_CONTRACT OFF
#include "common/complex.clh"
#include "common/compensated.clh"

/* (Δx, Δy) at a pixel, as two complex numbers. */
inline float4 differences(global const float2 *object, long height, long width, long y, long x)
{
    float2 here = object[y * width + x];
    float2 by_x = x + 1 < width ? object[y * width + x + 1] - here : (float2)(0.0f);
    float2 by_y = y + 1 < height ? object[(y + 1) * width + x] - here : (float2)(0.0f);
    return (float4)(by_x, by_y);
}

/* The pixel's term of the sum, and the factor of its differences in the gradient. */
inline float2 part(float4 d, int edge, float epsilon)
{
    float squares = complex_power(d.xy) + complex_power(d.zw);
    if (!edge) return (float2)(squares, 2.0f);
    float root = sqrt(squares + epsilon * epsilon);
    return (float2)(root, 1.0f / root);
}

kernel void variation_general(int edge, global const float2 *object, long object_offset, long height, long width,
                              float epsilon, global float *rows, long rows_offset, global float2 *d_object,
                              long d_object_offset, local float2 *lanes)
{
    long y = get_group_id(0);
    if (y >= height) return;
    int me = (int)get_local_id(0), items = (int)get_local_size(0);
    global const float2 *field = object + object_offset;
    float2 sum = (float2)(0.0f);
    for (long x = me; x < width; x += items) {
        float4 d = differences(field, height, width, y, x);
        float2 here = part(d, edge, epsilon);
        sum = sum_add(sum, here.x);
        if (d_object_offset < 0) continue;
        float2 gradient = -here.y * (d.xy + d.zw);
        if (x > 0) {
            float4 left = differences(field, height, width, y, x - 1);
            gradient += part(left, edge, epsilon).y * left.xy;
        }
        if (y > 0) {
            float4 above = differences(field, height, width, y - 1, x);
            gradient += part(above, edge, epsilon).y * above.zw;
        }
        d_object[d_object_offset + y * width + x] = gradient;
    }
    lanes[me] = sum;
    sum_items(lanes, 1, me, items);
    if (!me) vstore2(lanes[0], 0, rows + rows_offset + 2 * y);
}
