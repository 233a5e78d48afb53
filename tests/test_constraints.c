/* SPDX-License-Identifier: Apache-2.0 */
/* Constraints on object and probe, by their purpose; test_steps compares with the reference. */
#include "step_case.h"

#include <math.h>
#include <stdlib.h>

#include "ops/constraint.h"

#define PAIRS(seed, ...)                                                                                               \
    test_field_random(CLPT_TYPE_C64, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})

typedef struct sizes {
    int64_t modes, size, height, width;
} sizes;
static const sizes shapes[] = {{1, 1, 1, 1}, {3, 5, 9, 8}, {2, 16, 1, 31}, {1, 17, 40, 1}, {2, 8, 23, 37}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* Runs a step on one field of the device under test. */
static test_field after(const test_field *before, clpt_status (*run)(step_bench *b, const void *how), const void *how)
{
    step_bench b = {.context = test_context};
    test_field result = test_field_as(before, CLPT_TYPE_C128);
    b.buffers[0] = test_buffer(test_context, before, 5);
    b.views[0] = (clpti_view){b.buffers[0], 5};
    test_ok(test_context, run(&b, how));
    test_buffer_read(test_context, b.buffers[0], 5, &result);
    clpt_buffer_destroy(&b.buffers[0]);
    return result;
}

static double size_at(const test_field *field, int64_t i)
{
    return hypot(test_get(field, i, 0), test_get(field, i, 1));
}

static double power_of(const test_field *field)
{
    double sum = 0;
    for (int64_t i = 0; i < field->count; i++) sum += size_at(field, i) * size_at(field, i);
    return sum;
}

/* ---- Amplitudes ---- */

static clpt_status limit_amplitude(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_limit_amplitude(
        b->context, &(clpti_limit_amplitude_args){
                        .field = b->views[0], .count = n->height * n->width, .lowest = 0.3, .highest = 0.9});
}

static void limit_amplitude_keeps_phases_and_goes_into_the_limits(void **state)
{
    (void)state;
    for (int i = 0; i < SHAPES; i++) {
        const sizes *n = &shapes[i];
        test_field field = PAIRS(1, n->height, n->width);
        test_set(&field, field.count / 2, 0, 0), test_set(&field, field.count / 2, 1, 0);
        test_field limited = after(&field, limit_amplitude, n);
        for (int64_t k = 0; k < field.count; k++) {
            double before = size_at(&field, k), now = size_at(&limited, k);
            assert_true(now >= 0.3 - 1e-6 && now <= 0.9 + 1e-6);
            if (before >= 0.3 && before <= 0.9) assert_true(fabs(now - before) < 1e-6);
            double across =
                test_get(&field, k, 0) * test_get(&limited, k, 1) - test_get(&field, k, 1) * test_get(&limited, k, 0);
            assert_true(fabs(across) < 1e-6);
        }
        test_field_free(&limited);
        test_field_free(&field);
    }
}

/* ---- Power ---- */

static clpt_status normalise_power(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_normalise_power(
        b->context,
        &(clpti_normalise_power_args){.field = b->views[0], .modes = n->modes, .size = n->size, .power = 123.5});
}

static void normalise_power_gives_the_power(void **state)
{
    (void)state;
    for (int i = 0; i < SHAPES; i++) {
        const sizes *n = &shapes[i];
        test_field field = PAIRS(2, n->modes, n->size, n->size), zeros = test_field_new(CLPT_TYPE_C64, 3, field.shape);
        test_field scaled = after(&field, normalise_power, n), still = after(&zeros, normalise_power, n);
        assert_true(fabs(power_of(&scaled) / 123.5 - 1) < 1e-6);
        assert_true(power_of(&still) == 0);
        test_field_free(&scaled);
        test_field_free(&still);
        test_field_free(&zeros);
        test_field_free(&field);
    }
}

/* ---- Support ---- */

static void a_disc_is_one_inside_and_falls_to_zero(void **state)
{
    (void)state;
    clpt_buffer *mask = NULL;
    test_field values = test_field_new(CLPT_TYPE_F64, 2, (int64_t[]){40, 40});
    test_ok(test_context, clpti_support_disc(test_context, 40, 0.25, 0.1, &mask));
    test_ok(test_context, clpti_field_download(clpti_view_of(mask), values.data, CLPT_TYPE_F64, values.count));
    for (int64_t i = 0; i < values.count; i++) {
        double distance = hypot((double)(i % 40 - 20), (double)(i / 40 - 20)), value = test_get(&values, i, 0);
        if (distance <= 10) assert_true(value == 1);
        if (distance >= 14) assert_true(value == 0);
        if (distance > 10 && distance < 14) assert_true(value > 0 && value < 1);
    }
    assert_true(fabs(test_get(&values, 20 * 40 + 32, 0) - 0.5) < 1e-6); /* half way down */
    clpt_buffer_destroy(&mask);
    test_field_free(&values);
}

/* ---- Total variation ---- */

typedef struct tv_how {
    const sizes *n;
    double weight;
    int steps;
} tv_how;

static clpt_status tv_step(step_bench *b, const void *how)
{
    const tv_how *h = how;
    return clpti_tv_step(b->context, &(clpti_tv_step_args){.field = b->views[0],
                                                           .height = h->n->height,
                                                           .width = h->n->width,
                                                           .weight = h->weight,
                                                           .steps = h->steps});
}

/* Forward difference of part `part` at a pixel, 0 beyond the border. */
static double difference(const test_field *u, int64_t y, int64_t x, bool down, int part)
{
    int64_t width = u->shape[1], at = y * width + x;
    if (down ? y + 1 == u->shape[0] : x + 1 == width) return 0;
    return test_get(u, at + (down ? width : 1), part) - test_get(u, at, part);
}

/* ½ Σ|u − f|² + weight·Σ√(|Δx u|² + |Δy u|²), written out. */
static double tv_value(const test_field *u, const test_field *f, double weight)
{
    double sum = 0;
    for (int64_t y = 0; y < u->shape[0]; y++)
        for (int64_t x = 0; x < u->shape[1]; x++) {
            double squares = 0;
            for (int k = 0; k < 4; k++) squares += pow(difference(u, y, x, k & 1, k / 2), 2);
            sum += weight * sqrt(squares);
            for (int part = 0; part < 2; part++) {
                int64_t at = y * u->shape[1] + x;
                sum += 0.5 * pow(test_get(u, at, part) - test_get(f, at, part), 2);
            }
        }
    return sum;
}

/* The minimum is one: whatever is tried near the result is larger; and a strong weight leaves the mean alone. */
static void tv_step_goes_to_the_minimum(void **state)
{
    (void)state;
    if (test_small()) skip();
    const sizes n = {0, 0, 12, 15};
    test_field f = PAIRS(4, n.height, n.width), other = test_field_new(CLPT_TYPE_C128, 2, f.shape);
    tv_how few = {&n, 0.2, 10}, many = {&n, 0.2, 400}, strong = {&n, 50, 4000};
    test_field u10 = after(&f, tv_step, &few), u = after(&f, tv_step, &many), flat = after(&f, tv_step, &strong);
    double start = tv_value(&f, &f, 0.2), ten = tv_value(&u10, &f, 0.2), minimum = tv_value(&u, &f, 0.2);
    assert_true(minimum < 0.8 * start && ten < start && ten >= minimum && ten - minimum < 0.01 * minimum);
    for (uint64_t k = 0; k < 50; k++) {
        for (int64_t i = 0; i < f.count; i++)
            for (int part = 0; part < 2; part++)
                test_set(&other, i, part,
                         test_get(&u, i, part) +
                             test_random(60 + k, (uint64_t)(2 * i + part), -1, 1) * (k < 25 ? 0.2 : 0.02));
        assert_true(tv_value(&other, &f, 0.2) > minimum);
    }
    double mean = 0;
    for (int64_t i = 0; i < f.count; i++) mean += test_get(&f, i, 0) / (double)f.count;
    for (int64_t i = 0; i < f.count; i++) assert_true(fabs(test_get(&flat, i, 0) - mean) < 0.02);
    test_field_free(&f);
    test_field_free(&u);
    test_field_free(&u10);
    test_field_free(&flat);
    test_field_free(&other);
}

/* ---- Smoothing ---- */

typedef struct smooth_how {
    const sizes *n;
    double sigma, mix;
} smooth_how;

static clpt_status smooth_object(step_bench *b, const void *how)
{
    const smooth_how *h = how;
    return clpti_smooth_object(
        b->context,
        &(clpti_smooth_object_args){
            .field = b->views[0], .height = h->n->height, .width = h->n->width, .sigma = h->sigma, .mix = h->mix});
}

/* A point becomes a Gaussian of that width; a constant stays. */
static void smooth_object_widens_a_point(void **state)
{
    (void)state;
    if (test_small()) skip();
    const sizes n = {0, 0, 41, 41};
    smooth_how how = {&n, 2.5, 1};
    test_field point = test_field_new(CLPT_TYPE_C64, 2, (int64_t[]){41, 41}),
               ones = test_field_new(CLPT_TYPE_C64, 2, point.shape);
    test_set(&point, 20 * 41 + 20, 0, 1);
    for (int64_t i = 0; i < ones.count; i++) test_set(&ones, i, 0, 1);
    test_field wide = after(&point, smooth_object, &how), still = after(&ones, smooth_object, &how);
    double sum = 0, spread = 0;
    for (int64_t i = 0; i < wide.count; i++) {
        sum += test_get(&wide, i, 0);
        spread += test_get(&wide, i, 0) * pow((double)(i % 41 - 20), 2);
        assert_true(fabs(test_get(&still, i, 0) - 1) < 1e-6);
    }
    assert_true(fabs(sum - 1) < 1e-6);
    assert_true(fabs(sqrt(spread) - 2.5) < 0.05); /* the cut at 3σ takes some */
    test_field_free(&point);
    test_field_free(&ones);
    test_field_free(&wide);
    test_field_free(&still);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limit_amplitude_keeps_phases_and_goes_into_the_limits),
        cmocka_unit_test(normalise_power_gives_the_power),
        cmocka_unit_test(a_disc_is_one_inside_and_falls_to_zero),
        cmocka_unit_test(tv_step_goes_to_the_minimum),
        cmocka_unit_test(smooth_object_widens_a_point),
    };
    return cmocka_run_group_tests_name("constraints", tests, test_open_both, test_close_both);
}
