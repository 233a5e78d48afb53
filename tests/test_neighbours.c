/* SPDX-License-Identifier: Apache-2.0 */
/* Nearest neighbours against a search through all points, and choices without repeats. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/combinations.h"
#include "core/neighbours.h"

/* ---- Neighbours ---- */

enum { UNIFORM, GRID, CLUSTERS, LINE, SAME, KINDS };
static const char *const kinds[] = {"uniform", "grid", "clusters", "line", "same"};

static double *points_of(int kind, int64_t count)
{
    double *xy = malloc((size_t)count * 2 * sizeof *xy);
    assert_non_null(xy);
    test_random_fill(xy, 2 * count, 5, -50, 50);
    for (int64_t i = 0; i < count; i++) {
        double *p = xy + 2 * i;
        if (kind == GRID) p[0] = (double)(i % 13), p[1] = (double)(i / 13 % 7); /* full of ties, and of duplicates */
        if (kind == CLUSTERS) p[0] = floor(p[0] / 40) * 1e6 + floor(p[0]) * 1e-3;
        if (kind == LINE) p[1] = -3;
        if (kind == SAME) p[0] = p[1] = 7;
    }
    return xy;
}

static int by_rank(const void *a, const void *b)
{
    const clpti_neighbour *left = a, *right = b;
    if (left->squared != right->squared) return left->squared < right->squared ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static clpti_neighbour *all_sorted(const double *xy, int64_t count, int64_t of)
{
    clpti_neighbour *sorted = malloc((size_t)count * sizeof *sorted);
    int64_t size = 0;
    assert_non_null(sorted);
    for (int64_t i = 0; i < count; i++) {
        double dx = xy[2 * i] - xy[2 * of], dy = xy[2 * i + 1] - xy[2 * of + 1];
        if (i != of) sorted[size++] = (clpti_neighbour){dx * dx + dy * dy, i};
    }
    qsort(sorted, (size_t)size, sizeof *sorted, by_rank);
    return sorted;
}

static void check_point(const clpti_neighbours *tree, const double *xy, int64_t count, int64_t of, int64_t near,
                        const char *kind)
{
    clpti_neighbour *expected = all_sorted(xy, count, of);
    clpti_neighbour *found = malloc((size_t)(near + 1) * sizeof *found);
    assert_non_null(found);
    found[near].index = -77;
    clpti_neighbours_find(tree, of, near, found);
    for (int64_t k = 0; k < near; k++)
        if (found[k].index != expected[k].index)
            fail_msg("%s: neighbour %d of point %d of %d is %d, not %d", kind, (int)k, (int)of, (int)count,
                     (int)found[k].index, (int)expected[k].index);
    assert_int_equal(found[near].index, -77);
    free(found);
    free(expected);
}

static void neighbours_any_points_are_those_of_a_full_search(void **state)
{
    (void)state;
    const int64_t counts[] = {1, 2, 8, 9, 17, 64, 65, 500};
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            int64_t count = counts[c];
            double *xy = points_of(kind, count);
            clpti_neighbours *tree;
            clpt_message message;
            assert_int_equal(clpti_neighbours_create(xy, count, &tree, &message), CLPT_OK);
            for (int64_t of = 0; of < count; of += 1 + count / 40) {
                const int64_t near[] = {0, 1, 4, 7, 30, count - 1};
                for (size_t w = 0; w < sizeof near / sizeof *near; w++)
                    if (near[w] < count) check_point(tree, xy, count, of, near[w], kinds[kind]);
            }
            clpti_neighbours_destroy(&tree);
            assert_null(tree);
            free(xy);
        }
}

static void neighbours_many_points_are_found_quickly(void **state)
{
    (void)state;
    const int64_t count = 100000;
    for (int kind = 0; kind < KINDS; kind++) {
        double *xy = points_of(kind, count);
        clpti_neighbours *tree;
        clpt_message message;
        clpti_neighbour found[7];
        assert_int_equal(clpti_neighbours_create(xy, count, &tree, &message), CLPT_OK);
        for (int64_t of = 0; of < count; of++) clpti_neighbours_find(tree, of, 7, found);
        for (int64_t of = 3; of < count; of += count / 5) check_point(tree, xy, count, of, 100, kinds[kind]);
        clpti_neighbours_destroy(&tree);
        free(xy);
    }
}

/* ---- Choices ---- */

static void combinations_counts_are_those_of_pascals_triangle(void **state)
{
    (void)state;
    static int64_t row[67] = {1};
    for (int n = 0; n <= 66; n++) { /* 66 choose 33 is the last middle that int64 holds */
        for (int k = n; k > 0; k--) row[k] += row[k - 1];
        for (int k = 0; k <= n; k++) assert_true(clpti_combinations_count(n, k) == row[k]);
        assert_true(clpti_combinations_count(n, n + 1) == 0 && clpti_combinations_count(n, -1) == 0);
    }
    assert_true(clpti_combinations_count(67, 33) == INT64_MAX);
    assert_true(clpti_combinations_count(100000, 9) == INT64_MAX);
    assert_true(clpti_combinations_count(INT64_MAX, 1) == INT64_MAX);
    assert_true(clpti_combinations_count(1000000000, 2) == INT64_C(499999999500000000));
}

