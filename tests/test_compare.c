/* SPDX-License-Identifier: Apache-2.0 */
/* Quality figures of objects made to differ in known ways. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

enum { H = 150, W = 132 };
typedef double complex number;

/* A smooth transparent object that can be had at any place. */
static number field(double x, double y)
{
    double phase = sin(0.31 * x + 0.17 * y) + sin(0.11 * x - 0.42 * y + 1) + cos(0.003 * x * y) +
                   2 * exp(-(pow(x - 60, 2) + pow(y - 70, 2)) / 90);
    double size = 0.8 + 0.1 * sin(0.23 * x) * cos(0.37 * y);
    return size * cexp(0.4 * I * phase);
}

typedef struct change {
    double shift_x, shift_y, ramp_x, ramp_y, scale, phase, noise;
    int64_t pad_x, pad_y; /* more pixels before the object's first */
} change;

static number *make(int64_t height, int64_t width, const change *c)
{
    number *to = malloc((size_t)(height * width) * sizeof *to);
    assert_non_null(to);
    for (int64_t y = 0; y < height; y++)
        for (int64_t x = 0; x < width; x++) {
            double at_x = (double)(x - c->pad_x), at_y = (double)(y - c->pad_y);
            uint64_t index = (uint64_t)(2 * (y * width + x));
            number noise = test_random(7, index, -1, 1) + I * test_random(7, index + 1, -1, 1);
            to[y * width + x] = c->scale * cexp(I * (c->phase + c->ramp_x * at_x + c->ramp_y * at_y)) *
                                    field(at_x - c->shift_x, at_y - c->shift_y) +
                                c->noise * noise;
        }
    return to;
}

static const change nothing = {.scale = 1};

static clpt_comparison compare(const number *object, int64_t height, int64_t width, const number *truth,
                               const clpt_compare_options *options)
{
    clpt_comparison r = clpt_comparison_default();
    clpt_message message = {0};
    clpt_array a = clpt_array_host(object, CLPT_TYPE_C128, 2, CLPT_SHAPE(height, width)),
               b = clpt_array_host(truth, CLPT_TYPE_C128, 2, CLPT_SHAPE(H, W));
    if (clpt_compare(&a, &b, options, &r, &message) != CLPT_OK) fail_msg("%s", message.text);
    return r;
}

static void same_object_is_perfect(void **state)
{
    (void)state;
    number *truth = make(H, W, &nothing);
    clpt_comparison r = compare(truth, H, W, truth, NULL);
    assert_true(r.nrmse < 1e-9 && r.ssim_magnitude > 1 - 1e-9 && r.ssim_phase > 1 - 1e-9);
    assert_true(r.frc_half == 0.5 && r.frc_half_bit == 0.5);
    assert_true(r.height == 150 && r.width == 128 && r.left == 2); /* 132 = 4·3·11 is trimmed */
    assert_int_equal(r.ring_count, 64);
    for (int64_t i = 0; i < r.ring_count; i++) {
        assert_true(fabs(r.rings[i].frequency - (double)(i + 1) / 128) < 1e-12);
        assert_true(r.rings[i].correlation > 1 - 1e-6 && r.rings[i].count > 0);
    }
    clpt_comparison_free(&r);
    assert_null(r.rings);
    free(truth);
}

