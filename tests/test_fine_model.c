/* SPDX-License-Identifier: Apache-2.0 */
/* The fine model against closed forms: a Gaussian beam through cosine gratings, whose far field is a sum of three
 * Gaussians at any position, also with an order outside the detector. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fine_model.h"
#include "support.h"

typedef double _Complex number;

enum { N = 32, H = 70, W = 61, ORDER = 58 }; /* the grating is cos(π·ORDER·(x + ½)/W), even about both edges */
static const double pi = 3.14159265358979323846, sigma = 2.4, depth = 0.4;
static const double wavelength = 1e-10, pixel = 5e-9;
static const double tolerance = 1e-6; /* of the largest: float32 results, tails of the Gaussian */

static number *ones(int64_t count)
{
    number *to = malloc((size_t)count * sizeof *to);
    assert_non_null(to);
    for (int64_t i = 0; i < count; i++) to[i] = 1;
    return to;
}

static number *make_probe(void)
{
    number *to = ones(N * N);
    for (int y = 0; y < N; y++)
        for (int x = 0; x < N; x++)
            to[y * N + x] = exp(-0.5 * (pow(x - N / 2, 2) + pow(y - N / 2, 2)) / (sigma * sigma));
    return to;
}

static void add_grating(number *slice)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) slice[y * W + x] += depth * cos(pi * ORDER * (x + 0.5) / W);
}

/* The beam's transform at frequencies (u, v) of the detector's pixels, after `distance` of free space. */
static number beam(double u, double v, double distance)
{
    double f = hypot(u, v) / (N * pixel), along = sqrt(1 / (wavelength * wavelength) - f * f);
    return 2 * pi * sigma * sigma * exp(-2 * pow(pi * sigma / N, 2) * (u * u + v * v)) *
           cexp(2 * pi * I * distance * (along - 1 / wavelength));
}

static double formula(int row, int column, double x, double distance)
{
    double u = column - N / 2, v = row - N / 2, order = 0.5 * ORDER * N / W;
    number turn = cexp(I * pi * ORDER * (x + 0.5) / W);
    number wave = beam(u, v, distance) +
                  0.5 * depth * (turn * beam(u - order, v, distance) + conj(turn) * beam(u + order, v, distance));
    return pow(cabs(wave) / N, 2);
}

static clpti_fine_model *create(const clpti_fine_scene *scene)
{
    clpti_fine_model *model = NULL;
    clpt_message message = {0};
    if (clpti_fine_create(scene, &model, &message) != CLPT_OK) fail_msg("%s", message.text);
    return model;
}

static void expose(clpti_fine_model *model, double x, double y, double path_x, double path_y, float *pattern)
{
    const double position[2] = {x, y}, path[2] = {path_x, path_y};
    assert_int_equal(clpti_fine_pattern(model, position, path, pattern), CLPT_OK);
}

/* [slice] of the first is uniform, the last one is the grating. */
static clpti_fine_model *grating(int64_t slices, double distance)
{
    number *probe = make_probe(), *object = ones(slices * H * W);
    add_grating(object + (slices - 1) * H * W);
    clpti_fine_model *model = create(&(clpti_fine_scene){.slices = (double *)object,
                                                         .slice_count = slices,
                                                         .height = H,
                                                         .width = W,
                                                         .probe = (double *)probe,
                                                         .modes = 1,
                                                         .side = N,
                                                         .slice_distance = distance,
                                                         .wavelength = wavelength,
                                                         .pixel_x = pixel,
                                                         .pixel_y = pixel});
    free(probe);
    free(object);
    return model;
}

static void check(const float *pattern, double x, double distance)
{
    double largest = formula(N / 2, N / 2, x, distance);
    for (int row = 0; row < N; row++)
        for (int column = 0; column < N; column++) {
            double expected = formula(row, column, x, distance), got = pattern[row * N + column];
            if (!(fabs(got - expected) <= tolerance * largest))
                fail_msg("x = %g, pixel [%d, %d]: %.9g, not %.9g", x, row, column, got, expected);
        }
}

static void fraction_of_a_pixel_is_exact_and_orders_leave_the_detector(void **state)
{
    (void)state;
    static const double positions[] = {30, 30.5, 27.123, 33.876};
    clpti_fine_model *model = grating(1, 0);
    float pattern[N * N];
    for (size_t k = 0; k < sizeof positions / sizeof *positions; k++) {
        expose(model, positions[k], 34.2 + (double)k / 3, 0, 0, pattern);
        check(pattern, positions[k], 0);
    }
    clpti_fine_destroy(&model);
}

