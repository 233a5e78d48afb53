/* SPDX-License-Identifier: Apache-2.0 */
/* displace: moved[k] += step·d, (A + damping·½ tr A)·d = b, |step·d| ≤ limit, for sums[k] = (b_x, b_y, A_xx, A_yy,
 * A_xy); nothing where A has no inverse. Then moved[k] = M·c_k + the residual (1 − pull)·(moved[k] − mean − M·c_k), of
 * length ≤ range, and without M·c_k where pull = 0, where c_k are the starting positions about their mean and M the
 * linear map that fits moved − mean best: affine regularisation, without the common shift.
 *
 * sums [count, 5] of position_fit.cl; places [count] where patterns started; moved [count, 2]; totals [2, 8]: Σ of
 * (start, moved), then of products of what is left without the means. Four kernels: displace_step, displace_sums twice,
 * displace_hold. Sums by one work-group, whose items' sums are added in order. Preconditions: none. */
#include "common/place.clh"

inline float2 shortened(float2 v, float most)
{
    float size = length(v);
    return size > most ? v * (most / size) : v;
}

inline float2 solved(global const float *f, float damping)
{
    float more = damping * 0.5f * (f[2] + f[3]), xx = f[2] + more, yy = f[3] + more, det = xx * yy - f[4] * f[4];
    if (!(det > 1e-6f * (xx * yy))) return (float2)(0.0f);
    return (float2)(f[0] * yy - f[1] * f[4], f[1] * xx - f[0] * f[4]) / det;
}

inline float2 start_of(global const clpt_place *places, long k)
{
    clpt_place place = places[k];
    return (float2)((float)place.x + (place.fx < 0.0f ? 1.0f + place.fx : place.fx),
                    (float)place.y + (place.fy < 0.0f ? 1.0f + place.fy : place.fy));
}

kernel void displace_step(global const float *sums, long sums_offset, long count, global float *moved,
                          long moved_offset, float step, float damping, float limit)
{
    long k = get_global_id(0);
    if (k >= count) return;
    float2 now = vload2(k, moved + moved_offset);
    vstore2(now + shortened(step * solved(sums + sums_offset + 5 * k, damping), limit), k, moved + moved_offset);
}

/* row 0 of totals: Σ (start, moved); row 1: Σ (c_x², c_y², c_x·c_y, c_x·m_x, c_y·m_x, c_x·m_y, c_y·m_y). */
kernel void displace_sums(global const clpt_place *places, long places_offset, long count, global const float *moved,
                          long moved_offset, int row, global float *totals, long totals_offset, local float *partial)
{
    int me = (int)get_local_id(0), items = (int)get_local_size(0);
    if (get_group_id(0)) return;
    global float *out = totals + totals_offset;
    float4 mean = row ? vload4(0, out) / (float)count : (float4)(0.0f);
    float8 sum = (float8)(0.0f);
    for (long k = me; k < count; k += items) {
        float2 c = start_of(places + places_offset, k) - mean.lo, m = vload2(k, moved + moved_offset) - mean.hi;
        sum += row ? (float8)(c.x * c.x, c.y * c.y, c.x * c.y, c.x * m.x, c.y * m.x, c.x * m.y, c.y * m.y, 0.0f)
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

kernel void displace_hold(global const clpt_place *places, long places_offset, long count, global float *moved,
                          long moved_offset, global const float *totals, long totals_offset, float pull, float range)
{
    long k = get_global_id(0);
    if (k >= count) return;
    float4 mean = vload4(0, totals + totals_offset) / (float)count;
    float8 s = vload8(1, totals + totals_offset);
    float det = s.s0 * s.s1 - s.s2 * s.s2, over = det > 1e-6f * (s.s0 * s.s1) ? 1.0f / det : 0.0f;
    float2 by_x = over * (float2)(s.s3 * s.s1 - s.s4 * s.s2, s.s5 * s.s1 - s.s6 * s.s2);
    float2 by_y = over * (float2)(s.s4 * s.s0 - s.s3 * s.s2, s.s6 * s.s0 - s.s5 * s.s2);
    float2 c = start_of(places + places_offset, k) - mean.lo, map = c.x * by_x + c.y * by_y;
    float2 rest = shortened((1.0f - pull) * (vload2(k, moved + moved_offset) - mean.hi - map), range);
    vstore2((pull > 0.0f ? map : (float2)(0.0f)) + rest, k, moved + moved_offset);
}