/* Everything that ptychography leaves open at once, the object on another grid. */
static void ambiguities_are_found_and_removed(void **state)
{
    (void)state;
    static const change changes[] = {
        {.shift_x = 3.37, .shift_y = -2.81, .ramp_x = 0.021, .ramp_y = -0.013, .scale = 1.7, .phase = 2},
        {.shift_x = -0.25, .shift_y = 0.5, .ramp_x = -0.4, .ramp_y = 0.3, .scale = 0.3, .phase = -3},
        {.shift_x = 9.1, .shift_y = 7.6, .scale = 1, .pad_x = 11, .pad_y = 5}};
    number *truth = make(H, W, &nothing);
    for (size_t k = 0; k < sizeof changes / sizeof *changes; k++) {
        const change *c = &changes[k];
        int64_t height = H + c->pad_y + 12, width = W + c->pad_x + 14;
        number *object = make(height, width, c);
        clpt_compare_options options = {.size = sizeof options,
                                        .top = 24,
                                        .left = 24,
                                        .height = 100,
                                        .width = 84,
                                        .offset_x = (double)c->pad_x,
                                        .offset_y = (double)c->pad_y};
        clpt_comparison r = compare(object, height, width, truth, &options);
        const clpt_alignment *a = &r.alignment;
        if (!(fabs(a->shift_x - c->shift_x - (double)c->pad_x) < 3e-3 &&
              fabs(a->shift_y - c->shift_y - (double)c->pad_y) < 3e-3 && fabs(a->ramp_x - c->ramp_x) < 2e-4 &&
              fabs(a->ramp_y - c->ramp_y) < 2e-4 && fabs(a->scale * c->scale - 1) < 2e-3))
            fail_msg("case %zu: shift %g %g, ramp %g %g, scale %g", k, a->shift_x, a->shift_y, a->ramp_x, a->ramp_y,
                     a->scale);
        if (!(r.nrmse < 0.005 && r.ssim_phase > 0.999 && r.frc_half_bit > 0.2))
            fail_msg("case %zu: nrmse %g, ssim %g, frc %g", k, r.nrmse, r.ssim_phase, r.frc_half_bit);
        for (int64_t y = 0; y < r.height; y++)
            for (int64_t x = 0; x < r.width; x++) {
                number got = ((number *)r.aligned)[y * r.width + x], expected = truth[(y + r.top) * W + x + r.left];
                assert_true(cabs(got - expected) < 0.05);
            }
        clpt_comparison_free(&r);
        free(object);
    }
    free(truth);
}

static void what_is_to_be_kept_is_left_alone(void **state)
{
    (void)state;
    change c = {.shift_x = 2, .ramp_x = 0.05, .scale = 2};
    number *truth = make(H, W, &nothing), *object = make(H, W, &c);
    clpt_compare_options keep_all = {
        .size = sizeof keep_all, .keep_shift = true, .keep_ramp = true, .keep_scale = true};
    clpt_comparison r = compare(object, H, W, truth, &keep_all);
    assert_true(r.alignment.shift_x == 0 && r.alignment.ramp_x == 0 && r.alignment.scale == 1);
    assert_true(r.nrmse > 0.9);
    clpt_comparison_free(&r);
    clpt_compare_options keep_scale = {.size = sizeof keep_scale, .keep_scale = true};
    r = compare(object, H, W, truth, &keep_scale);
    assert_true(r.alignment.scale == 1 && r.nrmse > 0.9 && fabs(r.alignment.ramp_x - 0.05) < 1e-3);
    clpt_comparison_free(&r);
    free(truth);
    free(object);
}

/* White noise of known size n against a truth: NRMSE is n·√(2/3)/rms of the truth. */
static void noise_shows_as_its_size(void **state)
{
    (void)state;
    change c = {.scale = 1, .noise = 0.1};
    number *truth = make(H, W, &nothing), *object = make(H, W, &c);
    double power = 0;
    clpt_comparison r = compare(object, H, W, truth, NULL);
    for (int64_t y = 0; y < r.height; y++)
        for (int64_t x = 0; x < r.width; x++) power += pow(cabs(truth[(y + r.top) * W + x + r.left]), 2);
    double expected = 0.1 * sqrt(2.0 / 3 / (power / (double)(r.height * r.width)));
    if (fabs(r.nrmse / expected - 1) > 0.02) fail_msg("nrmse %g instead of %g", r.nrmse, expected);
    assert_true(r.rings[r.ring_count - 1].correlation < 0.3 && r.rings[3].correlation > 0.9);
    assert_true(r.frc_half < 0.4 && r.frc_half_bit < 0.4);
    clpt_comparison_free(&r);
    free(truth);
    free(object);
}

