/* SPDX-License-Identifier: Apache-2.0 */
/* The plain C reference of the steps on waves, probes and modes against values computed by hand. */
#include "support.h"

#include <math.h>

#include "ops/ops.h"
#include "ref/likelihood.h"

#define NEAR 1e-12

#define VIEW(values) ((clpti_view){.buffer = &(clpt_buffer){.memory = (values)}})

static void expect_near(const char *what, const double *got, const double *expected, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (!(fabs(got[i] - expected[i]) <= NEAR * (1 + fabs(expected[i]))))
            fail_msg("%s: number %lld is %.17g, not %.17g", what, (long long)i, got[i], expected[i]);
}

static void illuminate_pad_probe_mask_and_modes(void **state)
{
    (void)state;
    enum { SIZE = 8, PIXELS = SIZE * SIZE };
    double object[2 * 16], probe[2 * 2 * PIXELS], waves[2 * 2 * PIXELS], xy[] = {0, 0};
    for (int i = 0; i < 16; i++) object[2 * i] = 1 + i, object[2 * i + 1] = 0;
    for (int i = 0; i < PIXELS; i++) probe[2 * i] = 2, probe[2 * i + 1] = 0;
    for (int i = PIXELS; i < 2 * PIXELS; i++) probe[2 * i] = 0, probe[2 * i + 1] = 3;
    clpti_positions positions = {.xy = xy, .count = 1};
    clpti_illuminate_args args = {.object = VIEW(object),
                                  .height = 4,
                                  .width = 4,
                                  .at = {&positions, NULL, 0, 1, 0, 0},
                                  .probe = VIEW(probe),
                                  .modes = 2,
                                  .size = SIZE,
                                  .pad = 2,
                                  .patch = 4,
                                  .probe_mask = true,
                                  .waves = VIEW(waves)};
    assert_int_equal(clpti_ref_illuminate(NULL, &args), CLPT_OK);
    /* Side 8: pixels with (x − 3.5)² + (y − 3.5)² < 4, that is the block [2, 5] without its corners. */
    for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++) {
            bool inside = y >= 2 && y < 6 && x >= 2 && x < 6;
            bool corner = (y == 2 || y == 5) && (x == 2 || x == 5);
            double patch = inside && !corner ? 1 + 4 * (y - 2) + (x - 2) : 0;
            const double expected[2][2] = {{2 * patch, 0}, {0, 3 * patch}};
            for (int p = 0; p < 2; p++) expect_near("wave", waves + 2 * (p * PIXELS + y * SIZE + x), expected[p], 2);
        }
}

static void smooth_impulse_spreads_and_edges_reflect(void **state)
{
    (void)state;
    double in[2 * 9] = {0}, out[2 * 9];
    in[0] = 1; /* corner; its row and column are one step inside for the reflected neighbours */
    in[2 * 4 + 1] = 1;
    clpti_smooth_args args = {.in = VIEW(in), .out = VIEW(out), .count = 1, .size = 3, .sigma = 0.8};
    assert_int_equal(clpti_ref_smooth(NULL, &args), CLPT_OK);
    double e = exp(-1 / (2 * 0.64)), c = 1 / (1 + 2 * e), s = e / (1 + 2 * e);
    /* Real part: only pixel 0 is 1, and no reflection leads to it. Imaginary: the middle, met twice from each edge. */
    const double expected[2 * 9] = {c * c, 4 * s * s, s * c, 2 * s * c, 0, 4 * s * s, s * c, 2 * s * c, s * s, c * c,
                                    0,     2 * s * c, 0,     4 * s * s, 0, 2 * s * c, 0,     4 * s * s};
    expect_near("smoothed", out, expected, 18);
}

static void smooth_constant_stays_and_zero_sigma_copies(void **state)
{
    (void)state;
    for (int64_t size = 1; size <= 6; size++) {
        double in[2 * 36], out[2 * 36];
        clpti_smooth_args args = {.in = VIEW(in), .out = VIEW(out), .count = 1, .size = size, .sigma = 1.3};
        for (int64_t i = 0; i < 2 * size * size; i++) in[i] = i % 2 ? -2 : 3;
        assert_int_equal(clpti_ref_smooth(NULL, &args), CLPT_OK);
        expect_near("constant", out, in, 2 * size * size);
        test_random_fill(in, 2 * size * size, 5, -1, 1);
        args.sigma = 0;
        assert_int_equal(clpti_ref_smooth(NULL, &args), CLPT_OK);
        expect_near("sigma 0", out, in, 2 * size * size);
    }
}

