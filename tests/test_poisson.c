/* SPDX-License-Identifier: Apache-2.0 */
/* Poisson counts: moments and distribution against theory, independence of arguments. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/poisson.h"

enum { DRAWS = 100000, SIDE = 250 };

static const float rates[] = {0.01f, 0.5f, 3.0f, 9.99f, 10.0f, 50.0f, 1e3f, 1e6f};
#define RATES (sizeof rates / sizeof *rates)

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* DRAWS counts of one rate, spread over patterns and pixels, in ascending order. */
static double *sorted_draws(float rate, uint64_t seed)
{
    double *counts = malloc(DRAWS * sizeof *counts);
    assert_non_null(counts);
    for (uint64_t i = 0; i < DRAWS; i++) counts[i] = clpti_poisson(seed, i / SIDE, i % SIDE, rate);
    qsort(counts, DRAWS, sizeof *counts, ascending);
    return counts;
}

static void poisson_many_draws_have_mean_and_variance_of_the_rate(void **state)
{
    (void)state;
    for (size_t r = 0; r < RATES; r++) {
        double rate = rates[r], sum = 0, squares = 0;
        double *counts = sorted_draws(rates[r], 11);
        for (int i = 0; i < DRAWS; i++) {
            assert_true(counts[i] >= 0 && counts[i] == floor(counts[i]));
            sum += counts[i] - rate;
            squares += (counts[i] - rate) * (counts[i] - rate);
        }
        free(counts);
        double mean_error = sum / DRAWS / sqrt(rate / DRAWS);
        double variance_error = (squares / DRAWS - rate) / sqrt((2 * rate * rate + rate) / DRAWS);
        if (fabs(mean_error) > 4 || fabs(variance_error) > 4)
            fail_msg("rate %g: mean off by %.2f and variance by %.2f standard errors", rate, mean_error,
                     variance_error);
    }
}

/* Chi-square over runs of counts with at least `minimum` draws expected in each; returns the deviation in standard
 * deviations of the statistic. */
static double chi_square_deviation(const double *counts, double rate, double minimum)
{
    double statistic = 0, expected = 0, left = DRAWS;
    int bins = 0, at = 0, start = 0;
    for (double k = fmax(0, floor(rate - 12 * sqrt(rate))); left > minimum; k++) {
        expected += DRAWS * exp(k * log(rate) - rate - lgamma(k + 1));
        while (at < DRAWS && counts[at] <= k) at++;
        if (expected < minimum || left - expected < minimum) {
            if (k < rate + 12 * sqrt(rate) + 12) continue;
            break;
        }
        statistic += (at - start - expected) * (at - start - expected) / expected;
        left -= expected;
        start = at;
        expected = 0;
        bins++;
    }
    statistic += (DRAWS - start - left) * (DRAWS - start - left) / left;
    return bins ? (statistic - bins) / sqrt(2.0 * bins) : 0;
}

static void poisson_many_draws_follow_the_distribution(void **state)
{
    (void)state;
    for (size_t r = 0; r < RATES; r++) {
        double *counts = sorted_draws(rates[r], 12);
        double deviation = chi_square_deviation(counts, rates[r], 50);
        double wrong = chi_square_deviation(counts, rates[r] * 1.1 + 0.01, 50);
        free(counts);
        if (!(deviation < 4))
            fail_msg("rate %g: chi-square is %.1f standard deviations too large", rates[r], deviation);
        if (!(wrong > 4)) fail_msg("rate %g: chi-square does not detect a rate 10 %% higher (%.1f)", rates[r], wrong);
    }
}

static void poisson_rate_without_counts_gives_zero(void **state)
{
    (void)state;
    const float none[] = {0.0f, -0.0f, -1.0f, -INFINITY, NAN};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) assert_true(clpti_poisson(1, 2, 3, none[i]) == 0);
}

static void poisson_huge_rate_stays_near_it(void **state)
{
    (void)state;
    const float huge[] = {0.99e9f, 1.01e9f, 1e12f, 1e30f};
    for (size_t r = 0; r < sizeof huge / sizeof *huge; r++) {
        double rate = huge[r], squares = 0;
        for (uint64_t i = 0; i < 2000; i++) {
            double off = (clpti_poisson(5, 0, i, huge[r]) - rate) / sqrt(rate);
            assert_true(fabs(off) < 6);
            squares += off * off / 2000;
        }
        assert_true(fabs(squares - 1) < 0.15);
    }
    assert_true(isinf(clpti_poisson(5, 0, 0, INFINITY)));
}

