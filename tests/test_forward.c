/* SPDX-License-Identifier: Apache-2.0 */
/* The forward model and the photon scale, against the reference. */
#include "op_case.h"

#include <math.h>
#include <stdlib.h>

#include "core/poisson.h"

/* ---- Against the reference ---- */

static void check_diffract(int64_t count, int64_t side)
{
    op_case c = {.name = test_text("diffract %lld of %lld", (long long)count, (long long)side),
                 .operation = "diffract",
                 .inputs = {test_field_random(CLPT_TYPE_C64, (uint64_t)side, OP_SHAPE(count, side, side))}};
    op_check(&c);
}

static void diffract_any_side_agrees_with_the_reference(void **state)
{
    (void)state;
    static const int64_t small[] = {1, 2, 3, 4, 5, 8, 12, 13, 16, 17},
                         large[] = {23, 31, 32, 33, 50, 64, 97, 104, 128, 256};
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) check_diffract(3, small[i]);
    for (size_t i = 0; i < sizeof large / sizeof *large && !test_small(); i++) check_diffract(2, large[i]);
}

/* More patterns than the capacity of any plan. */
static void diffract_many_patterns_agree_with_the_reference(void **state)
{
    (void)state;
    if (test_small()) skip();
    check_diffract(3000, 8);
    check_diffract(300, 64);
}

static void check_forward(const char *what, int64_t count, int64_t modes, int64_t side,
                          const clpt_forward_options *options)
{
    op_case c = {.name = test_text("forward %s: %lld of %lld with %lld modes", what, (long long)count, (long long)side,
                                   (long long)modes),
                 .operation = "forward",
                 .options = {.model = *options},
                 .inputs = {test_field_random(CLPT_TYPE_C64, 1, OP_SHAPE(40, 43)),
                            test_field_new(CLPT_TYPE_F64, OP_SHAPE(count, 2)),
                            test_field_random(CLPT_TYPE_C64, 2, OP_SHAPE(modes, side, side))}};
    test_random_fill(c.inputs[1].data, 2 * count, 3 + (uint64_t)side, -2, 42); /* some over the border */
    op_check(&c);
}

static void forward_any_shape_and_option_agrees_with_the_reference(void **state)
{
    (void)state;
    static const clpt_forward_options ways[] = {
        {.size = sizeof(clpt_forward_options)},
        {.size = sizeof(clpt_forward_options), .smooth = 0.7, .probe_mask = true},
        {.size = sizeof(clpt_forward_options), .probe_mask = true, .scale = 2.5, .amplitude = true},
        {.size = sizeof(clpt_forward_options), .pad = true, .scale = 0.3},
        {.size = sizeof(clpt_forward_options), .pad = true, .smooth = 1.5, .probe_mask = true, .amplitude = true},
    };
    static const char *const names[] = {"plain", "smoothed", "masked amplitude", "padded", "all together"};
    static const int64_t small[][3] = {{1, 1, 4}, {5, 2, 8}};
    static const int64_t large[][3] = {{3, 3, 12}, {9, 1, 16}, {40, 3, 32}, {7, 2, 104}, {300, 1, 64}, {3, 12, 20}};
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        for (size_t s = 0; s < sizeof small / sizeof *small; s++)
            check_forward(names[w], small[s][0], small[s][1], small[s][2], &ways[w]);
        for (size_t s = 0; s < sizeof large / sizeof *large && !test_small(); s++)
            check_forward(names[w], large[s][0], large[s][1], large[s][2], &ways[w]);
    }
    check_forward("odd side", 4, 2, 7, &ways[1]);
    check_forward("padded odd side", 4, 2, 11, &ways[4]);
    check_forward("padded side that 4 does not divide", 4, 1, 10, &ways[3]);
    check_forward("prime side", 4, 1, 17, &ways[2]);
    check_forward("one pixel", 4, 2, 1, &ways[0]);
}

/* ---- Against a sum written out ---- */

typedef struct complex_number {
    double re, im;
} complex_number;

