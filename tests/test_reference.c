/* SPDX-License-Identifier: Apache-2.0 */
/* The plain C reference against sums written out, identities, and values computed by hand. Stored cases are in
 * test_golden.c. */
#include "support.h"

#include <math.h>
#include <stdlib.h>

#include "ops/ops.h"
#include "fft/host_fft.h"
#include "ref/field.h"

#define NEAR 1e-12

/* A view of host doubles, without a context: each lives as long as its test's frame. */
#define VIEW(values) ((clpti_view){.buffer = &(clpt_buffer){.memory = (values)}})

static void expect_near(const char *what, const double *got, const double *expected, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (!(fabs(got[i] - expected[i]) <= NEAR * (1 + fabs(expected[i]))))
            fail_msg("%s: number %lld is %.17g, not %.17g", what, (long long)i, got[i], expected[i]);
}

static double *random_doubles(int64_t count, uint64_t seed)
{
    double *values = malloc((size_t)count * sizeof *values);
    assert_non_null(values);
    test_random_fill(values, count, seed, -1, 1);
    return values;
}

/* ---- FFT ---- */

static double _Complex plain_sum(const double _Complex *wave, int64_t side, int64_t v, int64_t u, int direction)
{
    double _Complex sum = 0;
    for (int64_t y = 0; y < side; y++)
        for (int64_t x = 0; x < side; x++) {
            double turn = (double)((v * y + u * x) % side) / (double)side;
            sum += wave[y * side + x] * cexp(direction * 2 * acos(-1) * turn * I);
        }
    return sum;
}

static void fft2_any_side_equals_the_plain_sum(void **state)
{
    (void)state;
    const int64_t sides[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 17, 26, 30, 31};
    for (size_t s = 0; s < sizeof sides / sizeof *sides; s++)
        for (int direction = -1; direction <= 1; direction += 2) {
            int64_t side = sides[s], pixels = side * side;
            double *in = random_doubles(4 * pixels, 20 + s), *out = random_doubles(4 * pixels, 20 + s);
            assert_int_equal(clpti_ref_fft2(out, side, 2, direction), CLPT_OK);
            for (int64_t i = 0; i < 2 * pixels; i++) {
                const double _Complex *wave = (double _Complex *)in + i / pixels * pixels;
                double _Complex expected = plain_sum(wave, side, i % pixels / side, i % side, direction);
                if (cabs(((double _Complex *)out)[i] - expected) > 1e-13 * (double)side * (double)side)
                    fail_msg("side %lld, direction %d: element %lld differs", (long long)side, direction, (long long)i);
            }
            free(in);
            free(out);
        }
}

static void fft2_large_sides_come_back(void **state)
{
    (void)state;
    const int64_t sides[] = {104, 128, 257, 360};
    for (size_t s = 0; s < sizeof sides / sizeof *sides; s++) {
        int64_t side = sides[s], count = 2 * side * side;
        double *in = random_doubles(count, s), *out = random_doubles(count, s), before = 0, between = 0;
        assert_int_equal(clpti_ref_fft2(out, side, 1, -1), CLPT_OK);
        for (int64_t i = 0; i < count; i++) before += in[i] * in[i], between += out[i] * out[i];
        assert_true(fabs(between / before / (double)(side * side) - 1) < NEAR);
        assert_int_equal(clpti_ref_fft2(out, side, 1, 1), CLPT_OK);
        for (int64_t i = 0; i < count; i++) out[i] /= (double)(side * side);
        expect_near(test_text("side %lld", (long long)side), out, in, count);
        free(in);
        free(out);
    }
}

/* ---- Warp ---- */

static void warp_row(const double *image, int64_t width, const double *transform, clpt_interpolation interpolation,
                     clpt_fill fill, double *out)
{
    clpti_warp_args args = {.images = VIEW((double *)image),
                            .out = VIEW(out),
                            .count = 1,
                            .height = 1,
                            .width = width,
                            .transforms = transform,
                            .per_transform = 1,
                            .interpolation = interpolation,
                            .fill = fill};
    assert_int_equal(clpti_ref_warp(NULL, &args), CLPT_OK);
}

