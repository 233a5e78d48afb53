/* SPDX-License-Identifier: Apache-2.0 */
/* Losses, total variation and the gradient of a batch: values against sums in double, and what must not be read. */
#include "vjp_case.h"

#include <math.h>
#include <stdlib.h>

static const char *const losses[] = {"poisson", "amplitude", "mae"};

/* CONVENTIONS, 'Losses and gradients', of one good pixel. */
static double loss_at(int loss, double intensity, double counts, double *slope)
{
    double model = sqrt(intensity + 1e-12), difference = model - sqrt(counts);
    if (loss == CLPT_LOSS_POISSON) {
        *slope = 1 - counts / (intensity + 1e-8);
        return intensity - counts * log(intensity + 1e-8);
    }
    *slope = loss == CLPT_LOSS_AMPLITUDE ? difference / model : (difference > 0 ? 0.5 : -0.5) / model;
    return loss == CLPT_LOSS_AMPLITUDE ? difference * difference : fabs(difference);
}

typedef struct patterns {
    test_field intensity, measured, mask;
    int masks; /* 0: none; 1: one for all; 2: one for each pattern */
} patterns;

/* Intensities and counts that are distinct in float32; NaN where the mask is 0. */
static patterns patterns_new(int64_t count, int64_t height, int64_t width, int masks)
{
    patterns p = {.masks = masks};
    p.intensity = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(count, height, width));
    p.measured = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(count, height, width));
    p.mask = masks == 2 ? test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(count, height, width))
                        : test_field_new(CLPT_TYPE_F32, 2, CLPT_SHAPE(height, width));
    for (int64_t i = 0; i < p.mask.count; i++)
        test_set(&p.mask, i, 0, test_random(1, (uint64_t)i, 0, 1) < 0.8 || i % 2 == 1);
    for (int64_t i = 0; i < p.measured.count; i++) {
        bool good = !masks || test_get(&p.mask, i % p.mask.count, 0) > 0;
        test_set(&p.intensity, i, 0, floor(test_random(2, (uint64_t)i, 0, 60)) + 0.4);
        test_set(&p.measured, i, 0, good ? floor(test_random(3, (uint64_t)i, 0, 60)) : NAN);
    }
    return p;
}

static void patterns_free(patterns *p)
{
    test_field_free(&p->intensity);
    test_field_free(&p->measured);
    test_field_free(&p->mask);
}

static double loss_of(clpt_context *context, int loss, const patterns *p, const test_field *d)
{
    clpt_array intensity = test_array(&p->intensity), measured = test_array(&p->measured), mask = test_array(&p->mask);
    clpt_array to = d ? test_array(d) : measured;
    double value = NAN;
    test_ok(context, clpt_loss_evaluate(context, (clpt_loss)loss, &intensity, &measured, p->masks ? &mask : NULL,
                                        &value, d ? &to : NULL));
    return value;
}

static void expect_loss(const char *name, double got, double expected)
{
    if (!(fabs(got - expected) <= TEST_LOSS * fabs(expected)))
        fail_msg("%s is %.12g and should be %.12g: %.2e", name, got, expected, fabs(got - expected) / fabs(expected));
}

/* ---- Values and derivatives ---- */

static void check_loss(int loss, const patterns *p)
{
    const char *name = test_text("%s, masks %d, %d patterns", losses[loss], p->masks, (int)p->intensity.shape[0]);
    test_field d = test_field_new(CLPT_TYPE_F32, 3, p->intensity.shape),
               expected = test_field_new(CLPT_TYPE_F64, 3, d.shape);
    double sum = 0;
    for (int64_t i = 0; i < d.count; i++) {
        double slope = 0;
        test_set(&d, i, 0, NAN);
        if (p->masks && test_get(&p->mask, i % p->mask.count, 0) == 0) continue;
        sum += loss_at(loss, test_get(&p->intensity, i, 0), test_get(&p->measured, i, 0), &slope);
        test_set(&expected, i, 0, slope);
    }
    double value = loss_of(test_context, loss, p, &d);
    expect_loss(name, value, sum);
    test_field got = test_field_as(&d, CLPT_TYPE_F64);
    test_close(name, &got, &expected, TEST_GRADIENT, NULL);
    if (loss_of(test_context, loss, p, NULL) != value) fail_msg("%s: another value without the derivative", name);
    clpt_context *tight = test_open(test_device(), 1);
    if (loss_of(tight, loss, p, NULL) != value) fail_msg("%s: another value in pieces", name);
    clpt_context_destroy(&tight);
    test_field_free(&d);
    test_field_free(&expected);
    test_field_free(&got);
}