static complex_number times(complex_number a, complex_number b)
{
    return (complex_number){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static complex_number number_at(const test_field *field, int64_t i)
{
    return (complex_number){test_get(field, i, 0), test_get(field, i, 1)};
}

/* |Σ ψ e^(−2πi((v − N/2)y + (u − N/2)x)/N)|²/N² at the detector pixel [v, u]. */
static double far_intensity(const complex_number *wave, int64_t n, int64_t v, int64_t u)
{
    complex_number sum = {0, 0};
    for (int64_t i = 0; i < n * n; i++) {
        double phase = -2 * acos(-1) * (double)((v - n / 2) * (i / n) + (u - n / 2) * (i % n)) / (double)n;
        complex_number term = times(wave[i], (complex_number){cos(phase), sin(phase)});
        sum.re += term.re;
        sum.im += term.im;
    }
    return (sum.re * sum.re + sum.im * sum.im) / (double)(n * n);
}

/* Whole-pixel patches, padded and masked by the conventions, for a side of any kind. */
static test_field plain_forward(const test_field *object, const test_field *probe, int64_t x, int64_t y,
                                const clpt_forward_options *options)
{
    int64_t n = probe->shape[1], inner = options->pad ? n / 2 : n, start = options->pad ? n / 4 : 0;
    test_field intensity = test_field_new(CLPT_TYPE_F64, OP_SHAPE(1, n, n));
    complex_number *wave = malloc((size_t)(n * n) * sizeof *wave);
    assert_non_null(wave);
    for (int64_t p = 0; p < probe->shape[0]; p++) {
        for (int64_t i = 0; i < n * n; i++) {
            int64_t row = i / n - start, column = i % n - start;
            double dx = (double)(i % n - n / 2) + 0.5, dy = (double)(i / n - n / 2) + 0.5, radius = (double)(n / 4);
            bool lit = row >= 0 && column >= 0 && row < inner && column < inner;
            if (options->probe_mask) lit = lit && dx * dx + dy * dy < radius * radius;
            complex_number patch = {0, 0};
            if (lit) patch = number_at(object, (y - inner / 2 + row) * object->shape[1] + x - inner / 2 + column);
            wave[i] = times(patch, number_at(probe, p * n * n + i));
        }
        for (int64_t i = 0; i < n * n; i++)
            test_set(&intensity, i, 0,
                     test_get(&intensity, i, 0) +
                         options->scale * options->scale * far_intensity(wave, n, i / n, i % n));
    }
    free(wave);
    return intensity;
}

static test_field forward(const test_field *object, const double *positions, int64_t count, const test_field *probe,
                          const clpt_forward_options *options, clpt_type type)
{
    test_field out = test_field_new(type, OP_SHAPE(count, probe->shape[1], probe->shape[2]));
    clpt_array from = test_array(object), light = test_array(probe), to = test_array(&out);
    clpt_scan *scan = NULL;
    test_ok(test_context, clpt_scan_create(test_context, positions, count, &scan));
    test_ok(test_context, clpt_forward(test_context, &from, scan, &light, options, &to));
    clpt_scan_destroy(&scan);
    return out;
}

static void forward_equals_the_sum_written_out(void **state)
{
    (void)state;
    static const int64_t sides[] = {4, 5, 7, 8, 12, 13};
    for (size_t s = 0; s < (test_small() ? 4 : sizeof sides / sizeof *sides); s++)
        for (int way = 0; way < 4; way++) {
            int64_t side = sides[s];
            clpt_forward_options options = {
                .size = sizeof options, .scale = 1.7, .probe_mask = way & 1, .pad = way & 2};
            test_field object = test_field_random(CLPT_TYPE_C64, 1, OP_SHAPE(30, 28));
            test_field probe = test_field_random(CLPT_TYPE_C64, 2, OP_SHAPE(2, side, side));
            test_field expected = plain_forward(&object, &probe, 14, 15, &options);
            test_field got = forward(&object, (double[]){14, 15}, 1, &probe, &options, CLPT_TYPE_F64);
            test_close(test_text("side %lld, way %d", (long long)side, way), &got, &expected,
                       test_is_reference() ? 1e-12 : TEST_DIFFRACT, NULL);
            test_field_free(&object);
            test_field_free(&probe);
            test_field_free(&expected);
            test_field_free(&got);
        }
}

/* ---- Counts and dose ---- */

static void forward_without_options_has_the_defaults(void **state)
{
    (void)state;
    const clpt_forward_options defaults = clpt_forward_options_default();
    const double positions[] = {10, 9.5, 12.25, 7};
    test_field object = test_field_random(CLPT_TYPE_C64, 1, OP_SHAPE(20, 21));
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, OP_SHAPE(2, 10, 10));
    test_field with = forward(&object, positions, 2, &probe, &defaults, CLPT_TYPE_F32);
    test_field without = forward(&object, positions, 2, &probe, NULL, CLPT_TYPE_F32);
    test_same_bits("no options", &without, &with);
    test_field *fields[] = {&object, &probe, &with, &without};
    for (int i = 0; i < 4; i++) test_field_free(fields[i]);
}

static void forward_poisson_draws_what_the_rates_say(void **state)
{
    (void)state;
    enum { COUNT = 6, SIDE = 8 };
    double positions[2 * COUNT];
    test_random_fill(positions, 2 * COUNT, 9, 6, 20);
    test_field object = test_field_random(CLPT_TYPE_C64, 1, OP_SHAPE(30, 28));
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, OP_SHAPE(1, SIDE, SIDE));
    clpt_forward_options options = {.size = sizeof options, .scale = 4, .seed = 77};
    test_field rates = forward(&object, positions, COUNT, &probe, &options, CLPT_TYPE_F32);
    options.poisson = true;
    test_field drawn = forward(&object, positions, COUNT, &probe, &options, CLPT_TYPE_F32);
    options.amplitude = true;
    test_field roots = forward(&object, positions, COUNT, &probe, &options, CLPT_TYPE_F32);
    options.seed = 78;
    test_field others = forward(&object, positions, COUNT, &probe, &options, CLPT_TYPE_F32);
    int64_t different = 0;
    for (int64_t i = 0; i < rates.count; i++) {
        uint64_t pattern = (uint64_t)i / (SIDE * SIDE), pixel = (uint64_t)i % (SIDE * SIDE);
        float rate = (float)test_get(&rates, i, 0);
        assert_true(test_get(&drawn, i, 0) == clpti_poisson(77, pattern, pixel, rate));
        assert_true(test_get(&roots, i, 0) == (float)sqrt(test_get(&drawn, i, 0)));
        different += test_get(&others, i, 0) != test_get(&roots, i, 0);
    }
    assert_true(different > rates.count / 2);
    test_field_free(&object);
    test_field_free(&probe);
    test_field_free(&rates);
    test_field_free(&drawn);
    test_field_free(&roots);
    test_field_free(&others);
}