static void check_choice(const int64_t *picks, int64_t from, int64_t pick)
{
    for (int64_t k = 0; k < pick; k++) {
        assert_true(picks[k] >= 0 && picks[k] < from);
        if (k > 0) assert_true(picks[k] > picks[k - 1]);
    }
}

static clpti_combinations *series(int64_t from, int64_t pick, int64_t maximum)
{
    clpti_combinations *c;
    clpt_message message;
    assert_int_equal(clpti_combinations_create(from, pick, maximum, &c, &message), CLPT_OK);
    return c;
}

static uint64_t bits_of(const int64_t *picks, int64_t pick)
{
    uint64_t bits = 0;
    for (int64_t k = 0; k < pick; k++) bits |= UINT64_C(1) << picks[k];
    return bits;
}

static int by_bits(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

/* Draws `count` choices and counts those that occur once. */
static int64_t count_different(clpti_combinations *c, int64_t from, int64_t pick, int64_t count)
{
    uint64_t *drawn = malloc((size_t)count * sizeof *drawn);
    int64_t picks[64], different = 1;
    assert_non_null(drawn);
    for (int64_t i = 0; i < count; i++) {
        clpti_combinations_draw(c, picks);
        check_choice(picks, from, pick);
        drawn[i] = bits_of(picks, pick);
    }
    qsort(drawn, (size_t)count, sizeof *drawn, by_bits);
    for (int64_t i = 1; i < count; i++) different += drawn[i] != drawn[i - 1];
    free(drawn);
    return different;
}

static void combinations_all_drawn_are_all_different(void **state)
{
    (void)state;
    const int64_t cases[][2] = {{1, 1}, {4, 4}, {5, 4}, {7, 4}, {10, 9}, {12, 4}, {20, 4}, {16, 9}, {60, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t from = cases[i][0], pick = cases[i][1], all = clpti_combinations_count(from, pick);
        clpti_combinations *c = series(from, pick, all);
        for (uint64_t key = 0; key < 2; key++) {
            clpti_combinations_start(c, key);
            assert_int_equal(count_different(c, from, pick, all), all);
        }
        clpti_combinations_destroy(&c);
        assert_null(c);
    }
    clpti_combinations *beyond = series(60, 16, 20000); /* 1.5e14 of them, too many to number */
    assert_int_equal(count_different(beyond, 60, 16, 20000), 20000);
    clpti_combinations_destroy(&beyond);
}

/* First and fifth draws of many series: every choice (every element, where there are too many choices) equally often.
 */
static void check_even(int64_t from, int64_t pick, int bins)
{
    enum { SERIES = 20000 };
    static int64_t counted[2][64];
    clpti_combinations *c = series(from, pick, 5);
    int64_t picks[64];
    memset(counted, 0, sizeof counted);
    for (uint64_t key = 0; key < SERIES; key++) {
        clpti_combinations_start(c, key);
        for (int draw = 0; draw < 5; draw++) {
            clpti_combinations_draw(c, picks);
            if (draw % 4 != 0) continue;
            int64_t number = 0;
            for (int64_t k = 0; k < pick; k++) {
                if (bins == (int)from) counted[draw / 4][picks[k]]++;
                number += clpti_combinations_count(picks[k], k + 1);
            }
            if (bins != (int)from) counted[draw / 4][number]++;
        }
    }
    for (int draw = 0; draw < 2; draw++) {
        double part = bins == (int)from ? (double)pick / (double)from : 1.0 / bins, statistic = 0;
        for (int b = 0; b < bins; b++) {
            double off = (double)counted[draw][b] - SERIES * part;
            statistic += off * off / (SERIES * part * (1 - part)) * (bins - 1) / bins;
        }
        if (fabs(statistic - (bins - 1)) > 4 * sqrt(2.0 * (bins - 1)))
            fail_msg("%d out of %d, draw %d: chi-square %.1f for %d bins", (int)pick, (int)from, 4 * draw, statistic,
                     bins);
    }
    clpti_combinations_destroy(&c);
}

static void combinations_many_series_are_even(void **state)
{
    (void)state;
    check_even(7, 4, 35);
    check_even(60, 16, 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_any_points_are_those_of_a_full_search),
        cmocka_unit_test(neighbours_many_points_are_found_quickly),
        cmocka_unit_test(combinations_counts_are_those_of_pascals_triangle),
        cmocka_unit_test(combinations_all_drawn_are_all_different),
        cmocka_unit_test(combinations_many_series_are_even),
    };
    return cmocka_run_group_tests_name("neighbours", tests, NULL, NULL);
}