static void losses_agree_with_sums_in_double(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = {{1, 1, 2}, {5, 7, 4}, {3, 33, 33}, {2, 104, 61}};
    for (int i = 0; i < 4; i++)
        for (int masks = 0; masks < 3; masks++) {
            patterns p = patterns_new(shapes[i][0], shapes[i][1], shapes[i][2], masks);
            for (int loss = 0; loss < 3; loss++) check_loss(loss, &p);
            patterns_free(&p);
        }
}

static void losses_where_all_is_masked_are_zero(void **state)
{
    (void)state;
    patterns p = patterns_new(2, 5, 6, 1);
    for (int64_t i = 0; i < p.mask.count; i++) test_set(&p.mask, i, 0, 0);
    for (int64_t i = 0; i < p.measured.count; i++) test_set(&p.measured, i, 0, NAN);
    for (int loss = 0; loss < 3; loss++) {
        test_field d = test_field_random(CLPT_TYPE_F32, 5, 3, p.intensity.shape);
        assert_true(loss_of(test_context, loss, &p, &d) == 0);
        for (int64_t i = 0; i < d.count; i++) assert_true(test_get(&d, i, 0) == 0);
        test_field_free(&d);
    }
    patterns_free(&p);
}

/* Nothing measured where nothing is modelled: the small numbers under log and root keep all finite. */
static void losses_in_the_dark_are_finite(void **state)
{
    (void)state;
    patterns p = patterns_new(1, 2, 2, 0);
    for (int64_t i = 0; i < 4; i++) {
        test_set(&p.intensity, i, 0, i & 1 ? 4 : 0);
        test_set(&p.measured, i, 0, i & 2 ? 4 : 0);
    }
    for (int loss = 0; loss < 3; loss++) {
        test_field d = test_field_new(CLPT_TYPE_F32, 3, p.intensity.shape);
        double expected = 0, slope = 0;
        for (int64_t i = 0; i < 4; i++)
            expected += loss_at(loss, test_get(&p.intensity, i, 0), test_get(&p.measured, i, 0), &slope);
        expect_loss(losses[loss], loss_of(test_context, loss, &p, &d), expected);
        for (int64_t i = 0; i < d.count; i++) assert_true(isfinite(test_get(&d, i, 0)));
        test_field_free(&d);
    }
    patterns_free(&p);
}

/* 10⁸ terms, of which each is far below the rounding of the sum in float32; more than the device may hold at once. */
static void losses_of_very_many_pixels_are_accurate(void **state)
{
    (void)state;
    int64_t count = test_small() ? 4 : 100, side = test_small() ? 64 : 1000, total = count * side * side;
    patterns p = {.intensity = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(count, side, side)),
                  .measured = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(count, side, side))};
    float *intensity = p.intensity.data, *measured = p.measured.data;
    uint32_t bits = 1;
    for (int64_t i = 0; i < total; i++) {
        bits = bits * 1664525u + 1013904223u;
        intensity[i] = 0.5f + (float)(bits >> 24) / 64;
        measured[i] = (float)(bits >> 16 & 7);
    }
    clpt_context *context = test_open(test_device(), 64 << 20);
    for (int loss = 0; loss < 3; loss++) {
        double sums[1000] = {0}, expected = 0, slope = 0; /* a sum of sums rounds less */
        for (int64_t i = 0; i < total; i++) sums[i % 1000] += loss_at(loss, intensity[i], measured[i], &slope);
        for (int i = 0; i < 1000; i++) expected += sums[i];
        expect_loss(losses[loss], loss_of(context, loss, &p, NULL), expected);
    }
    clpt_context_destroy(&context);
    test_field_free(&p.intensity);
    test_field_free(&p.measured);
}