static void photon_scale_gives_the_photons_asked_for(void **state)
{
    (void)state;
    enum { COUNT = 70, SIDE = 8 };
    double positions[2 * COUNT];
    test_random_fill(positions, 2 * COUNT, 9, -2, 30);
    test_field object = test_field_random(CLPT_TYPE_C64, 1, OP_SHAPE(30, 28));
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, OP_SHAPE(2, SIDE, SIDE));
    clpt_array inputs[2] = {test_array(&object), test_array(&probe)};
    for (int way = 0; way < 3; way++) {
        clpt_forward_options options = {
            .size = sizeof options, .smooth = way == 1 ? 0.9 : 0, .pad = way == 2, .scale = 9, .poisson = true};
        clpt_scan *scan = NULL;
        test_ok(test_context, clpt_scan_create(test_context, positions, COUNT, &scan));
        double scale = 0;
        test_ok(test_context, clpt_photon_scale(test_context, &inputs[0], scan, &inputs[1], &options, 5e3, &scale));
        clpt_scan_destroy(&scan);
        options.poisson = false;
        options.scale = scale;
        test_field rates = forward(&object, positions, COUNT, &probe, &options, CLPT_TYPE_F32);
        double total = 0;
        for (int64_t i = 0; i < rates.count; i++) total += test_get(&rates, i, 0);
        if (fabs(total / COUNT / 5e3 - 1) > 2e-6) fail_msg("way %d: %.9g photons per pattern", way, total / COUNT);
        test_field_free(&rates);
    }
    test_field_free(&object);
    test_field_free(&probe);
}

/* ---- Arguments ---- */

