/* SPDX-License-Identifier: Apache-2.0 */
/* How much work a call is, by formula: the operations that the mathematics asks for, and the least traffic (every array
 * read or written once). What a kernel does beyond that counts against it. */
#include "bench/rows.h"

enum {
    TAPS = 14,   /* bilinear sample of a complex field: 7 for each part */
    PRODUCT = 6, /* of complex numbers */
    MODULUS = 5, /* squared, and its root */
    WEIGHTS = 4, /* a division and what makes its divisor */
    ENGINE_PIXEL = 60
};

static double pixels(const clpti_bench_problem *p)
{
    return (double)p->size.count * (double)(p->size.side * p->size.side);
}

static double all_pixels(const clpti_bench_problem *p)
{
    return pixels(p) * (double)p->size.each;
}

double clpti_bench_fft_flop(const clpti_bench_problem *p)
{
    return all_pixels(p) * 5.0 * 2.0 * log2((double)p->size.side);
}

double clpti_bench_flop_forward(const clpti_bench_problem *p)
{
    return TAPS * pixels(p) + (PRODUCT + MODULUS) * all_pixels(p) + clpti_bench_fft_flop(p);
}

double clpti_bench_flop_propagate(const clpti_bench_problem *p)
{
    return 2.0 * clpti_bench_fft_flop(p) + PRODUCT * all_pixels(p);
}

double clpti_bench_flop_forward_near(const clpti_bench_problem *p)
{
    return clpti_bench_flop_forward(p) + clpti_bench_fft_flop(p) + PRODUCT * all_pixels(p);
}

double clpti_bench_flop_gradient(const clpti_bench_problem *p)
{
    return 2.0 * clpti_bench_flop_forward(p) + 10.0 * pixels(p) + PRODUCT * all_pixels(p);
}

double clpti_bench_flop_sample(const clpti_bench_problem *p)
{
    return TAPS * all_pixels(p);
}

double clpti_bench_flop_sample_back(const clpti_bench_problem *p)
{
    return (2.0 * TAPS + WEIGHTS) * all_pixels(p); /* the field's gradient and the positions' */
}

double clpti_bench_flop_warp(const clpti_bench_problem *p)
{
    return (TAPS + 12.0) * all_pixels(p); /* 12: the source point */
}

double clpti_bench_flop_warp_back(const clpti_bench_problem *p)
{
    return (2.0 * TAPS + 2.0 * 12.0) * all_pixels(p);
}

double clpti_bench_flop_diffract(const clpti_bench_problem *p)
{
    return MODULUS * all_pixels(p) + clpti_bench_fft_flop(p);
}

double clpti_bench_flop_diffract_back(const clpti_bench_problem *p)
{
    return 2.0 * MODULUS * all_pixels(p) + 2.0 * clpti_bench_fft_flop(p);
}

double clpti_bench_flop_physics(const clpti_bench_problem *p)
{
    return (2.0 * TAPS + WEIGHTS + PRODUCT + MODULUS) * all_pixels(p) + clpti_bench_fft_flop(p);
}

double clpti_bench_flop_physics_back(const clpti_bench_problem *p)
{
    return 2.0 * clpti_bench_flop_physics(p);
}

double clpti_bench_flop_pixel(const clpti_bench_problem *p)
{
    return 10.0 * all_pixels(p);
}

double clpti_bench_flop_gram(const clpti_bench_problem *p)
{
    return 8.0 * pixels(p) * (double)p->size.count / 2.0; /* one triangle of P × P products */
}

double clpti_bench_flop_engine(const clpti_bench_problem *p)
{
    return 2.0 * clpti_bench_fft_flop(p) + ENGINE_PIXEL * all_pixels(p);
}

double clpti_bench_bytes_arrays(const clpti_bench_problem *p)
{
    double bytes = 0.0;
    for (int k = 0; k < p->array_count; k++) {
        const clpti_bench_array *a = &p->arrays[k];
        if (a->buffer) bytes += (a->type == CLPT_TYPE_C64 ? 8.0 : 4.0) * (double)clpti_bench_elements(a);
    }
    return bytes;
}

double clpti_bench_bytes_engine(const clpti_bench_problem *p)
{
    double object = (double)(p->size.side + CLPTI_BENCH_MARGIN);
    double probe = (double)(p->size.side * p->size.side * p->size.each);
    return 4.0 * pixels(p) + 2.0 * 8.0 * (object * object + probe); /* patterns once; object, probe in and out */
}

double clpti_bench_nothing(const clpti_bench_problem *p)
{
    (void)p;
    return 0.0;
}