/* Two noises that agree in waves up to a frequency and nowhere beyond: there both criteria find it. */
static void rings_end_where_two_objects_stop_to_agree(void **state)
{
    (void)state;
    enum { N = 128, WAVES = 1500 };
    number *a = calloc(N * N, sizeof *a), *b = calloc(N * N, sizeof *b);
    assert_non_null(a);
    assert_non_null(b);
    for (int k = 0; k < WAVES; k++) {
        double u = test_random(3, 4 * (uint64_t)k, -0.5, 0.5), v = test_random(3, 4 * (uint64_t)k + 1, -0.5, 0.5);
        double phase = test_random(3, 4 * (uint64_t)k + 2, 0, 6.283),
               other = test_random(3, 4 * (uint64_t)k + 3, 0, 6.283);
        if (hypot(u, v) < 0.25) other = phase;
        for (int i = 0; i < N * N; i++) {
            double turn = 6.283185307179586 * (u * (i % N) + v * (i / N));
            a[i] += cexp(I * (turn + phase));
            b[i] += cexp(I * (turn + other));
        }
    }
    clpt_compare_options keep = {.size = sizeof keep, .keep_shift = true, .keep_ramp = true};
    clpt_array first = clpt_array_host(a, CLPT_TYPE_C128, 2, CLPT_SHAPE(N, N)),
               second = clpt_array_host(b, CLPT_TYPE_C128, 2, CLPT_SHAPE(N, N));
    clpt_comparison r = clpt_comparison_default();
    clpt_message message = {0};
    assert_int_equal(clpt_compare(&first, &second, &keep, &r, &message), CLPT_OK);
    if (!(fabs(r.frc_half - 0.25) < 0.03 && fabs(r.frc_half_bit - 0.25) < 0.03))
        fail_msg("0.5 at %g, half a bit at %g, instead of 0.25", r.frc_half, r.frc_half_bit);
    for (int64_t i = 0; i < r.ring_count; i++) {
        double n = (double)r.rings[i].count, expected = (0.2071 + 1.9102 / sqrt(n)) / (1.2071 + 0.9102 / sqrt(n));
        assert_true(fabs(r.rings[i].half_bit - expected) < 1e-12);
        if (r.rings[i].frequency < 0.2) assert_true(r.rings[i].correlation > 0.95);
        if (r.rings[i].frequency > 0.3) assert_true(fabs(r.rings[i].correlation) < 0.25);
    }
    clpt_comparison_free(&r);
    free(a);
    free(b);
}

/* Of windows that are constant in both the structural similarity is (2ab + C)/(a² + b² + C), with C = 0.01² for a range
 * of 1, which one corner has; of a truth that is constant everywhere it is not defined. */
static void similarity_of_constants_is_the_formula(void **state)
{
    (void)state;
    enum { N = 32 };
    number a[N * N], b[N * N];
    for (int i = 0; i < N * N; i++) a[i] = 0.4, b[i] = 0.5;
    b[0] = 1.5;
    clpt_compare_options keep = {.size = sizeof keep, .keep_shift = true, .keep_ramp = true, .keep_scale = true};
    clpt_array first = clpt_array_host(a, CLPT_TYPE_C128, 2, CLPT_SHAPE(N, N)),
               second = clpt_array_host(b, CLPT_TYPE_C128, 2, CLPT_SHAPE(N, N));
    clpt_comparison r = clpt_comparison_default();
    assert_int_equal(clpt_compare(&first, &second, &keep, &r, NULL), CLPT_OK);
    assert_true(fabs(r.ssim_magnitude - (2 * 0.2 + 1e-4) / (0.16 + 0.25 + 1e-4)) < 1e-5);
    clpt_comparison_free(&r);
    b[0] = 0.5;
    r = clpt_comparison_default();
    assert_int_equal(clpt_compare(&first, &second, &keep, &r, NULL), CLPT_OK);
    assert_true(isnan(r.ssim_magnitude) && isnan(r.ssim_phase));
    assert_true(fabs(r.nrmse - 0.2) < 1e-12);
    clpt_comparison_free(&r);
}

static void mask_leaves_out_what_is_wrong(void **state)
{
    (void)state;
    number *truth = make(H, W, &nothing), *object = make(H, W, &nothing);
    uint8_t *mask = malloc(H * W);
    assert_non_null(mask);
    for (int i = 0; i < H * W; i++) {
        mask[i] = i % W < 100;
        if (!mask[i]) object[i] = 5 * test_random(1, (uint64_t)i, -1, 1);
    }
    clpt_compare_options with = {.size = sizeof with, .mask = mask};
    clpt_comparison all = compare(object, H, W, truth, NULL), good = compare(object, H, W, truth, &with);
    assert_true(all.nrmse > 0.5 && good.nrmse < 1e-3);
    assert_true(good.frc_half_bit > 0.3 && good.rings[5].correlation > 0.999 && all.rings[5].correlation < 0.9);
    clpt_comparison_free(&all);
    clpt_comparison_free(&good);
    free(mask);
    free(truth);
    free(object);
}

