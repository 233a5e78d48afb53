/* SPDX-License-Identifier: Apache-2.0 */
/* displace: moved[k] += step·d_k + M·c_k, where c_k are the starting positions about their mean; (A + damping·½ tr A)·d
 * = b, |step·d| ≤ limit, from the first five sums of pattern k, (b_x, b_y, A_xx, A_yy, A_xy), 0 where A is singular; M
 * from all sums of all patterns, see src/ops/engine.h. Then moved[k] = N·c_k + the residual (1 − pull)·(moved[k] − mean
 * − N·c_k), of length ≤ range, with N the linear map whose residual has no component linear in c_k + moved[k] − mean;
 * N·c_k is removed if keep is 0, and its dilation ½ tr N·c_k if keep is 1.
 *
 * sums [count, 24] of position_fit.cl; places [count], starting positions; moved [count, 2]; totals [36]: Σ of (start,
 * moved) and 4 unused, Σ of products of the centred values, normal equations of M, M. Kernels, in order: displace_sums
 * twice, displace_map_sums, displace_map, displace_step, displace_sums twice, displace_hold. Sums by one work-group,
 * whose items' sums are added in order. Preconditions: none. */
#include "common/position.clh"

enum { ROW_MEANS = 0, ROW_PRODUCTS = 8, MAP_SUMS = 16, MAP = 32 }; /* offsets in totals */

inline float2 shortened(float2 v, float maximum)
{
    float size = length(v);
    return size > maximum ? v * (maximum / size) : v;
}

/* The inverse (xx, yy, xy) of a pattern's damped normal equations; zeros if singular. */
inline float3 inverse_of(global const float *f, float damping)
{
    float more = damping * 0.5f * (f[2] + f[3]), xx = f[2] + more, yy = f[3] + more, det = xx * yy - f[4] * f[4];
    return det > 1e-6f * (xx * yy) ? (float3)(yy, xx, -f[4]) / det : (float3)(0.0f);
}

inline float2 times(float3 inverse, float2 by)
{
    return (float2)(inverse.x * by.x + inverse.z * by.y, inverse.z * by.x + inverse.y * by.y);
}

inline float2 start_of(global const clpt_position *positions, long k)
{
    clpt_position position = positions[k];
    return (float2)((float)position.x + (position.fx < 0.0f ? 1.0f + position.fx : position.fx),
                    (float)position.y + (position.fy < 0.0f ? 1.0f + position.fy : position.fy));
}

/* One pattern's contribution to the normal equations of M's elements (xx, xy, yx, yy), which correspond to the waves
 * −J_x·u, −J_x·v, −J_y·u and −J_y·v, with the pattern's own displacement eliminated: the right side, then the upper
 * triangle row by row. */
inline float16 map_terms(global const float *f, float damping)
{
    float3 inverse = inverse_of(f, damping);
    if (inverse.x == 0.0f) return (float16)(0.0f);
    float2 c0 = -(float2)(f[7], f[9]), c1 = -(float2)(f[12], f[14]), c2 = -(float2)(f[9], f[8]),
           c3 = -(float2)(f[14], f[13]), b = vload2(0, f);
    float2 t0 = times(inverse, c0), t1 = times(inverse, c1), t2 = times(inverse, c2), t3 = times(inverse, c3);
    return (float16)(-f[5] - dot(t0, b), -f[10] - dot(t1, b), -f[6] - dot(t2, b), -f[11] - dot(t3, b),
                     f[15] - dot(t0, c0), f[21] - dot(t0, c1), f[17] - dot(t0, c2), f[23] - dot(t0, c3),
                     f[18] - dot(t1, c1), f[23] - dot(t1, c2), f[20] - dot(t1, c3), f[16] - dot(t2, c2),
                     f[22] - dot(t2, c3), f[19] - dot(t3, c3), 0.0f, 0.0f);
}

kernel void displace_map_sums(global const float *sums, long sums_offset, long count, float damping,
                              global float *totals, long totals_offset, local float *partial)
{
    int me = (int)get_local_id(0), items = (int)get_local_size(0);
    if (get_group_id(0)) return;
    float16 sum = (float16)(0.0f);
    for (long k = me; k < count; k += items) sum += map_terms(sums + sums_offset + 24 * k, damping);
    vstore16(sum, me, partial);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int j = me; j < 16; j += items) {
        float all = 0.0f;
        for (int i = 0; i < items; i++) all += partial[16 * i + j];
        totals[totals_offset + MAP_SUMS + j] = all;
    }
}

/* M by an L·D·Lᵀ factorisation, undetermined elements 0; then multiplied by `factor`, and limited to `limit` at the
 * root mean square of c. One work-item. */