static void warp_half_pixels_round_to_even(void **state)
{
    (void)state;
    const double image[6] = {1, 2, 3, 4, 5, 6}, half[9] = {1, 0, 0.5, 0, 1, 0, 0, 0, 1};
    double out[6];
    warp_row(image, 6, half, CLPT_INTERPOLATION_NEAREST, CLPT_FILL_ZEROS, out);
    expect_near("zeros", out, (double[]){1, 3, 3, 5, 5, 0}, 6);
    warp_row(image, 6, half, CLPT_INTERPOLATION_NEAREST, CLPT_FILL_EDGE, out);
    expect_near("edge", out, (double[]){1, 3, 3, 5, 5, 6}, 6);
}

static void warp_borders_fade_or_repeat(void **state)
{
    (void)state;
    const double image[4] = {1, 2, 3, 4}, left[9] = {1, 0, -0.25, 0, 1, 0, 0, 0, 1},
                 down[9] = {1, 0, 0, 0, 1, -0.5, 0, 0, 1};
    double out[4];
    warp_row(image, 4, left, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS, out);
    expect_near("zeros", out, (double[]){0.75, 1.75, 2.75, 3.75}, 4);
    warp_row(image, 4, left, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_EDGE, out);
    expect_near("edge", out, (double[]){1, 1.75, 2.75, 3.75}, 4);
    warp_row(image, 4, down, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS, out);
    expect_near("between rows, zeros", out, (double[]){0.5, 1, 1.5, 2}, 4);
    warp_row(image, 4, down, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_EDGE, out);
    expect_near("between rows, edge", out, image, 4);
}

static void warp_zero_w_gives_zero_and_negative_w_a_value(void **state)
{
    (void)state;
    const double image[4] = {1, 2, 3, 4};
    const double through_zero[9] = {1, 0, -1, 0, 1, 0, 1, 0, -1}; /* w = x − 1, source x = (x − 1)/w = 1 */
    const clpt_interpolation ways[] = {CLPT_INTERPOLATION_BILINEAR, CLPT_INTERPOLATION_NEAREST};
    for (int i = 0; i < 4; i++) {
        double out[4];
        warp_row(image, 4, through_zero, ways[i / 2], i % 2 ? CLPT_FILL_EDGE : CLPT_FILL_ZEROS, out);
        expect_near("w < 0, 0 and > 0", out, (double[]){2, 0, 2, 2}, 4);
    }
}

static void warp_far_outside_stays_finite(void **state)
{
    (void)state;
    const double image[3] = {1, 2, 3}, far[9] = {1e300, 0, -1e300, 0, 1, 0, 0, 0, 1e-300};
    double out[3];
    warp_row(image, 3, far, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_EDGE, out);
    expect_near("edge", out, (double[]){1, 1, 3}, 3);
    warp_row(image, 3, far, CLPT_INTERPOLATION_NEAREST, CLPT_FILL_EDGE, out);
    expect_near("nearest", out, (double[]){1, 1, 3}, 3);
    warp_row(image, 3, far, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS, out);
    expect_near("zeros", out, (double[]){0, 1, 0}, 3);
}

/* ---- Patches ---- */

static void gather_order_crop_and_sums_are_kept(void **state)
{
    (void)state;
    double patches[2 * 16], weights[16], canvas[12], sum[12] = {0};
    for (int i = 0; i < 32; i++) patches[i] = i;
    for (int i = 0; i < 16; i++) weights[i] = 1 + i;
    for (int i = 0; i < 12; i++) canvas[i] = 100;
    double xy[] = {50, 50, -1, -1, -0.5, -2};
    clpti_positions positions = {.xy = xy, .count = 3};
    clpti_order order = {.host = (const int32_t[]){0, 2, 1}};
    clpti_gather_args args = {.patches = VIEW(patches),
                              .size = 4,
                              .crop = 2,
                              .weights = VIEW(weights),
                              .at = {&positions, &order, 1, 2, 2, 1},
                              .canvas = VIEW(canvas),
                              .weight_sum = VIEW(sum),
                              .height = 3,
                              .width = 4};
    assert_int_equal(clpti_ref_gather(NULL, &args), CLPT_OK);
    /* Patch 0 goes to (−0.5, −2) + (2, 1) = (1.5, −1): its lower row is seen; patch 1 to (−1, −1) + (2, 1) = (1, 0). */
    const double expected[12] = {100, 100 + 4.5 + 21, 100 + 9.5 + 22, 105, 100, 125, 126, 100, 100, 100, 100, 100};
    const double expected_sum[12] = {0, 5 + 6, 5 + 5.5 + 7, 5.5, 0, 10, 11, 0, 0, 0, 0, 0};
    expect_near("canvas", canvas, expected, 12);
    expect_near("weight_sum", sum, expected_sum, 12);
}