static void slices_are_apart_by_the_angular_spectrum(void **state)
{
    (void)state;
    const double distance = 0.8e-6;
    float pattern[N * N];
    clpti_fine_model *model = grating(3, distance);
    expose(model, 29.3, 35.1, 0, 0, pattern);
    check(pattern, 29.3, 2 * distance);
    clpti_fine_destroy(&model);
}

/* Intensities add up along the path; the closed form in ten thousand steps. */
static void motion_averages_intensities(void **state)
{
    (void)state;
    const double x = 30.4, length = 3;
    enum { steps = 10000 };
    float pattern[N * N];
    clpti_fine_model *model = grating(1, 0);
    expose(model, x, 35, length, 1, pattern);
    for (int column = 0; column < N; column++) {
        double mean = 0, row = N / 2;
        for (int k = 0; k < steps; k++)
            mean += formula((int)row, column, x + length * ((k + 0.5) / steps - 0.5), 0) / steps;
        double error = fabs(pattern[N / 2 * N + column] - mean) / formula(N / 2, N / 2, x, 0);
        if (!(error < 5e-3)) fail_msg("column %d: off by %g of the maximum", column, error);
    }
    clpti_fine_destroy(&model);
}

/* A standard deviation s of the response adds s² to the variance of a spot, and takes no counts away. */
static void point_spread_widens_patterns(void **state)
{
    (void)state;
    const double spreads[2] = {0, 1.3};
    double total[2] = {0}, variance[2] = {0};
    number *probe = make_probe(), *object = ones(H * W);
    float pattern[N * N];
    for (int k = 0; k < 2; k++) {
        clpti_fine_model *model = create(&(clpti_fine_scene){.slices = (double *)object,
                                                             .slice_count = 1,
                                                             .height = H,
                                                             .width = W,
                                                             .probe = (double *)probe,
                                                             .modes = 1,
                                                             .side = N,
                                                             .point_spread = spreads[k]});
        expose(model, 30, 35, 0, 0, pattern);
        for (int i = 0; i < N * N; i++) {
            total[k] += pattern[i];
            variance[k] += pattern[i] * pow(i % N - N / 2, 2);
        }
        clpti_fine_destroy(&model);
    }
    assert_true(fabs(total[0] / (pi * sigma * sigma) - 1) < 1e-5); /* Σ |probe|² */
    assert_true(fabs(total[1] / total[0] - 1) < 1e-5);
    double added = variance[1] / total[1] - variance[0] / total[0];
    if (!(fabs(added - spreads[1] * spreads[1]) < 0.01)) fail_msg("variance grows by %g", added);
    free(probe);
    free(object);
}

/* Modes are incoherent: twice the same mode is twice the light. */
static void modes_add_intensities(void **state)
{
    (void)state;
    float one[N * N], two[N * N];
    number *probe = malloc(2 * N * N * sizeof *probe), *object = ones(H * W), *first = make_probe();
    assert_non_null(probe);
    add_grating(object);
    for (int i = 0; i < N * N; i++) probe[i] = probe[N * N + i] = first[i];
    for (int64_t modes = 1; modes <= 2; modes++) {
        clpti_fine_model *model = create(&(clpti_fine_scene){.slices = (double *)object,
                                                             .slice_count = 1,
                                                             .height = H,
                                                             .width = W,
                                                             .probe = (double *)probe,
                                                             .modes = modes,
                                                             .side = N});
        expose(model, 30.2, 35, 0, 0, modes == 1 ? one : two);
        clpti_fine_destroy(&model);
    }
    for (int i = 0; i < N * N; i++) assert_true(fabsf(two[i] - 2 * one[i]) <= 1e-6f * one[N / 2 * N + N / 2]);
    free(probe);
    free(object);
    free(first);
}

static void response_beyond_the_fine_grid_is_refused(void **state)
{
    (void)state;
    clpti_fine_model *model = NULL;
    clpt_message message = {0};
    number *probe = make_probe(), *object = ones(H * W);
    clpti_fine_scene scene = {.slices = (double *)object,
                              .slice_count = 1,
                              .height = H,
                              .width = W,
                              .probe = (double *)probe,
                              .modes = 1,
                              .side = N,
                              .point_spread = N};
    assert_int_equal(clpti_fine_create(&scene, &model, &message), CLPT_ERROR_ARGUMENT);
    assert_null(model);
    assert_non_null(strstr(message.text, "point spread"));
    free(probe);
    free(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fraction_of_a_pixel_is_exact_and_orders_leave_the_detector),
        cmocka_unit_test(slices_are_apart_by_the_angular_spectrum),
        cmocka_unit_test(motion_averages_intensities),
        cmocka_unit_test(point_spread_widens_patterns),
        cmocka_unit_test(modes_add_intensities),
        cmocka_unit_test(response_beyond_the_fine_grid_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
