/* SPDX-License-Identifier: Apache-2.0 */
/* fft_lanes: two-dimensional transforms for CPUs. One work-item performs whole transforms with 16 lanes: first over
 * blocks of 16 columns, then over blocks of 16 rows, which are transposed 16×16 on input and output. Within a block a
 * Stockham transform alternates between two arrays that stay in the first-level cache.
 *
 * waves [count, side, side] complex, in place; twiddles [side] = e^{−2πi k/side}; factors [factor_count], each of 2, 3,
 * 4, 5, 7, 8, 11, 13; scratch: per work-item 2·side² floats, rounded up to 16, plus 64·side. The inverse swaps re and
 * im on input and output. A last block that would exceed the array starts earlier and repeats some lines: the same
 * result is written twice. Preconditions: side ≥ 16, work-group of 1. */
#include "common/wide.clh"

/* One stage of length n = side/stride and radix r; see fft_general.cl. */
#define STAGE(R)                                                                                                       \
    inline void stage_##R(global const float16 *restrict ar, global const float16 *restrict ai,                        \
                          global float16 *restrict br, global float16 *restrict bi, int m, int stride,                 \
                          global const float2 *twiddles)                                                               \
    {                                                                                                                  \
        global const floatv *xr = (global const floatv *)ar, *xi = (global const floatv *)ai;                          \
        global floatv *yr = (global floatv *)br, *yi = (global floatv *)bi;                                            \
        stride *= LANE_PARTS;                                                                                          \
        for (int p = 0; p < m; p++)                                                                                    \
            for (int q = 0; q < stride; q++) {                                                                         \
                vec v[R];                                                                                              \
                _Pragma("unroll") for (int k = 0; k < R; k++) v[k] =                                                   \
                    (vec){xr[q + stride * (p + m * k)], xi[q + stride * (p + m * k)]};                                 \
                butterfly_##R(v);                                                                                      \
                _Pragma("unroll") for (int j = 0; j < R; j++)                                                          \
                {                                                                                                      \
                    vec out = j ? vec_times(v[j], twiddles[p * j * (stride / LANE_PARTS)]) : v[j];                     \
                    yr[q + stride * (R * p + j)] = out.re;                                                             \
                    yi[q + stride * (R * p + j)] = out.im;                                                             \
                }                                                                                                      \
            }                                                                                                          \
    }
STAGE(2)
STAGE(3)
STAGE(4)
STAGE(5)
STAGE(8)

/* 7, 11 and 13: direct summation. */
inline void stage_sum(global const float16 *restrict xr, global const float16 *restrict xi, global float16 *restrict yr,
                      global float16 *restrict yi, int radix, int m, int stride, int side,
                      global const float2 *twiddles)
{
    for (int p = 0; p < m; p++)
        for (int q = 0; q < stride; q++)
            for (int j = 0; j < radix; j++) {
                int exponent = p * j * stride, turn = j * (side / radix);
                float16 re = (float16)(0.0f), im = (float16)(0.0f);
                for (int k = 0; k < radix; k++) {
                    int at = q + stride * (p + m * k);
                    float2 w = twiddles[exponent];
                    re += xr[at] * w.x - xi[at] * w.y;
                    im += xr[at] * w.y + xi[at] * w.x;
                    exponent += turn;
                    if (exponent >= side) exponent -= side;
                }
                yr[q + stride * (radix * p + j)] = re;
                yi[q + stride * (radix * p + j)] = im;
            }
}

/* All stages of `side` lines of 16 lanes. a contains the input; returns the location of the result: 0 for a, 1 for
 * b. */
inline int transform(global float16 *ar, global float16 *ai, global float16 *br, global float16 *bi, int side,
                     global const float2 *twiddles, global const int *factors, int factor_count)
{
    int stride = 1;
    for (int i = 0; i < factor_count; i++) {
        int radix = factors[i], m = side / stride / radix;
        global float16 *xr = i & 1 ? br : ar, *xi = i & 1 ? bi : ai, *yr = i & 1 ? ar : br, *yi = i & 1 ? ai : bi;
        if (radix == 8)
            stage_8(xr, xi, yr, yi, m, stride, twiddles);
        else if (radix == 4)
            stage_4(xr, xi, yr, yi, m, stride, twiddles);
        else if (radix == 2)
            stage_2(xr, xi, yr, yi, m, stride, twiddles);
        else if (radix == 3)
            stage_3(xr, xi, yr, yi, m, stride, twiddles);
        else if (radix == 5)
            stage_5(xr, xi, yr, yi, m, stride, twiddles);
        else
            stage_sum(xr, xi, yr, yi, radix, m, stride, side, twiddles);
        stride *= radix;
    }
    return factor_count & 1;
}

