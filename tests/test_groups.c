/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of a scan against neighbours found by comparing all pairs, and against all choices written out. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_MAX_TESTED = 16 };

/* A scan, and what clpt_groups_draw made of it. */
typedef struct made {
    double *xy;
    int64_t count, groups, size;
    int64_t *indices;
    double *centres, *offsets;
} made;

static void free_made(made *m)
{
    free(m->xy);
    free(m->indices);
    free(m->centres);
    free(m->offsets);
}

/* A jittered grid, the last tenth of it a repetition of the first positions. */
static double *scan_of(int64_t count)
{
    double *xy = malloc((size_t)count * 2 * sizeof *xy);
    int64_t columns = (int64_t)ceil(sqrt((double)count)), repeated = count / 10;
    assert_non_null(xy);
    test_random_fill(xy, 2 * count, 3, -1, 1);
    for (int64_t i = 0; i < count; i++) {
        xy[2 * i] += 30 + 4 * (double)(i % columns);
        xy[2 * i + 1] += 40 + 4 * (double)(i / columns);
    }
    memcpy(xy + 2 * (count - repeated), xy, (size_t)repeated * 2 * sizeof *xy);
    return xy;
}

static made make(int64_t count, clpt_groups_options options)
{
    options.size = sizeof options;
    made m = {.count = count, .size = options.grid * options.grid, .xy = scan_of(count)};
    m.groups = options.groups ? options.groups : count;
    m.indices = malloc((size_t)(m.groups * m.size) * sizeof *m.indices);
    m.centres = malloc((size_t)m.groups * 2 * sizeof *m.centres);
    m.offsets = malloc((size_t)(m.groups * m.size) * 2 * sizeof *m.offsets);
    assert_true(m.indices && m.centres && m.offsets);
    clpt_message message = {0};
    if (clpt_groups_draw(m.xy, count, &options, m.indices, m.centres, m.offsets, &message) != CLPT_OK)
        fail_msg("%d positions: %s", (int)count, message.text);
    return m;
}

static double squared_distance(const double *xy, int64_t a, int64_t b)
{
    double dx = xy[2 * a] - xy[2 * b], dy = xy[2 * a + 1] - xy[2 * b + 1];
    return dx * dx + dy * dy;
}

/* The `count` nearest to `of`, each time the nearest one left; with `itself`, `of` counts too. */
static void nearest(const made *m, int64_t of, bool itself, int64_t count, int64_t *found)
{
    bool *taken = calloc((size_t)m->count, sizeof *taken);
    assert_non_null(taken);
    taken[of] = !itself;
    for (int64_t k = 0; k < count; k++) {
        int64_t best = -1;
        for (int64_t i = 0; i < m->count; i++)
            if (!taken[i] && (best < 0 || squared_distance(m->xy, of, i) < squared_distance(m->xy, of, best))) best = i;
        found[k] = best;
        taken[best] = true;
    }
    free(taken);
}

static int by_row(const void *a, const void *b)
{
    for (int c = 0; c < SIZE_MAX_TESTED; c++) {
        int64_t left = ((const int64_t *)a)[c], right = ((const int64_t *)b)[c];
        if (left != right) return left < right ? -1 : 1;
    }
    return 0;
}

/* The groups as rows of SIZE_MAX_TESTED in sorted order. */
static int64_t *sorted_rows(const int64_t *indices, int64_t groups, int64_t size)
{
    int64_t *rows = calloc((size_t)groups * SIZE_MAX_TESTED, sizeof *rows);
    assert_non_null(rows);
    for (int64_t g = 0; g < groups; g++)
        memcpy(rows + g * SIZE_MAX_TESTED, indices + g * size, (size_t)size * sizeof *rows);
    qsort(rows, (size_t)groups, SIZE_MAX_TESTED * sizeof *rows, by_row);
    return rows;
}

/* Every choice of every seed point, in any order. */
static int64_t *all_choices(const made *m, int64_t neighbours, bool itself, int64_t *groups)
{
    int64_t near[20], *indices = malloc((size_t)m->groups * (size_t)m->size * sizeof *indices);
    assert_non_null(indices);
    *groups = 0;
    for (int64_t seed = 0; seed < m->count; seed++) {
        nearest(m, seed, itself, neighbours, near);
        for (uint32_t bits = 0; bits < UINT32_C(1) << neighbours; bits++) {
            if (__builtin_popcount(bits) != (int)m->size) continue;
            assert_true(*groups < m->groups);
            int64_t *group = indices + (*groups)++ * m->size;
            for (int64_t k = 0; k < neighbours; k++)
                if (bits >> k & 1) *group++ = near[k];
        }
    }
    return indices;
}