static void losses_refuse_what_does_not_fit(void **state)
{
    (void)state;
    patterns p = patterns_new(3, 5, 5, 2);
    clpt_array intensity = test_array(&p.intensity), measured = test_array(&p.measured), mask = test_array(&p.mask);
    clpt_array fewer = measured, narrow = mask;
    double value = 0;
    fewer.shape[0] = 2;
    narrow.shape[2] = 4;
    test_fails(test_context,
               clpt_loss_evaluate(test_context, CLPT_LOSS_AMPLITUDE_L1, &intensity, &fewer, NULL, &value, NULL),
               CLPT_ERROR_ARGUMENT, "measured|3|2");
    test_fails(test_context,
               clpt_loss_evaluate(test_context, CLPT_LOSS_AMPLITUDE_L1, &intensity, &measured, &narrow, &value, NULL),
               CLPT_ERROR_ARGUMENT, "mask|5|4");
    test_fails(test_context, clpt_loss_evaluate(test_context, (clpt_loss)7, &intensity, &measured, NULL, &value, NULL),
               CLPT_ERROR_ARGUMENT, "loss|7");
    patterns_free(&p);
}

/* ---- Total variation ---- */

static double variation_in_double(clpt_variation kind, const test_field *o)
{
    double sum = 0;
    for (int64_t i = 0; i < o->count; i++) {
        double squares = 0;
        for (int part = 0; part < 2; part++) {
            double here = test_get(o, i, part);
            if ((i + 1) % o->shape[1]) squares += pow(test_get(o, i + 1, part) - here, 2);
            if (i + o->shape[1] < o->count) squares += pow(test_get(o, i + o->shape[1], part) - here, 2);
        }
        sum += kind == CLPT_VARIATION_TOTAL ? sqrt(squares + 0.09) : squares;
    }
    return sum;
}

static void total_variation_agrees_with_sums_and_differences(void **state)
{
    (void)state;
    static const int64_t shapes[][2] = {{1, 1}, {1, 9}, {7, 1}, {24, 31}, {300, 257}};
    for (int i = 0; i < (test_small() ? 4 : 5); i++)
        for (int kind = 0; kind < 2; kind++) {
            clpt_variation how = (clpt_variation)kind;
            test_field object = test_field_random(CLPT_TYPE_C64, 1, 2, shapes[i]);
            clpt_array from = test_array(&object);
            double value = NAN;
            test_ok(test_context, clpt_variation_evaluate(test_context, how, &from, 0.3, &value, NULL));
            expect_loss(test_text("variation %d, %d", kind, i), value, variation_in_double(how, &object));
            test_field_free(&object);
            vjp_case c = {.name = test_text("variation %d, %d", kind, i),
                          .operation = "total-variation",
                          .options = {.variation = how, .epsilon = 0.3},
                          .inputs = {{.field = vjp_random(true, 1, 2, shapes[i])}}};
            vjp_check(&c);
        }
}

static void total_variation_refuses_epsilon_zero(void **state)
{
    (void)state;
    test_field object = test_field_random(CLPT_TYPE_C64, 1, 2, CLPT_SHAPE(4, 4));
    clpt_array from = test_array(&object);
    double value = 0;
    test_fails(test_context, clpt_variation_evaluate(test_context, CLPT_VARIATION_TOTAL, &from, 0, &value, NULL),
               CLPT_ERROR_ARGUMENT, "epsilon|0");
    test_ok(test_context, clpt_variation_evaluate(test_context, CLPT_VARIATION_QUADRATIC, &from, 0, &value, NULL));
    test_field_free(&object);
}

/* ---- The gradient of a batch ---- */

