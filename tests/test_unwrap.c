/* SPDX-License-Identifier: Apache-2.0 */
/* Ramps of phase are found; unwrapping: smooth surfaces return whole, up to one multiple of 2π; a patch of noise spoils
 * nothing around it. */
#include <math.h>
#include <stdlib.h>

#include "core/poisson.h"
#include "quality/ramp.h"
#include "quality/unwrap.h"
#include "support.h"

enum { H = 61, W = 90 };
static const double turn = 6.283185307179586;

/* A ramp of many wraps and a hill, below π per pixel. */
static double surface(int y, int x)
{
    return 1.1 * x - 0.4 * y + 30 * exp(-(pow(x - 45, 2) + pow(y - 30, 2)) / 400);
}

static bool is_noisy(int y, int x)
{
    return y > 40 && y < 52 && x > 10 && x < 25;
}

static void check(bool noise)
{
    clpt_message message;
    double *phase = malloc(H * W * sizeof *phase);
    assert_non_null(phase);
    for (int i = 0; i < H * W; i++) {
        const int y = i / W, x = i % W;
        phase[i] =
            noise && is_noisy(y, x) ? turn * (clpti_uniform(3, 1, (uint64_t)i) - 0.5) : remainder(surface(y, x), turn);
    }
    assert_int_equal(clpti_unwrap(phase, H, W, &message), CLPT_OK);
    const double branch = phase[0] - surface(0, 0);
    assert_true(fabs(remainder(branch, turn)) < 1e-9);
    for (int i = 0; i < H * W; i++)
        if (!noise || !is_noisy(i / W, i % W)) assert_true(fabs(phase[i] - surface(i / W, i % W) - branch) < 1e-9);
    free(phase);
}

static void smooth_surface_returns_whole(void **state)
{
    (void)state;
    check(false);
}

static void noise_stays_where_it_is(void **state)
{
    (void)state;
    check(true);
}

static void median_keeps_its_branch(void **state)
{
    (void)state;
    clpt_message message;
    double phase[3] = {3, 3 - turn, 3.1};
    assert_int_equal(clpti_unwrap(phase, 1, 3, &message), CLPT_OK);
    assert_float_equal(phase[0], 3, 1e-12);
    assert_float_equal(phase[1], 3, 1e-12);
    assert_float_equal(phase[2], 3.1, 1e-12);
}

/* Ramps of several wraps across the box, with noise and a structure outside the box. */
static void ramp_of_air_is_found(void **state)
{
    (void)state;
    static const double slopes[][2] = {{0.002, -0.001}, {0.9, 0.35}, {-2.5, 2.8}, {0, 0}};
    const clpti_box air = {3, 5, 40, 24};
    double image[2 * H * W];
    for (size_t k = 0; k < sizeof slopes / sizeof *slopes; k++) {
        for (int i = 0; i < H * W; i++) {
            const int y = i / W, x = i % W;
            const bool inside = y >= 3 && y < 43 && x >= 5 && x < 29;
            const double noise = 0.02 * (clpti_uniform(1, 2, (uint64_t)i) - 0.5);
            const double phase = slopes[k][0] * x + slopes[k][1] * y + 1.3 + noise + (inside ? 0 : surface(y, x));
            image[2 * i] = 0.7 * cos(phase);
            image[2 * i + 1] = 0.7 * sin(phase);
        }
        const clpti_ramp fit = clpti_ramp_fit(image, W, &air);
        assert_float_equal(fit.x, slopes[k][0], 1.2e-4);
        assert_float_equal(fit.y, slopes[k][1], 1.2e-4);
        assert_float_equal(remainder(fit.offset - 1.3, turn), 0, 0.01);
        assert_float_equal(fit.amplitude, 0.7, 1e-12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ramp_of_air_is_found),
        cmocka_unit_test(smooth_surface_returns_whole),
        cmocka_unit_test(noise_stays_where_it_is),
        cmocka_unit_test(median_keeps_its_branch),
    };
    return cmocka_run_group_tests_name("unwrap", tests, NULL, NULL);
}
