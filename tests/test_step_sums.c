/* SPDX-License-Identifier: Apache-2.0 */
/* Sums, largest values and matrix products of modes, which have no public call of their own, against the reference. */
#include "step_case.h"

#include <math.h>

#define REAL(seed, ...)                                                                                                \
    test_field_random(CLPT_TYPE_F32, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})
#define PAIRS(seed, ...)                                                                                               \
    test_field_random(CLPT_TYPE_C64, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})

/* Positive numbers. */
static test_field positive(test_field field)
{
    for (int64_t i = 0; i < field.count; i++) test_set(&field, i, 0, fabs(test_get(&field, i, 0)));
    return field;
}

/* count, modes, size, …: what each `how` below points to. */
typedef struct sizes {
    int64_t count, modes, size, height, width, first;
    int way;
} sizes;

static const sizes shapes[] = {{1, 1, 1, 3, 4, 0, 0},    {4, 3, 5, 9, 8, 2, 1},    {9, 1, 16, 20, 31, 5, 2},
                               {3, 2, 17, 30, 21, 0, 3}, {40, 2, 8, 12, 13, 1, 1}, {5, 5, 11, 14, 40, 3, 0}};
#define SHAPES (sizeof shapes / sizeof *shapes)

static clpt_status sums(step_bench *b, const void *how)
{
    const sizes *n = how;
    clpt_status status = clpti_largest(
        b->context, &(clpti_largest_args){
                        .values = b->views[0], .groups = n->count, .count = n->height * n->width, .out = b->views[1]});
    if (status != CLPT_OK) return status;
    status = clpti_totals(
        b->context,
        &(clpti_totals_args){
            .values = b->views[0], .groups = n->count, .height = n->height, .width = n->width, .out = b->views[2]});
    if (status != CLPT_OK) return status;
    return clpti_power(b->context, &(clpti_power_args){.modes = b->views[3],
                                                       .mode_count = n->modes,
                                                       .count = n->height * n->width,
                                                       .power = b->views[4]});
}

static clpt_status largest(step_bench *b, const void *how)
{
    return clpti_largest(
        b->context,
        &(clpti_largest_args){.values = b->views[0], .groups = 2, .count = *(const int64_t *)how, .out = b->views[1]});
}

/* One launch, and several one after another. */
static void largest_of_many_values_is_exact(void **state)
{
    (void)state;
    static const int64_t counts[] = {1, 255, 4097, 16384, 16385, 100003};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        step_case s = {
            .name = test_text("largest of %lld", (long long)counts[i]),
            .view_count = 2,
            .run = largest,
            .how = &counts[i],
            .fields = {positive(REAL(7 + i, 2, counts[i])), test_field_new(CLPT_TYPE_F32, 1, (int64_t[]){2})},
            .tolerance = {0, 1e-7}};
        step_check(&s);
    }
}

static void sums_agree_with_the_reference(void **state)
{
    (void)state;
    const sizes long_sums = {2, 2, 1, 301, 257, 0, 0};
    for (size_t i = 0; i <= SHAPES; i++) {
        const sizes *n = i < SHAPES ? &shapes[i] : &long_sums;
        if (n == &long_sums && test_small()) continue;
        step_case s = {.name = test_text("sums %d", (int)i),
                       .view_count = 5,
                       .run = sums,
                       .how = n,
                       .fields = {positive(REAL(1, n->count, n->height, n->width)), REAL(2, n->count),
                                  REAL(3, n->count), PAIRS(4, n->modes, n->height, n->width),
                                  REAL(5, n->height, n->width)},
                       .tolerance = {0, 1e-7, TEST_LINEAR, 0, TEST_LINEAR}};
        step_check(&s);
    }
}

static clpt_status dense(step_bench *b, const void *how)
{
    const sizes *n = how;
    int64_t count = n->height * n->width;
    clpt_status status = clpti_gram(
        b->context,
        &(clpti_gram_args){.modes = b->views[0], .mode_count = n->modes, .count = count, .gram = b->views[1]});
    if (status != CLPT_OK) return status;
    return clpti_rotate(
        b->context,
        &(clpti_rotate_args){
            .modes = b->views[0], .out = b->views[2], .mode_count = n->modes, .count = count, .matrix = b->views[3]});
}

static void gram_and_rotate_agree_with_the_reference(void **state)
{
    (void)state;
    static const sizes cases[] = {
        {0, 1, 0, 1, 1, 0, 0}, {0, 2, 0, 7, 5, 0, 0}, {0, 7, 0, 16, 16, 0, 0}, {0, 12, 0, 40, 33, 0, 0}};
    for (size_t i = 0; i < (test_small() ? 3 : 4); i++) {
        const sizes *n = &cases[i];
        step_case s = {.name = test_text("gram and rotate %d", (int)i),
                       .view_count = 4,
                       .run = dense,
                       .how = n,
                       .fields = {PAIRS(1, n->modes, n->height, n->width), PAIRS(2, n->modes, n->modes),
                                  PAIRS(3, n->modes, n->height, n->width), PAIRS(4, n->modes, n->modes)},
                       .tolerance = {0, TEST_LINEAR, TEST_LINEAR, 0}};
        step_check(&s);
    }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(largest_of_many_values_is_exact),
        cmocka_unit_test(sums_agree_with_the_reference),
        cmocka_unit_test(gram_and_rotate_agree_with_the_reference),
    };
    return cmocka_run_group_tests_name("step_sums", tests, test_open_both, test_close_both);
}