enum { COUNT = 7, SIDE = 12, HEIGHT = 20, WIDTH = 23, CHOSEN = 4 };
static const int32_t chosen[CHOSEN] = {5, 0, 6, 2};

typedef struct batch_result {
    double value, d_scale;
    test_field d_object, d_probe, d_positions;
} batch_result;

static batch_result gradient(clpt_context *context, const double *positions, const int32_t *list, int64_t count,
                             const clpt_array *measured, const clpt_array *mask)
{
    batch_result r = {.d_object = test_field_new(CLPT_TYPE_C64, 2, CLPT_SHAPE(HEIGHT, WIDTH)),
                      .d_probe = test_field_new(CLPT_TYPE_C64, 3, CLPT_SHAPE(2, SIDE, SIDE)),
                      .d_positions = test_field_new(CLPT_TYPE_F64, 2, CLPT_SHAPE(CHOSEN, 2))};
    test_field object = test_field_random(CLPT_TYPE_C64, 1, 2, r.d_object.shape);
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, 3, r.d_probe.shape);
    clpt_array from = test_array(&object), light = test_array(&probe), d_object = test_array(&r.d_object),
               d_probe = test_array(&r.d_probe), d_positions = test_array(&r.d_positions);
    clpt_forward_gradients gradients = {sizeof gradients, &d_object, &d_probe, &d_positions, &r.d_scale};
    clpt_scan *scan = NULL;
    test_ok(context, clpt_scan_create(context, positions, count, &scan));
    const clpt_gradient_args args = {.size = sizeof args,
                                     .loss = CLPT_LOSS_AMPLITUDE,
                                     .object = &from,
                                     .scan = scan,
                                     .probe = &light,
                                     .patterns = list,
                                     .count = CHOSEN,
                                     .measured = measured,
                                     .mask = mask};
    test_ok(context, clpt_gradient(context, &args, &r.value, &gradients));
    clpt_scan_destroy(&scan);
    test_field_free(&object);
    test_field_free(&probe);
    return r;
}

static void expect_same_result(const char *name, batch_result a, const batch_result *b)
{
    if (a.value != b->value || a.d_scale != b->d_scale)
        fail_msg("%s: loss %.17g, d_scale %.17g; should be %.17g, %.17g", name, a.value, a.d_scale, b->value,
                 b->d_scale);
    test_same_bits(test_text("%s, d_object", name), &a.d_object, &b->d_object);
    test_same_bits(test_text("%s, d_probe", name), &a.d_probe, &b->d_probe);
    test_same_bits(test_text("%s, d_positions", name), &a.d_positions, &b->d_positions);
    test_field_free(&a.d_object);
    test_field_free(&a.d_probe);
    test_field_free(&a.d_positions);
}

/* The rows of `all` that are chosen. */
static test_field chosen_rows(const test_field *all)
{
    test_field rows = test_field_new(all->type, 3, CLPT_SHAPE(CHOSEN, SIDE, SIDE));
    for (int64_t i = 0; i < rows.count; i++)
        test_set(&rows, i, 0, test_get(all, chosen[i / (SIDE * SIDE)] * SIDE * SIDE + i % (SIDE * SIDE), 0));
    return rows;
}