static void intensity_zero_frequency_moves_to_the_centre(void **state)
{
    (void)state;
    for (int64_t size = 1; size <= 5; size++) {
        double waves[2 * 2 * 25] = {0}, out[25];
        waves[0] = 3; /* mode 0, zero frequency */
        waves[2 * size * size] = 0;
        waves[2 * size * size + 1] = 4; /* mode 1, zero frequency */
        clpti_intensity_args args = {
            .waves = VIEW(waves), .count = 1, .modes = 2, .size = size, .factor = 4, .out = VIEW(out)};
        assert_int_equal(clpti_ref_intensity(NULL, &args), CLPT_OK);
        for (int64_t i = 0; i < size * size; i++)
            expect_near("intensity", out + i, &(double){i == size / 2 * size + size / 2 ? 100 : 0}, 1);
        args.amplitude = true;
        assert_int_equal(clpti_ref_intensity(NULL, &args), CLPT_OK);
        expect_near("amplitude", out + size / 2 * size + size / 2, &(double){10}, 1);
    }
}

/* Side 2, where moving zero frequency swaps element i with element 3 − i. */
static void project_good_bad_and_unread_pixels(void **state)
{
    (void)state;
    double waves[8] = {3, 4, 0, 2, 1, 0, 0, 0}, kept[8];
    double measured[2 * 4] = {9, 9, 9, 9, 7, NAN, 1, 5}, mask[2 * 4] = {1, 1, 1, 1, 1, 0, 1, 1}, misfit = -1,
                        total = -1;
    for (int i = 0; i < 8; i++) kept[i] = waves[i];
    clpti_order order = {.host = (const int32_t[]){0, 1}};
    clpti_project_args args = {.waves = VIEW(waves),
                               .count = 1,
                               .modes = 1,
                               .size = 2,
                               .factor = 4,
                               .scale = 0.5,
                               .measured = VIEW(measured),
                               .mask = VIEW(mask),
                               .mask_per_pattern = true,
                               .order = &order,
                               .first = 1,
                               .only_error = true,
                               .misfit = VIEW(&misfit),
                               .total = VIEW(&total)};
    for (int pass = 0; pass < 2; pass++) {
        assert_int_equal(clpti_ref_project(NULL, &args), CLPT_OK);
        /* Models 2·(5, 2, 1, 0) against measured (5, 1, bad, 7). */
        expect_near("misfit", &misfit, &(double){5 + 3 + 7}, 1);
        expect_near("total", &total, &(double){13}, 1);
        if (args.only_error) expect_near("untouched waves", waves, kept, 8);
        args.only_error = false;
    }
    double first = 0.5 * (5 / 10.0 - 1), second = 0.5 * (1 / 4.0 - 1);
    expect_near("waves", waves, (double[]){3 * first, 4 * first, 0, 2 * second, 0, 0, 0, 0}, 8);
}

