/* SPDX-License-Identifier: Apache-2.0 */
/* Counter-based random numbers: Poisson counts, uniform and normal numbers that depend on their arguments alone. */
#include "core/poisson.h"

#include <math.h>

#include <Random123/philox.h>

/* Last word of every counter: separates the uses of one seed. */
enum { USE_PATTERN = 1, USE_UNIFORM, USE_NORMAL };

/* Above this rate a count differs from a rounded normal number by less than the tail of the normal distribution; PTRS
 * would lose digits. */
#define NORMAL_RATE 1e9

typedef struct uniforms {
    double first, second; /* in the open interval (0, 1) */
} uniforms;

static philox4x32_ctr_t draw(uint64_t key, uint64_t low, uint32_t third, uint32_t fourth)
{
    philox4x32_ctr_t counter = {{(uint32_t)low, (uint32_t)(low >> 32), third, fourth}};
    philox4x32_key_t words = {{(uint32_t)key, (uint32_t)(key >> 32)}};
    return philox4x32(counter, words);
}

static uint64_t joined(uint32_t high, uint32_t low)
{
    return (uint64_t)high << 32 | low;
}

static double open_uniform(uint32_t high, uint32_t low)
{
    return ((double)(joined(high, low) >> 12) + 0.5) * 0x1p-52;
}

static uniforms draw_two(uint64_t key, uint64_t low, uint32_t third, uint32_t fourth)
{
    philox4x32_ctr_t bits = draw(key, low, third, fourth);
    return (uniforms){open_uniform(bits.v[0], bits.v[1]), open_uniform(bits.v[2], bits.v[3])};
}

static double box_muller(uniforms u)
{
    return sqrt(-2 * log(u.first)) * cos(2 * acos(-1) * u.second);
}

/* Counts how many uniforms multiply to at least e^−rate (Knuth, The Art of Computer Programming 2, 3.4.1). */
static double by_multiplication(uint64_t key, uint64_t pixel, double rate)
{
    double limit = exp(-rate), product = 1;
    for (uint32_t step = 0;; step++) {
        uniforms u = draw_two(key, pixel, step, 0);
        if ((product *= u.first) < limit) return 2.0 * step;
        if ((product *= u.second) < limit) return 2.0 * step + 1;
    }
}

/* Transformed rejection with squeeze: W. Hörmann, Insurance: Mathematics and Economics 12 (1993) 39, algorithm PTRS. */
static double by_rejection(uint64_t key, uint64_t pixel, double rate)
{
    double b = 0.931 + 2.53 * sqrt(rate), a = -0.059 + 0.02483 * b;
    double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), squeeze = 0.9277 - 3.6224 / (b - 2);
    double log_rate = log(rate);
    for (uint32_t step = 0;; step++) {
        uniforms draws = draw_two(key, pixel, step, 0);
        double u = draws.first - 0.5, v = draws.second, us = 0.5 - fabs(u);
        double k = floor((2 * a / us + b) * u + rate + 0.43);
        if (us >= 0.07 && v <= squeeze) return k;
        if (k < 0 || (us < 0.013 && v > us)) continue;
        int sign;
        double log_density = k * log_rate - rate - lgamma_r(k + 1, &sign);
        if (log(v * inverse_alpha / (a / (us * us) + b)) <= log_density) return k;
    }
}

double clpti_poisson(uint64_t seed, uint64_t pattern, uint64_t pixel, float rate)
{
    if (!(rate > 0)) return 0;
    if (isinf(rate)) return rate;
    /* A counter has too few bits for pattern, pixel and step: each pattern has its own key. */
    philox4x32_ctr_t bits = draw(seed, pattern, 0, USE_PATTERN);
    uint64_t key = joined(bits.v[0], bits.v[1]);
    if (rate < 10) return by_multiplication(key, pixel, rate);
    if (rate < NORMAL_RATE) return by_rejection(key, pixel, rate);
    return floor((double)rate + sqrt((double)rate) * box_muller(draw_two(key, pixel, 0, 0)) + 0.5);
}

double clpti_uniform(uint64_t seed, uint32_t stream, uint64_t index)
{
    philox4x32_ctr_t bits = draw(seed, index, stream, USE_UNIFORM);
    return (double)(joined(bits.v[0], bits.v[1]) >> 11) * 0x1p-53;
}

double clpti_normal(uint64_t seed, uint32_t stream, uint64_t index)
{
    return box_muller(draw_two(seed, index, stream, USE_NORMAL));
}