/* A list of patterns is a scan of these patterns: with host arrays, in buffers, and in pieces. */
static void a_batch_is_a_scan_of_its_patterns(void **state)
{
    (void)state;
    patterns all = patterns_new(COUNT, SIDE, SIDE, 2);
    test_field measured = chosen_rows(&all.measured), mask = chosen_rows(&all.mask);
    clpt_array all_measured = test_array(&all.measured), all_mask = test_array(&all.mask);
    clpt_array own_measured = test_array(&measured), own_mask = test_array(&mask);
    double positions[2 * COUNT], own[2 * CHOSEN];
    test_random_fill(positions, 2 * COUNT, 4, 5, 16);
    for (int i = 0; i < 2 * CHOSEN; i++) own[i] = positions[2 * chosen[i / 2] + i % 2];
    batch_result expected = gradient(test_context, own, NULL, CHOSEN, &own_measured, &own_mask);
    expect_same_result("list", gradient(test_context, positions, chosen, COUNT, &all_measured, &all_mask), &expected);
    clpt_context *tight = test_open(test_device(), 1);
    expect_same_result("pieces", gradient(tight, positions, chosen, COUNT, &all_measured, &all_mask), &expected);
    clpt_context_destroy(&tight);
    clpt_buffer *buffers[2] = {test_buffer(test_context, &all.measured, 3), test_buffer(test_context, &all.mask, 4)};
    all_measured = test_buffer_array(buffers[0], &all.measured, 3);
    all_mask = test_buffer_array(buffers[1], &all.mask, 4);
    expect_same_result("buffers", gradient(test_context, positions, chosen, COUNT, &all_measured, &all_mask),
                       &expected);
    for (int i = 0; i < 2; i++) clpt_buffer_destroy(&buffers[i]);
    test_field_free(&expected.d_object);
    test_field_free(&expected.d_probe);
    test_field_free(&expected.d_positions);
    test_field_free(&measured);
    test_field_free(&mask);
    patterns_free(&all);
}

static void a_batch_refuses_what_does_not_fit(void **state)
{
    (void)state;
    patterns all = patterns_new(COUNT, SIDE, SIDE, 1);
    clpt_array measured = test_array(&all.measured);
    test_field object = test_field_random(CLPT_TYPE_C64, 1, 2, CLPT_SHAPE(HEIGHT, WIDTH));
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, 3, CLPT_SHAPE(2, SIDE, SIDE));
    clpt_array from = test_array(&object), light = test_array(&probe);
    double positions[2 * COUNT], value = 0;
    test_random_fill(positions, 2 * COUNT, 4, 5, 16);
    clpt_scan *scan = NULL;
    test_ok(test_context, clpt_scan_create(test_context, positions, COUNT, &scan));
    clpt_forward_options drawn = {.size = sizeof drawn, .poisson = true};
    const int32_t beyond[2] = {0, COUNT};
    clpt_gradient_args args = {.size = sizeof args,
                               .loss = CLPT_LOSS_AMPLITUDE_L1,
                               .object = &from,
                               .scan = scan,
                               .probe = &light,
                               .measured = &measured,
                               .options = &drawn};
    test_fails(test_context, clpt_gradient(test_context, &args, &value, NULL), CLPT_ERROR_ARGUMENT, "poisson");
    args.options = NULL;
    args.patterns = beyond;
    args.count = 2;
    test_fails(test_context, clpt_gradient(test_context, &args, &value, NULL), CLPT_ERROR_ARGUMENT, "7");
    test_fails(test_context, clpt_gradient(test_context, NULL, &value, NULL), CLPT_ERROR_ARGUMENT, "args");
    args.scan = NULL;
    test_fails(test_context, clpt_gradient(test_context, &args, &value, NULL), CLPT_ERROR_ARGUMENT, "scan");
    args.measured = NULL;
    test_fails(test_context, clpt_gradient(test_context, &args, &value, NULL), CLPT_ERROR_ARGUMENT, "measured");
    clpt_scan_destroy(&scan);
    test_field_free(&object);
    test_field_free(&probe);
    patterns_free(&all);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_agree_with_sums_in_double),
        cmocka_unit_test(losses_where_all_is_masked_are_zero),
        cmocka_unit_test(losses_in_the_dark_are_finite),
        cmocka_unit_test(losses_of_very_many_pixels_are_accurate),
        cmocka_unit_test(losses_refuse_what_does_not_fit),
        cmocka_unit_test(total_variation_agrees_with_sums_and_differences),
        cmocka_unit_test(total_variation_refuses_epsilon_zero),
        cmocka_unit_test(a_batch_is_a_scan_of_its_patterns),
        cmocka_unit_test(a_batch_refuses_what_does_not_fit),
    };
    return cmocka_run_group_tests_name("losses", tests, vjp_open, vjp_close);
}