static void coverage_follows_positions_and_probe(void **state)
{
    (void)state;
    const double positions[] = {4, 4, 8.4, 4};
    uint8_t mask[12 * 14];
    number probe[16] = {[10] = 2, [11] = 1}; /* pixels [2, 2] and [2, 3] of 4×4 */
    clpt_array p = clpt_array_host(probe, CLPT_TYPE_C128, 2, CLPT_SHAPE(4, 4));
    clpt_message message = {0};
    assert_int_equal(clpt_coverage(positions, 2, 4, NULL, 0.1, 12, 14, mask, &message), CLPT_OK);
    for (int i = 0; i < 12 * 14; i++) {
        int x = i % 14, y = i / 14;
        assert_int_equal(mask[i], y >= 2 && y < 6 && x >= 2 && x < 10);
    }
    assert_int_equal(clpt_coverage(positions, 2, 4, &p, 0.5, 12, 14, mask, &message), CLPT_OK);
    for (int i = 0; i < 12 * 14; i++) assert_int_equal(mask[i], i / 14 == 4 && (i % 14 == 4 || i % 14 == 8));
    assert_int_equal(clpt_coverage(positions, 0, 4, NULL, 0.1, 12, 14, mask, &message), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_coverage((double[]){NAN, 0}, 1, 4, NULL, 0.1, 12, 14, mask, &message), CLPT_ERROR_ARGUMENT);
}

static void wrong_arguments_are_named(void **state)
{
    (void)state;
    number *truth = make(H, W, &nothing);
    clpt_array good = clpt_array_host(truth, CLPT_TYPE_C128, 2, CLPT_SHAPE(H, W)),
               flat = clpt_array_host(truth, CLPT_TYPE_C128, 1, CLPT_SHAPE(H)),
               real = clpt_array_host(truth, CLPT_TYPE_F64, 2, CLPT_SHAPE(H, W));
    static const uint8_t none[H * W];
    const struct {
        const clpt_array *object;
        clpt_compare_options options;
        const char *word;
    } cases[] = {{&flat, {0}, "object"},
                 {&real, {0}, "complex"},
                 {NULL, {0}, "object"},
                 {&good, {.top = 100, .height = 60, .width = 60}, "inside the truth"},
                 {&good, {.height = 8, .width = 60}, "16 pixels"},
                 {&good, {.offset_x = NAN}, "offset"},
                 {&good, {.mask = none}, "mask"}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        clpt_comparison r = clpt_comparison_default();
        clpt_message message = {0};
        clpt_compare_options options = cases[k].options;
        options.size = sizeof options;
        assert_int_equal(clpt_compare(cases[k].object, &good, &options, &r, &message), CLPT_ERROR_ARGUMENT);
        if (!strstr(message.text, cases[k].word)) fail_msg("no '%s' in: %s", cases[k].word, message.text);
        clpt_comparison_free(&r);
    }
    truth[W + 2] = NAN;
    clpt_comparison r = clpt_comparison_default();
    clpt_message message = {0};
    assert_int_equal(clpt_compare(&good, &good, NULL, &r, &message), CLPT_ERROR_ARGUMENT);
    assert_non_null(strstr(message.text, "row 1, column 2"));
    clpt_comparison_free(&r);
    clpt_comparison_free(NULL);
    free(truth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_object_is_perfect),
        cmocka_unit_test(ambiguities_are_found_and_removed),
        cmocka_unit_test(what_is_to_be_kept_is_left_alone),
        cmocka_unit_test(noise_shows_as_its_size),
        cmocka_unit_test(rings_end_where_two_objects_stop_to_agree),
        cmocka_unit_test(similarity_of_constants_is_the_formula),
        cmocka_unit_test(mask_leaves_out_what_is_wrong),
        cmocka_unit_test(coverage_follows_positions_and_probe),
        cmocka_unit_test(wrong_arguments_are_named),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