static void gain_of_a_dark_pixel_is_bounded(void **state)
{
    (void)state;
    const struct {
        double amplitude, model, amplitudes_gain, counts_gain;
    } cases[] = {{6, 2, 2, 8},      {2, 6, 1.0 / 3 - 1, 1.0 / 9 - 1},
                 {16, 2, 7, 63},    {17, 2, 7, 63},
                 {17, 1e-8, 7, 63}, {17, 0, 7, 63},
                 {0, 2, -1, -1},    {0, 0, -1, -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double got[2] = {clpti_likelihood_gain(CLPT_LIKELIHOOD_AMPLITUDE, cases[i].amplitude, cases[i].model),
                         clpti_likelihood_gain(CLPT_LIKELIHOOD_POISSON, cases[i].amplitude, cases[i].model)};
        expect_near(test_text("gains of case %zu", i), got, (double[]){cases[i].amplitudes_gain, cases[i].counts_gain},
                    2);
    }
}

static void backproject_sums_modes_with_conjugate_probe(void **state)
{
    (void)state;
    double probe[] = {1, 2, 0, 1}, waves[] = {3, 1, 2, 0, 0, 0, 1, 1}, step[4];
    clpti_backproject_args args = {
        .waves = VIEW(waves), .probe = VIEW(probe), .count = 2, .modes = 2, .size = 1, .step = VIEW(step)};
    assert_int_equal(clpti_ref_backproject(NULL, &args), CLPT_OK);
    expect_near("step", step, (double[]){5, -5 - 2, 1, -1}, 4);
}

static void probe_gradient_adds_to_what_is_there(void **state)
{
    (void)state;
    double object[] = {2, 0, 4, 2}, waves[] = {1, 1, 0, 1}, gradient[] = {10, 20}, power[] = {5}, xy[] = {0.5, 0, 0, 0};
    clpti_positions positions = {.xy = xy, .count = 2};
    clpti_probe_gradient_args args = {.object = VIEW(object),
                                      .height = 1,
                                      .width = 2,
                                      .at = {&positions, NULL, 0, 2, 0, 0},
                                      .waves = VIEW(waves),
                                      .modes = 1,
                                      .size = 1,
                                      .gradient = VIEW(gradient),
                                      .patch_power = VIEW(power)};
    assert_int_equal(clpti_ref_probe_gradient(NULL, &args), CLPT_OK);
    /* Patches 3 + i and 2: conj(3 + i)(1 + i) + 2i = 4 + 2i + 2i. */
    expect_near("gradient", gradient, (double[]){14, 24}, 2);
    expect_near("patch_power", power, &(double){5 + 10 + 4}, 1);
}

static void relax_divides_by_the_mixed_power(void **state)
{
    (void)state;
    double field[] = {1, 1, 0, 0}, step[] = {2, 4, 6, 0}, power[] = {1, 4}, largest = 4;
    clpti_relax_args args = {.field = VIEW(field),
                             .step = VIEW(step),
                             .power = VIEW(power),
                             .largest = VIEW(&largest),
                             .repeats = 1,
                             .count = 2,
                             .alpha = 0.25,
                             .factor = 1};
    assert_int_equal(clpti_ref_relax(NULL, &args), CLPT_OK);
    expect_near("field", field, (double[]){1 + 2 / 1.75, 1 + 4 / 1.75, 6 / 4.0, 0}, 4);
    args.fresh = true;
    assert_int_equal(clpti_ref_relax(NULL, &args), CLPT_OK);
    expect_near("afresh", field, (double[]){2 / 1.75, 4 / 1.75, 6 / 4.0, 0}, 4);
    double still[] = {1, 1, 0, 0}, none[] = {0, 0, 1, 0}, dark[] = {0, 0}, zero = 0;
    args = (clpti_relax_args){.field = VIEW(still),
                              .step = VIEW(none),
                              .power = VIEW(dark),
                              .largest = VIEW(&zero),
                              .repeats = 1,
                              .count = 2,
                              .alpha = 0.25,
                              .factor = 1};
    assert_int_equal(clpti_ref_relax(NULL, &args), CLPT_OK);
    expect_near("nothing lit", still, (double[]){1, 1, 0, 0}, 4);
}

static void largest_power_and_divide_by_hand(void **state)
{
    (void)state;
    double values[] = {0, 3, 1, 0, 0, 0}, out[2];
    clpti_largest_args largest = {.values = VIEW(values), .groups = 2, .count = 3, .out = VIEW(out)};
    assert_int_equal(clpti_ref_largest(NULL, &largest), CLPT_OK);
    expect_near("largest", out, (double[]){3, 0}, 2);

    double modes[] = {3, 4, 1, 0, 0, 2, 1, 1}, power[2];
    clpti_power_args powers = {.modes = VIEW(modes), .mode_count = 2, .count = 2, .power = VIEW(power)};
    assert_int_equal(clpti_ref_power(NULL, &powers), CLPT_OK);
    expect_near("power", power, (double[]){29, 3}, 2);

    double canvas[] = {4, 8, 6, 2}, sum[] = {1.5, 3.5};
    clpti_divide_args divide = {
        .canvas = VIEW(canvas), .weight_sum = VIEW(sum), .complex = true, .count = 2, .epsilon = 0.5};
    assert_int_equal(clpti_ref_divide(NULL, &divide), CLPT_OK);
    expect_near("divide", canvas, (double[]){2, 4, 1.5, 0.5}, 4);
}

static void gram_and_rotate_by_hand(void **state)
{
    (void)state;
    double modes[] = {1, 1, 2, 0, 0, 1, 1, 0}, gram[8], out[8]; /* m0 = (1 + i, 2), m1 = (i, 1) */
    clpti_gram_args args = {.modes = VIEW(modes), .mode_count = 2, .count = 2, .gram = VIEW(gram)};
    assert_int_equal(clpti_ref_gram(NULL, &args), CLPT_OK);
    expect_near("gram", gram, (double[]){6, 0, 3, 1, 3, -1, 2, 0}, 8);
    double matrix[] = {0, 0, 2, 0, 0, 1, 1, 0}; /* column q defines mode q of the result */
    clpti_rotate_args rotate = {
        .modes = VIEW(modes), .out = VIEW(out), .mode_count = 2, .count = 2, .matrix = VIEW(matrix)};
    assert_int_equal(clpti_ref_rotate(NULL, &rotate), CLPT_OK);
    expect_near("rotated", out, (double[]){-1, 0, 0, 1, 2, 3, 5, 0}, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(illuminate_pad_probe_mask_and_modes),
        cmocka_unit_test(smooth_impulse_spreads_and_edges_reflect),
        cmocka_unit_test(smooth_constant_stays_and_zero_sigma_copies),
        cmocka_unit_test(intensity_zero_frequency_moves_to_the_centre),
        cmocka_unit_test(project_good_bad_and_unread_pixels),
        cmocka_unit_test(gain_of_a_dark_pixel_is_bounded),
        cmocka_unit_test(backproject_sums_modes_with_conjugate_probe),
        cmocka_unit_test(probe_gradient_adds_to_what_is_there),
        cmocka_unit_test(relax_divides_by_the_mixed_power),
        cmocka_unit_test(largest_power_and_divide_by_hand),
        cmocka_unit_test(gram_and_rotate_by_hand),
    };
    return cmocka_run_group_tests_name("reference_waves", tests, NULL, NULL);
}