static void check_all_choices(int64_t count, int64_t grid, int64_t neighbours, int64_t effective, bool itself,
                              int64_t groups)
{
    made m = make(count, (clpt_groups_options){
                             .groups = groups, .grid = grid, .neighbours = neighbours, .all_choices = true, .seed = 9});
    int64_t expected_groups;
    int64_t *choices = all_choices(&m, effective, itself, &expected_groups);
    assert_int_equal(expected_groups, groups);
    int64_t *expected = sorted_rows(choices, groups, m.size), *got = sorted_rows(m.indices, groups, m.size);
    if (memcmp(expected, got, (size_t)groups * SIZE_MAX_TESTED * sizeof *expected) != 0)
        fail_msg("%d positions, grid %d, %d neighbours: other groups than all choices", (int)count, (int)grid,
                 (int)neighbours);
    free(expected);
    free(got);
    free(choices);
    free_made(&m);
}

static void groups_all_choices_are_each_choice_of_each_point_once(void **state)
{
    (void)state;
    check_all_choices(60, 2, 4, 4, false, 60);
    check_all_choices(60, 2, 0, 4, false, 60);
    check_all_choices(60, 2, 7, 7, false, 60 * 35);
    check_all_choices(23, 3, 12, 12, false, 23 * 220);
    check_all_choices(6, 2, 5, 5, false, 6 * 5);
    check_all_choices(6, 2, 100, 5, false, 6 * 5); /* no more than five others */
    check_all_choices(5, 2, 0, 4, false, 5);
    check_all_choices(4, 2, 0, 4, true, 4); /* only three others: the point itself */
    check_all_choices(4, 2, 3, 4, true, 4);
    check_all_choices(9, 3, 50, 9, true, 9);
    check_all_choices(9, 1, 0, 1, true, 9);
    check_all_choices(9, 1, 6, 1, true, 9);
    check_all_choices(1, 1, 0, 1, true, 1);
}

static void groups_as_many_as_positions_have_each_as_seed_once(void **state)
{
    (void)state;
    made m = make(120, (clpt_groups_options){.grid = 2});
    int64_t groups;
    int64_t *choices = all_choices(&m, 4, false, &groups);
    int64_t *expected = sorted_rows(choices, groups, 4), *got = sorted_rows(m.indices, m.groups, 4);
    assert_int_equal(groups, m.groups);
    assert_memory_equal(expected, got, (size_t)groups * SIZE_MAX_TESTED * sizeof *expected);
    assert_true(memcmp(choices, m.indices, (size_t)groups * 4 * sizeof *choices) != 0); /* shuffled */
    free(expected);
    free(got);
    free(choices);
    free_made(&m);
}

static void groups_of_one_are_the_positions_themselves(void **state)
{
    (void)state;
    made m = make(50, (clpt_groups_options){.grid = 1, .groups = 30, .seed = 4});
    bool response[50] = {false};
    for (int64_t g = 0; g < m.groups; g++) {
        int64_t i = m.indices[g];
        assert_true(i >= 0 && i < 50 && !response[i]);
        response[i] = true;
        assert_true(m.centres[2 * g] == m.xy[2 * i] && m.centres[2 * g + 1] == m.xy[2 * i + 1]);
        assert_true(m.offsets[2 * g] == 0 && m.offsets[2 * g + 1] == 0);
    }
    free_made(&m);
}

static void groups_any_have_centres_and_offsets_of_their_positions(void **state)
{
    (void)state;
    for (int64_t grid = 1; grid <= 4; grid++) {
        made m = make(90, (clpt_groups_options){.grid = grid, .groups = 40, .neighbours = 20});
        for (int64_t g = 0; g < m.groups; g++)
            for (int axis = 0; axis < 2; axis++) {
                double sum = 0, offsets = 0;
                for (int64_t c = 0; c < m.size; c++) {
                    double at = m.xy[2 * m.indices[g * m.size + c] + axis];
                    sum += at;
                    offsets += m.offsets[2 * (g * m.size + c) + axis];
                    assert_true(m.offsets[2 * (g * m.size + c) + axis] == m.centres[2 * g + axis] - at);
                }
                assert_true(fabs(m.centres[2 * g + axis] - sum / (double)m.size) < 1e-12);
                assert_true(fabs(offsets) < 1e-11);
            }
        free_made(&m);
    }
}