/* Start of the block of 16 at `start`, moved so that it ends inside. */
inline int block_start(int start, int side)
{
    return min(start, side - 16);
}

/* 16 rows of 16 columns of a plane, transposed. */
inline void get_rows(global const float *plane, int side, global float16 *columns)
{
    for (int v = 0; v < LANE_PARTS; v++)
        for (int u = 0; u < 16; u += CLPT_LANES) {
            floatv block[CLPT_LANES];
#pragma unroll
            for (int i = 0; i < CLPT_LANES; i++) block[i] = get_v(plane + (v * CLPT_LANES + i) * side + u);
            transpose_v(block);
#pragma unroll
            for (int i = 0; i < CLPT_LANES; i++) ((global floatv *)(columns + u + i))[v] = block[i];
        }
}

/* 16 columns of re and im, transposed to 16 complex rows. */
inline void put_rows(global const float16 *re, global const float16 *im, int side, global float *rows)
{
    for (int v = 0; v < LANE_PARTS; v++)
        for (int u = 0; u < 16; u += CLPT_LANES) {
            floatv a[CLPT_LANES], b[CLPT_LANES];
#pragma unroll
            for (int i = 0; i < CLPT_LANES; i++) {
                a[i] = ((global const floatv *)(re + u + i))[v];
                b[i] = ((global const floatv *)(im + u + i))[v];
            }
            transpose_v(a);
            transpose_v(b);
#pragma unroll
            for (int i = 0; i < CLPT_LANES; i++) {
                global float *to = rows + 2 * ((v * CLPT_LANES + i) * side + u);
                put_v(pairs_low(a[i], b[i]), to);
                put_v(pairs_high(a[i], b[i]), to + CLPT_LANES);
            }
        }
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
fft_lanes(global float *waves, long waves_offset, long count, int side, global const float2 *twiddles,
          long twiddles_offset, global const int *factors, long factors_offset, int factor_count, global float *scratch,
          long scratch_offset, int inverse)
{
    long pixels = (long)side * side, plane_floats = (2 * pixels + 15) / 16 * 16;
    global float *planes = scratch + scratch_offset + get_global_id(0) * (plane_floats + 64 * side);
    global float16 *ar = (global float16 *)(planes + plane_floats), *ai = ar + side, *br = ai + side, *bi = br + side;
    for (long k = get_global_id(0); k < count; k += get_global_size(0)) {
        global float *wave = waves + 2 * (waves_offset + k * pixels);
        for (int block = 0; block < side; block += 16) {
            int x = block_start(block, side);
            for (int y = 0; y < side; y++) {
                float16 low = vload16(0, wave + 2 * (y * side + x)), high = vload16(1, wave + 2 * (y * side + x));
                float16 re = (float16)(low.even, high.even), im = (float16)(low.odd, high.odd);
                ar[y] = inverse ? im : re;
                ai[y] = inverse ? re : im;
            }
            int in_b =
                transform(ar, ai, br, bi, side, twiddles + twiddles_offset, factors + factors_offset, factor_count);
            global const float16 *re = in_b ? br : ar, *im = in_b ? bi : ai;
            for (int y = 0; y < side; y++) {
                vstore16(re[y], 0, planes + y * side + x);
                vstore16(im[y], 0, planes + pixels + y * side + x);
            }
        }
        for (int block = 0; block < side; block += 16) {
            int y = block_start(block, side);
            for (int part = 0; part < side; part += 16) {
                int x = block_start(part, side);
                get_rows(planes + y * side + x, side, ar + x);
                get_rows(planes + pixels + y * side + x, side, ai + x);
            }
            int in_b =
                transform(ar, ai, br, bi, side, twiddles + twiddles_offset, factors + factors_offset, factor_count);
            global const float16 *re = in_b ? br : ar, *im = in_b ? bi : ai;
            for (int part = 0; part < side; part += 16) {
                int x = block_start(part, side);
                put_rows((inverse ? im : re) + x, (inverse ? re : im) + x, side, wave + 2 * (y * side + x));
            }
        }
    }
}