static void extract_places_orders_and_images_are_followed(void **state)
{
    (void)state;
    const double images[2 * 4] = {1, 2, 3, 4, 5, 6, 7, 8}; /* two images of 2×2 */
    double xy[] = {0, 0, 0.5, 0, -1, 1}, patches[3 * 2];
    clpti_positions positions = {.xy = xy, .count = 3};
    clpti_order order = {.host = (const int32_t[]){2, 1, 0}};
    clpti_extract_args args = {.images = VIEW((double *)images),
                               .height = 2,
                               .width = 2,
                               .per_image = 2,
                               .at = {&positions, &order, 0, 3, 1, -1},
                               .patches = VIEW(patches),
                               .rows = 1,
                               .columns = 2};
    assert_int_equal(clpti_ref_extract(NULL, &args), CLPT_OK);
    expect_near("bilinear", patches, (double[]){1, 2, 0, 0, 0, 0}, 6);
    args.at.shift_y = 0;
    args.interpolation = CLPT_INTERPOLATION_NEAREST;
    assert_int_equal(clpti_ref_extract(NULL, &args), CLPT_OK);
    expect_near("nearest", patches, (double[]){3, 4, 0, 0, 6, 0}, 6);
}

/* One patch of side 4 on a canvas of side 6, at (1.5, 1): columns blend, rows do not. */
static void reassemble_group_one_patch_gives_the_written_quotients(void **state)
{
    (void)state;
    double patch[16], power[16], canvas[36], xy[] = {0.5, 0};
    for (int i = 0; i < 16; i++) patch[i] = 1 + i, power[i] = i % 4 == 3 ? 0 : 2 + i;
    clpti_positions positions = {.xy = xy, .count = 1};
    clpti_reassemble_group_args args = {.patches = VIEW(patch),
                                        .groups = 1,
                                        .per_group = 1,
                                        .size = 4,
                                        .at = {&positions, NULL, 0, 1, 1, 1},
                                        .power = VIEW(power),
                                        .canvas = VIEW(canvas),
                                        .side = 6};
    /* Row 2 of the canvas is row 1 of the patch (5 6 7 8; mask 0 1 1 0; power 6 7 8 0), half a pixel to the right. */
    const double rows[4][6] = {
        {0, 2.5, 5.5, 6.5, 7.5, 4},
        {0, 2.5 / 1e-3, 5.5 / 0.501, 6.5 / 1.001, 7.5 / 0.501, 4 / 1e-3},
        {0, 0, 5.5 * 0.5 / 0.501, 6.5 / 1.001, 7.5 * 0.5 / 0.501, 0},
        {0, 2.5, 5.5, 6.5, 7.5, 0},
    };
    for (int weight = CLPT_WEIGHT_NONE; weight <= CLPT_WEIGHT_PROBE; weight++) {
        args.weight = (clpt_weight)weight;
        assert_int_equal(clpti_ref_reassemble_group(NULL, &args), CLPT_OK);
        expect_near(test_text("weight %d", weight), canvas + 12, rows[weight], 6);
        expect_near(test_text("weight %d, above the patch", weight), canvas, (double[6]){0}, 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fft2_any_side_equals_the_plain_sum),
        cmocka_unit_test(fft2_large_sides_come_back),
        cmocka_unit_test(warp_half_pixels_round_to_even),
        cmocka_unit_test(warp_borders_fade_or_repeat),
        cmocka_unit_test(warp_zero_w_gives_zero_and_negative_w_a_value),
        cmocka_unit_test(warp_far_outside_stays_finite),
        cmocka_unit_test(gather_order_crop_and_sums_are_kept),
        cmocka_unit_test(extract_places_orders_and_images_are_followed),
        cmocka_unit_test(reassemble_group_one_patch_gives_the_written_quotients),
    };
    return cmocka_run_group_tests_name("reference", tests, NULL, NULL);
}