/* Seed points are used equally often for any G: with one combination each, groups identify their seeds. */
static void groups_rounds_use_every_seed_before_any_again(void **state)
{
    (void)state;
    made all = make(40, (clpt_groups_options){.grid = 2, .neighbours = 6, .all_choices = true, .groups = 3 * 40 + 11});
    for (int64_t round = 0; round < 3; round++) {
        int used[40] = {0}, possible = 0;
        for (int64_t seed = 0; seed < 40; seed++) {
            int64_t near[6];
            nearest(&all, seed, false, 6, near);
            for (int64_t g = 40 * round; g < 40 * (round + 1); g++) {
                int held = 0;
                for (int c = 0; c < 4; c++)
                    for (int k = 0; k < 6; k++) held += all.indices[4 * g + c] == near[k];
                if (held == 4) used[seed]++;
            }
            possible += used[seed] > 0;
        }
        assert_int_equal(possible, 40);
    }
    free_made(&all);
}

static void groups_seed_alone_decides(void **state)
{
    (void)state;
    const clpt_groups_options options = {
        .size = sizeof options, .groups = 300, .grid = 2, .neighbours = 7, .all_choices = true, .seed = 1};
    clpt_groups_options fewer = options, other = options, once = options;
    fewer.groups = 130;
    other.seed = 2;
    once.all_choices = false;
    once.groups = 100;
    made a = make(100, options), again = make(100, options), first = make(100, fewer), b = make(100, other);
    made single = make(100, once);
    assert_memory_equal(a.indices, again.indices, 300 * 4 * sizeof(int64_t));
    assert_memory_equal(a.offsets, again.offsets, 300 * 8 * sizeof(double));
    assert_memory_equal(a.indices, first.indices, 130 * 4 * sizeof(int64_t));
    assert_memory_equal(a.indices, single.indices, 100 * 4 * sizeof(int64_t));
    int same = 0;
    for (int g = 0; g < 300; g++) same += !memcmp(a.indices + 4 * g, b.indices + 4 * g, 4 * sizeof(int64_t));
    assert_true(same < 10);
    free_made(&a);
    free_made(&again);
    free_made(&first);
    free_made(&b);
    free_made(&single);
}

static void groups_without_options_or_offsets_are_made_too(void **state)
{
    (void)state;
    made m = make(30, clpt_groups_options_default());
    int64_t *indices = malloc(30 * 4 * sizeof *indices);
    assert_non_null(indices);
    assert_int_equal(clpt_groups_draw(m.xy, 30, NULL, indices, NULL, NULL, NULL), CLPT_OK);
    assert_memory_equal(indices, m.indices, 30 * 4 * sizeof *indices);
    free(indices);
    free_made(&m);
}

/* Far more choices than can be numbered, and PtychoPINN's usual numbers, on a large scan. */
static void groups_large_scan_is_quick_and_has_near_neighbours(void **state)
{
    (void)state;
    const int64_t count = 100000;
    const clpt_groups_options cases[] = {
        {.groups = 200000, .grid = 2, .neighbours = 7, .all_choices = true, .seed = 3},
        {.groups = 100000, .grid = 4, .neighbours = 60, .all_choices = true, .seed = 4},
        {.grid = 1, .seed = 5}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        made m = make(count, cases[k]);
        for (int64_t g = 0; g < m.groups; g++)
            for (int64_t c = 0; c < m.size; c++) {
                assert_true(m.indices[g * m.size + c] >= 0 && m.indices[g * m.size + c] < count);
                assert_true(hypot(m.offsets[2 * (g * m.size + c)], m.offsets[2 * (g * m.size + c) + 1]) < 40);
                for (int64_t d = 0; d < c; d++) assert_true(m.indices[g * m.size + c] != m.indices[g * m.size + d]);
            }
        free_made(&m);
    }
}

/* ---- Errors ---- */

static void check_error(const double *xy, int64_t count, clpt_groups_options options, bool store, const char *words)
{
    options.size = sizeof options;
    static int64_t indices[4000];
    clpt_message message = {0};
    assert_int_equal(clpt_groups_draw(xy, count, &options, store ? indices : NULL, NULL, NULL, &message),
                     CLPT_ERROR_ARGUMENT);
    if (!strstr(message.text, "clpt_groups_draw: ") || !strstr(message.text, words))
        fail_msg("no '%s' in: %s", words, message.text);
    assert_int_equal(clpt_groups_draw(xy, count, &options, store ? indices : NULL, NULL, NULL, NULL),
                     CLPT_ERROR_ARGUMENT);
}

