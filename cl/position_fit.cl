/* SPDX-License-Identifier: Apache-2.0 */
/* position_fit: with J_x = P_p·O'_x,k and J_y likewise, where O'_x(r) = (O(r + 1) − O(r − 1))/2 along x, and with
 * per-pixel q = Σ_p (Re conj(J_x)·w, Re conj(J_y)·w, |J_x|², |J_y|², Re conj(J_x)·J_y), sums[selected(k)] = Σ_i (q,
 * u·q, v·q, u²·q', v²·q', u·v·q'), q' the last three components of q, (u, v) the pixel relative to [size/2, size/2] in
 * units of size/2: the normal equations of the displacement, and of the linear map (src/ops/engine.h), that best fit
 * the waves w, the change of the exit waves.
 *
 * object [height, width], patches O_k at position_k + shift; probe [modes, size, size] (stride as in illuminate.cl);
 * waves [count, modes, size, size]; sums [.., 24]. One work-group per pattern, of any two-dimensional shape; rows are
 * summed first, and the items' sums added in order, eight at a time. Preconditions: none. */
#define CLPT_COMPLEX
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/complex.clh"
#include "common/position.clh"

#define PIXEL(dy, dx) pixel_or_zero(image, height, width, y + (dy), x + (dx))

/* Central differences along x (lo) and y (hi) of bilinear samples at (x + fx, y + fy). */
inline float4 slopes_at(global const float2 *image, long height, long width, long y, long x, const sample_position *at)
{
    float2 a = PIXEL(0, 0), b = PIXEL(0, 1), c = PIXEL(1, 0), d = PIXEL(1, 1);
    float2 top = at->gx * (b - PIXEL(0, -1)) + at->fx * (PIXEL(0, 2) - a);
    float2 bottom = at->gx * (d - PIXEL(1, -1)) + at->fx * (PIXEL(1, 2) - c);
    float2 left = at->gy * (c - PIXEL(-1, 0)) + at->fy * (PIXEL(2, 0) - a);
    float2 right = at->gy * (d - PIXEL(-1, 1)) + at->fy * (PIXEL(2, 1) - b);
    return 0.5f * (float4)(at->gy * top + at->fy * bottom, at->gx * left + at->fx * right);
}

/* out[0 … 7] = Σ over the items of a group, in order. */
inline void add_up(float8 mine, local float *partial, int me, int items, global float *out)
{
    vstore8(mine, me, partial);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int j = me; j < 8; j += items) {
        float sum = 0.0f;
        for (int i = 0; i < items; i++) sum += partial[8 * i + j];
        out[j] = sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
}

kernel void position_fit_general(global const float2 *object, long object_offset, long height, long width,
                                 SELECTION_ARGS, long count, global const float2 *probe, long probe_offset,
                                 long probe_stride, global const float2 *waves, long waves_offset, long modes,
                                 long size, global float *sums, long sums_offset, local float *partial)
{
    long k = get_group_id(0), pixels = size * size;
    if (k >= count || get_group_id(1) > 0) return; /* a device with small work-groups launches more of them */
    long left = get_local_id(0), top = get_local_id(1), columns = get_local_size(0), rows = get_local_size(1);
    int me = (int)(top * columns + left), items = (int)(columns * rows);
    sample_position position = selected_position(SELECTION, k);
    global const float2 *image = object + object_offset, *wave = waves + waves_offset + k * modes * pixels;
    const float half_side = 0.5f * (float)size;
    float4 all = (float4)(0.0f), all_u = (float4)(0.0f), all_v = (float4)(0.0f); /* of q without the last component */
    float3 cross = (float3)(0.0f); /* of the last component: its sum, and the sums weighted by u and v */
    float3 uu = (float3)(0.0f), vv = (float3)(0.0f), uv = (float3)(0.0f);
    for (long y = top; y < size; y += rows) {
        const float v = (float)(y - size / 2) / half_side;
        float4 row = (float4)(0.0f), row_u = (float4)(0.0f);
        float2 row_cross = (float2)(0.0f);
        float3 row_uu = (float3)(0.0f);
        for (long x = left; x < size; x += columns) {
            const float u = (float)(x - size / 2) / half_side;
            float4 slope = slopes_at(image, height, width, position.y + y, position.x + x, &position),
                   q = (float4)(0.0f);
            float xy = 0.0f;
            for (long p = 0; p < modes; p++) {
                float2 mode = probe[probe_offset + k * probe_stride + p * pixels + y * size + x],
                       w = wave[p * pixels + y * size + x];
                float2 jx = complex_times(mode, slope.lo), jy = complex_times(mode, slope.hi);
                q += (float4)(dot(jx, w), dot(jy, w), dot(jx, jx), dot(jy, jy));
                xy += dot(jx, jy);
            }
            row += q;
            row_u += u * q;
            row_cross += (float2)(xy, u * xy);
            row_uu += u * u * (float3)(q.hi, xy);
        }
        all += row;
        all_u += row_u;
        all_v += v * row;
        cross += (float3)(row_cross, v * row_cross.x);
        uu += row_uu;
        vv += v * v * (float3)(row.hi, row_cross.x);
        uv += v * (float3)(row_u.hi, row_cross.y);
    }
    global float *out = sums + sums_offset + 24 * selected(order, order_offset, first, k);
    add_up((float8)(all, cross.x, all_u.s012), partial, me, items, out);
    add_up((float8)(all_u.s3, cross.y, all_v, cross.z, uu.x), partial, me, items, out + 8);
    add_up((float8)(uu.yz, vv, uv), partial, me, items, out + 16);
}