kernel void displace_map(global float *totals, long totals_offset, long count, float damping, float factor, float limit)
{
    if (get_global_id(0)) return;
    global float *out = totals + totals_offset;
    float a[4][4], diagonal[4], x[4];
    for (int m = 0, at = MAP_SUMS + 4; m < 4; m++) {
        x[m] = out[MAP_SUMS + m];
        for (int n = m; n < 4; n++) a[n][m] = out[at++];
        diagonal[m] = a[m][m] *= 1.0f + damping;
    }
    for (int m = 0; m < 4; m++) {
        float inverse = a[m][m] > 1e-4f * diagonal[m] ? 1.0f / a[m][m] : 0.0f;
        for (int n = m + 1; n < 4; n++) {
            for (int k = m + 1; k <= n; k++) a[n][k] -= inverse * a[n][m] * a[k][m];
            x[n] -= inverse * a[n][m] * x[m];
        }
        diagonal[m] = inverse;
    }
    for (int m = 3; m >= 0; m--) {
        for (int n = m + 1; n < 4; n++) x[m] -= a[n][m] * x[n];
        x[m] *= diagonal[m];
    }
    float4 map = factor * (float4)(x[0], x[1], x[2], x[3]);
    float4 spread = vload4(0, out + ROW_PRODUCTS) / (float)count;
    float moved = 0.0f;
    moved += map.x * map.x * spread.x + map.y * map.y * spread.w + map.x * map.y * (spread.y + spread.z);
    moved += map.z * map.z * spread.x + map.w * map.w * spread.w + map.z * map.w * (spread.y + spread.z);
    moved = sqrt(fmax(moved, 0.0f));
    vstore4(moved > limit ? map * (limit / moved) : map, 0, out + MAP);
}

kernel void displace_step(global const float *sums, long sums_offset, global const clpt_position *positions,
                          long positions_offset, long count, global float *moved, long moved_offset,
                          global const float *totals, long totals_offset, float step, float damping, float limit)
{
    long k = get_global_id(0);
    if (k >= count) return;
    global const float *f = sums + sums_offset + 24 * k;
    float4 map = vload4(0, totals + totals_offset + MAP);
    float2 c = start_of(positions + positions_offset, k) - vload2(0, totals + totals_offset + ROW_MEANS) / (float)count;
    float2 d = shortened(step * times(inverse_of(f, damping), vload2(0, f)), limit);
    d += (float2)(dot(map.lo, c), dot(map.hi, c));
    vstore2(vload2(k, moved + moved_offset) + d, k, moved + moved_offset);
}

/* Sums for entry `row` of totals. 0: Σ (start, moved); 1: Σ (c_x·p, c_y·p, m_x·p, m_y·p), where m = moved − mean and p
 * = c + m. */
kernel void displace_sums(global const clpt_position *positions, long positions_offset, long count,
                          global const float *moved, long moved_offset, int row, global float *totals,
                          long totals_offset, local float *partial)
{
    int me = (int)get_local_id(0), items = (int)get_local_size(0);
    if (get_group_id(0)) return;
    global float *out = totals + totals_offset;
    float4 mean = row ? vload4(0, out) / (float)count : (float4)(0.0f);
    float8 sum = (float8)(0.0f);
    for (long k = me; k < count; k += items) {
        float2 c = start_of(positions + positions_offset, k) - mean.lo, m = vload2(k, moved + moved_offset) - mean.hi;
        sum += row ? (float8)(c.x * (c + m), c.y * (c + m), m.x * (c + m), m.y * (c + m))
                   : (float8)(c, m, 0.0f, 0.0f, 0.0f, 0.0f);
    }
    vstore8(sum, me, partial);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int j = me; j < 8; j += items) {
        float all = 0.0f;
        for (int i = 0; i < items; i++) all += partial[8 * i + j];
        out[8 * row + j] = all;
    }
}

kernel void displace_hold(global const clpt_position *positions, long positions_offset, long count, global float *moved,
                          long moved_offset, global const float *totals, long totals_offset, float pull, int keep,
                          float range)
{
    long k = get_global_id(0);
    if (k >= count) return;
    float4 mean = vload4(0, totals + totals_offset) / (float)count;
    float8 s = vload8(1, totals + totals_offset);
    float det = s.s0 * s.s3 - s.s1 * s.s2, over = det > 1e-6f * (s.s0 * s.s3) ? 1.0f / det : 0.0f;
    float2 by_x = over * (float2)(s.s4 * s.s3 - s.s5 * s.s2, s.s6 * s.s3 - s.s7 * s.s2);
    float2 by_y = over * (float2)(s.s5 * s.s0 - s.s4 * s.s1, s.s7 * s.s0 - s.s6 * s.s1);
    float2 c = start_of(positions + positions_offset, k) - mean.lo, map = c.x * by_x + c.y * by_y;
    float2 rest = shortened((1.0f - pull) * (vload2(k, moved + moved_offset) - mean.hi - map), range);
    if (keep < 2) map -= 0.5f * (by_x.x + by_y.y) * c;
    vstore2((keep ? map : (float2)(0.0f)) + rest, k, moved + moved_offset);
}