static void groups_wrong_arguments_are_refused(void **state)
{
    (void)state;
    double *xy = scan_of(20);
    check_error(NULL, 20, (clpt_groups_options){.grid = 1}, true, "positions is NULL");
    check_error(xy, 20, (clpt_groups_options){.grid = 1}, false, "indices is NULL");
    check_error(xy, 0, (clpt_groups_options){.grid = 1}, true, "at least 1");
    check_error(xy, 20, (clpt_groups_options){.grid = 0}, true, "grid 0");
    check_error(xy, 20, (clpt_groups_options){.grid = 2, .groups = -1}, true, "groups -1");
    check_error(xy, 20, (clpt_groups_options){.grid = 2, .neighbours = -5}, true, "neighbours -5");
    check_error(xy, 3, (clpt_groups_options){.grid = 2}, true, "groups of 2 x 2, but there are only 3 positions");
    check_error(xy, 20, (clpt_groups_options){.grid = INT64_C(1) << 40}, true, "only 20 positions");
    check_error(xy, 20, (clpt_groups_options){.grid = 2, .neighbours = 3}, true,
                "groups of 4 require at least 4 neighbours");
    check_error(xy, 4, (clpt_groups_options){.grid = 2, .neighbours = 2}, true,
                "groups of 4 require at least 3 neighbours");
    check_error(xy, 20, (clpt_groups_options){.grid = 2, .groups = 21, .neighbours = 7}, true,
                "21 groups of 4 exceed the number that exists: 20 positions with 1 combination each; all_choices");
    check_error(
        xy, 20, (clpt_groups_options){.groups = 701, .grid = 2, .neighbours = 7, .all_choices = true}, true,
        "701 groups of 4 exceed the number that exists: 20 positions with 35 combinations each; more neighbours");
    check_error(xy, 4, (clpt_groups_options){.groups = 5, .grid = 2, .neighbours = 0, .all_choices = true}, true,
                "5 groups of 4 exceed");
    check_error(xy, 20, (clpt_groups_options){.groups = 21, .grid = 1, .neighbours = 0, .all_choices = true}, true,
                "21 groups of 1 exceed");
    check_error(xy, 20, (clpt_groups_options){.groups = INT64_MAX, .grid = 2, .neighbours = 19, .all_choices = true},
                true, "20 positions with 3876 combinations each");
    xy[13] = NAN;
    check_error(xy, 20, (clpt_groups_options){.grid = 2}, true, "y of position 6 is nan");
    xy[13] = -INFINITY;
    check_error(xy, 20, (clpt_groups_options){.grid = 2}, true, "y of position 6 is -inf");
    xy[13] = 2e9;
    check_error(xy, 20, (clpt_groups_options){.grid = 2}, true, "y of position 6 is 2e+09");
    free(xy);
}

static void groups_more_choices_than_int64_do_not_overflow(void **state)
{
    (void)state;
    double *xy = scan_of(300);
    check_error(xy, 300, (clpt_groups_options){.groups = INT64_MAX, .grid = 4, .neighbours = 299, .all_choices = true},
                true, "exceed the address space");
    made m = make(300, (clpt_groups_options){.groups = 700, .grid = 4, .neighbours = 299, .all_choices = true});
    int64_t *rows = sorted_rows(m.indices, m.groups, m.size);
    for (int64_t g = 1; g < m.groups; g++)
        assert_true(by_row(rows + (g - 1) * SIZE_MAX_TESTED, rows + g * SIZE_MAX_TESTED) < 0);
    free(rows);
    free_made(&m);
    free(xy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_all_choices_are_each_choice_of_each_point_once),
        cmocka_unit_test(groups_as_many_as_positions_have_each_as_seed_once),
        cmocka_unit_test(groups_of_one_are_the_positions_themselves),
        cmocka_unit_test(groups_any_have_centres_and_offsets_of_their_positions),
        cmocka_unit_test(groups_rounds_use_every_seed_before_any_again),
        cmocka_unit_test(groups_seed_alone_decides),
        cmocka_unit_test(groups_without_options_or_offsets_are_made_too),
        cmocka_unit_test(groups_large_scan_is_quick_and_has_near_neighbours),
        cmocka_unit_test(groups_wrong_arguments_are_refused),
        cmocka_unit_test(groups_more_choices_than_int64_do_not_overflow),
    };
    return cmocka_run_group_tests_name("groups", tests, NULL, NULL);
}