static void forward_bad_arguments_are_named(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    float image[2 * 9 * 9] = {0}, modes[2 * 6 * 6] = {0}, out[2 * 6 * 6];
    const clpt_array object = clpt_array_host(image, CLPT_TYPE_C64, 2, CLPT_SHAPE(9, 9));
    const clpt_array real_object = clpt_array_host(image, CLPT_TYPE_F32, 2, CLPT_SHAPE(9, 9));
    const clpt_array probe = clpt_array_host(modes, CLPT_TYPE_C64, 2, CLPT_SHAPE(6, 6));
    const clpt_array narrow = clpt_array_host(modes, CLPT_TYPE_C64, 3, CLPT_SHAPE(1, 5, 5));
    const clpt_array intensity = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(2, 6, 6));
    const clpt_array one = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(1, 6, 6));
    const clpt_array oblong = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(2, 6, 5));
    clpt_scan *scan = NULL;
    test_ok(c, clpt_scan_create(c, (double[]){4, 4, 5, 5}, 2, &scan));
    const struct {
        const clpt_array *object, *probe, *intensity;
        clpt_forward_options options;
        const char *words;
    } cases[] = {
        {NULL, &probe, &intensity, {.scale = 1}, "clpt_forward|object|NULL"},
        {&object, NULL, &intensity, {.scale = 1}, "clpt_forward|probe|NULL"},
        {&object, &probe, NULL, {.scale = 1}, "clpt_forward|intensity|NULL"},
        {&real_object, &probe, &intensity, {.scale = 1}, "object|complex"},
        {&object, &narrow, &intensity, {.scale = 1}, "probe|[1, 5, 5]|[1, 6, 6]"},
        {&object, &probe, &one, {.scale = 1}, "1 patterns|2 positions"},
        {&object, &probe, &oblong, {.scale = 1}, "intensity|square|6×5"},
        {&object, &probe, &intensity, {.smooth = -1}, "smoothing|-1"},
        {&object, &probe, &intensity, {.smooth = NAN}, "smoothing|nan"},
        {&object, &probe, &intensity, {.scale = INFINITY}, "scale|inf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clpt_forward_options options = cases[i].options;
        options.size = sizeof options;
        test_fails(c, clpt_forward(c, cases[i].object, scan, cases[i].probe, &options, cases[i].intensity),
                   CLPT_ERROR_ARGUMENT, cases[i].words);
    }
    const clpt_array pixel = clpt_array_host(modes, CLPT_TYPE_C64, 2, CLPT_SHAPE(1, 1));
    const clpt_array point = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(2, 1, 1));
    const clpt_forward_options padded = {.size = sizeof padded, .pad = true};
    test_fails(c, clpt_forward(c, &object, scan, &pixel, &padded, &point), CLPT_ERROR_ARGUMENT, "padding|2");
    test_fails(c, clpt_forward(c, &object, NULL, &probe, NULL, &intensity), CLPT_ERROR_ARGUMENT, "scan|NULL");
    assert_int_equal(clpt_forward(NULL, &object, scan, &probe, NULL, &intensity), CLPT_ERROR_ARGUMENT);
    double scale = 0;
    test_fails(c, clpt_photon_scale(c, &object, scan, &probe, NULL, -3, &scale), CLPT_ERROR_ARGUMENT, "-3 photons");
    test_fails(c, clpt_photon_scale(c, &object, scan, &probe, NULL, 100, &scale), CLPT_ERROR_ARGUMENT, "no light");
    clpt_scan_destroy(&scan);
}

static void diffract_bad_arguments_are_named(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    float in[2 * 2 * 4 * 4] = {0}, out[2 * 4 * 4];
    const clpt_array waves = clpt_array_host(in, CLPT_TYPE_C64, 3, CLPT_SHAPE(2, 4, 4));
    const clpt_array real_waves = clpt_array_host(in, CLPT_TYPE_F32, 3, CLPT_SHAPE(2, 4, 4));
    const clpt_array oblong = clpt_array_host(in, CLPT_TYPE_C64, 3, CLPT_SHAPE(2, 4, 3));
    const clpt_array amplitude = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(2, 4, 4));
    const clpt_array wrong = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(1, 4, 4));
    const clpt_array pairs = clpt_array_host(out, CLPT_TYPE_C64, 3, CLPT_SHAPE(1, 4, 4));
    test_fails(c, clpt_diffract(c, NULL, &amplitude), CLPT_ERROR_ARGUMENT, "clpt_diffract|waves|NULL");
    test_fails(c, clpt_diffract(c, &waves, NULL), CLPT_ERROR_ARGUMENT, "clpt_diffract|amplitude|NULL");
    test_fails(c, clpt_diffract(c, &real_waves, &amplitude), CLPT_ERROR_ARGUMENT, "waves|complex");
    test_fails(c, clpt_diffract(c, &oblong, &amplitude), CLPT_ERROR_ARGUMENT, "waves|square|4×3");
    test_fails(c, clpt_diffract(c, &waves, &wrong), CLPT_ERROR_ARGUMENT, "amplitude|[1, 4, 4]|[2, 4, 4]");
    test_fails(c, clpt_diffract(c, &waves, &pairs), CLPT_ERROR_ARGUMENT, "amplitude|real");
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diffract_any_side_agrees_with_the_reference),
        cmocka_unit_test(diffract_many_patterns_agree_with_the_reference),
        cmocka_unit_test(forward_any_shape_and_option_agrees_with_the_reference),
        cmocka_unit_test(forward_equals_the_sum_written_out),
        cmocka_unit_test(forward_without_options_has_the_defaults),
        cmocka_unit_test(forward_poisson_draws_what_the_rates_say),
        cmocka_unit_test(photon_scale_gives_the_photons_asked_for),
        cmocka_unit_test(forward_bad_arguments_are_named),
        cmocka_unit_test(diffract_bad_arguments_are_named),
    };
    return cmocka_run_group_tests_name("forward", tests, op_open, op_close);
}