static void poisson_order_of_calls_changes_nothing(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    static double forwards[COUNT];
    for (int i = 0; i < COUNT; i++)
        forwards[i] = clpti_poisson(7, (uint64_t)i / 10, (uint64_t)i % 10, rates[(size_t)i % RATES]);
    for (int i = COUNT - 1; i >= 0; i--)
        assert_true(forwards[i] == clpti_poisson(7, (uint64_t)i / 10, (uint64_t)i % 10, rates[(size_t)i % RATES]));
}

/* Equal arguments in swapped roles must not give equal streams, also where only high words differ. */
static void poisson_each_argument_gives_a_stream_of_its_own(void **state)
{
    (void)state;
    const uint64_t high = (uint64_t)1 << 32;
    const uint64_t bases[][2] = {{1, 2}, {2, 1}, {1, 3}, {1 + high, 2}, {1, 2 + high}};
    enum { STREAMS = sizeof bases / sizeof *bases, COUNT = 4000 };
    for (int a = 0; a < STREAMS; a++)
        for (int b = 0; b < a; b++) {
            double product = 0;
            for (uint64_t i = 0; i < COUNT; i++)
                product += (clpti_poisson(bases[a][0], bases[a][1], i, 1e3f) - 1e3) *
                           (clpti_poisson(bases[b][0], bases[b][1], i, 1e3f) - 1e3) / 1e3;
            if (fabs(product) > 4.5 * sqrt(COUNT))
                fail_msg("streams %d and %d are correlated: %.1f standard deviations", a, b, product / sqrt(COUNT));
        }
}

static void poisson_known_arguments_give_pinned_counts(void **state)
{
    (void)state;
    static const double pinned[RATES][4] = {
        {0, 0, 0, 0},    {0, 1, 0, 0},     {6, 2, 3, 4},          {17, 9, 9, 8},
        {13, 17, 11, 9}, {50, 65, 44, 48}, {998, 1069, 975, 990}, {999946, 1002175, 999213, 999689}};
    for (size_t r = 0; r < RATES; r++)
        for (uint64_t i = 0; i < 4; i++) {
            double count = clpti_poisson(2022, 40 + i, 1000 * i, rates[r]);
            if (count != pinned[r][i]) fail_msg("rate %g, pattern %d: %.0f", rates[r], (int)(40 + i), count);
        }
}

static void uniform_many_draws_fill_the_interval_evenly(void **state)
{
    (void)state;
    int bins[64] = {0};
    for (uint64_t i = 0; i < DRAWS; i++) {
        double u = clpti_uniform(3, 9, i);
        assert_true(u >= 0 && u < 1);
        bins[(int)(64 * u)]++;
    }
    double statistic = 0, expected = DRAWS / 64.0;
    for (int b = 0; b < 64; b++) statistic += (bins[b] - expected) * (bins[b] - expected) / expected;
    assert_true(fabs(statistic - 63) < 4 * sqrt(2 * 63));
    assert_true(clpti_uniform(3, 9, 5) != clpti_uniform(3, 10, 5) && clpti_uniform(3, 9, 5) != clpti_uniform(4, 9, 5));
}

static void normal_many_draws_have_normal_moments(void **state)
{
    (void)state;
    double moments[5] = {0};
    for (uint64_t i = 0; i < DRAWS; i++)
        for (int m = 1; m <= 4; m++) moments[m] += pow(clpti_normal(3, 9, i), m) / DRAWS;
    assert_true(fabs(moments[1]) < 4 * sqrt(1.0 / DRAWS));
    assert_true(fabs(moments[2] - 1) < 4 * sqrt(2.0 / DRAWS));
    assert_true(fabs(moments[3]) < 4 * sqrt(15.0 / DRAWS));
    assert_true(fabs(moments[4] - 3) < 4 * sqrt(96.0 / DRAWS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poisson_many_draws_have_mean_and_variance_of_the_rate),
        cmocka_unit_test(poisson_many_draws_follow_the_distribution),
        cmocka_unit_test(poisson_rate_without_counts_gives_zero),
        cmocka_unit_test(poisson_huge_rate_stays_near_it),
        cmocka_unit_test(poisson_order_of_calls_changes_nothing),
        cmocka_unit_test(poisson_each_argument_gives_a_stream_of_its_own),
        cmocka_unit_test(poisson_known_arguments_give_pinned_counts),
        cmocka_unit_test(uniform_many_draws_fill_the_interval_evenly),
        cmocka_unit_test(normal_many_draws_have_normal_moments),
    };
    return cmocka_run_group_tests_name("poisson", tests, NULL, NULL);
}
