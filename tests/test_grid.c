/* SPDX-License-Identifier: Apache-2.0 */
/* Grids of the command: padded patterns, and probes and objects on finer and coarser ones. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/grid.h"
#include "fft/host_fft.h"
#include "support.h"

typedef double _Complex number;
static const double pi = 3.14159265358979323846;

static clpti_tensor make(clpt_type type, int rank, const int64_t *shape)
{
    clpti_tensor tensor;
    clpt_message message = {0};
    if (clpti_tensor_create(type, rank, shape, &tensor, &message) != CLPT_OK) fail_msg("%s", message.text);
    return tensor;
}

static void padded_sides_are_even_and_never_smaller(void **state)
{
    (void)state;
    const struct {
        int64_t side;
        double factor;
        int64_t padded;
    } cases[] = {{64, 2, 128}, {64, 1.5, 96}, {65, 1, 65}, {65, 2, 130}, {65, 1.5, 98}, {64, 1.001, 64}, {7, 1.1, 8}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; ++k) {
        int64_t padded = clpti_padded_side(cases[k].side, cases[k].factor);
        assert_int_equal(padded, cases[k].padded);
        assert_int_equal(clpti_padded_side(cases[k].side, (double)padded / (double)cases[k].side), padded);
    }
}

static void patterns_come_into_the_middle_of_masked_pixels(void **state)
{
    (void)state;
    enum { S = 3, N = 5, M = 8 };
    clpt_message message = {0};
    clpti_scan_file scan = {.count = S, .frames = S, .side = N, .object_pixel_x = 8, .object_pixel_y = 8};
    scan.amplitude = malloc(S * N * N * sizeof *scan.amplitude);
    scan.background = malloc(N * N * sizeof *scan.background);
    scan.positions = malloc(2 * S * sizeof *scan.positions);
    assert_true(scan.amplitude && scan.background && scan.positions);
    for (int i = 0; i < S * N * N; ++i) scan.amplitude[i] = (float)(1 + i);
    for (int i = 0; i < N * N; ++i) scan.background[i] = (float)(1 + i);
    for (int i = 0; i < 2 * S; ++i) scan.positions[i] = i;
    assert_int_equal(clpti_scan_pad(&scan, M, &message), CLPT_OK);
    assert_int_equal(scan.side, M);
    assert_true(scan.positions[5] == 8 && scan.object_pixel_x == 5);
    for (int s = 0; s < S; ++s)
        for (int y = 0; y < M; ++y)
            for (int x = 0; x < M; ++x) {
                int row = y - (M / 2 - N / 2), column = x - (M / 2 - N / 2), at = row * N + column;
                bool inside = row >= 0 && row < N && column >= 0 && column < N;
                assert_true(scan.mask[y * M + x] == inside);
                assert_true(scan.background[y * M + x] == (inside ? (float)(1 + at) : 0));
                assert_true(scan.amplitude[(s * M + y) * M + x] == (inside ? (float)(1 + s * N * N + at) : 0));
            }
    clpti_patterns_unpad(scan.amplitude, S, M, N);
    for (int i = 0; i < S * N * N; ++i) assert_true(scan.amplitude[i] == (float)(1 + i));
    clpti_scan_free(&scan);
}

static void masks_per_pattern_are_padded_each(void **state)
{
    (void)state;
    enum { S = 2, N = 4, M = 6 };
    clpt_message message = {0};
    clpti_scan_file scan = {.count = S, .frames = S, .side = N, .mask_per_pattern = true};
    scan.mask = malloc(S * N * N * sizeof *scan.mask);
    scan.positions = calloc(2 * S, sizeof *scan.positions);
    assert_true(scan.mask && scan.positions);
    for (int i = 0; i < S * N * N; ++i) scan.mask[i] = i != N * N + 5;
    assert_int_equal(clpti_scan_pad(&scan, M, &message), CLPT_OK);
    for (int i = 0, good = 0; i < S * M * M; ++i) {
        good += scan.mask[i] != 0;
        if (i == M * M - 1) assert_int_equal(good, N * N);
        if (i == S * M * M - 1) assert_int_equal(good, S * N * N - 1);
    }
    assert_true(scan.mask[M * M + 2 * M + 2] == 0);
    clpti_scan_free(&scan);
}

/* |FFT P| / side of a centred array, the zero frequency in the middle. */
static double amplitude_at(const clpti_tensor *probe, int64_t u, int64_t v)
{
    const int64_t side = probe->shape[1];
    const number *p = probe->data;
    number sum = 0;
    for (int64_t y = 0; y < side; ++y)
        for (int64_t x = 0; x < side; ++x)
            sum += p[y * side + x] * cexp(-2 * pi * I * (double)(u * x + v * y) / (double)side);
    return cabs(sum) / (double)side;
}

/* A finer probe gives the same amplitude to measured pixels and none to others, and the field of view stays. */
static void probe_keeps_its_far_field(void **state)
{
    (void)state;
    static const int64_t sides[][2] = {{8, 16}, {9, 14}, {8, 12}};
    for (size_t k = 0; k < sizeof sides / sizeof *sides; ++k) {
        const int64_t n = sides[k][0], m = sides[k][1];
        clpt_message message = {0};
        clpti_tensor coarse = make(CLPT_TYPE_C128, 3, (int64_t[]){1, n, n});
        clpti_tensor fine = make(CLPT_TYPE_C128, 3, (int64_t[]){1, n, n});
        for (int64_t i = 0; i < 2 * n * n; ++i)
            ((double *)coarse.data)[i] = ((double *)fine.data)[i] = test_random(3, (uint64_t)i, -1, 1);
        assert_int_equal(clpti_probe_regrid(&fine, m, &message), CLPT_OK);
        for (int64_t v = -(m / 2); v < m - m / 2; ++v)
            for (int64_t u = -(m / 2); u < m - m / 2; ++u) {
                bool measured = u >= -(n / 2) && u < n - n / 2 && v >= -(n / 2) && v < n - n / 2;
                double expected = measured ? amplitude_at(&coarse, u, v) : 0;
                assert_true(fabs(amplitude_at(&fine, u, v) - expected) < 1e-12);
            }
        const number centre = ((number *)coarse.data)[(n / 2) * n + n / 2];
        const number same = ((number *)fine.data)[(m / 2) * m + m / 2];
        assert_true(cabs(same * (double)m / (double)n - centre) < 1e-12);
        assert_int_equal(clpti_probe_regrid(&fine, n, &message), CLPT_OK);
        for (int64_t i = 0; i < n * n; ++i)
            assert_true(cabs(((number *)fine.data)[i] - ((number *)coarse.data)[i]) < 1e-12);
        clpti_tensor_destroy(&coarse);
        clpti_tensor_destroy(&fine);
    }
}

/* Even about both edges of [H, W], harmonics (3, 5). */
static number wave(double x, double y, double height, double width)
{
    return 1 + 0.5 * I * cos(3 * pi * (y + 0.5) / height) * cos(5 * pi * (x + 0.5) / width);
}

static void object_is_exact_on_any_grid(void **state)
{
    (void)state;
    enum { H = 20, W = 17 };
    static const double factors[] = {2, 1.5, 4, 0.75, 0.5};
    for (size_t k = 0; k < sizeof factors / sizeof *factors; ++k) {
        const double f = factors[k];
        clpt_message message = {0};
        clpti_tensor object = make(CLPT_TYPE_C128, 2, (int64_t[]){H, W});
        for (int y = 0; y < H; ++y)
            for (int x = 0; x < W; ++x) ((number *)object.data)[y * W + x] = wave(x, y, H, W);
        assert_int_equal(clpti_object_regrid(&object, f, &message), CLPT_OK);
        assert_int_equal(object.shape[0], (int64_t)ceil(H * f));
        assert_int_equal(object.shape[1], (int64_t)ceil(W * f));
        for (int64_t y = 0; y < object.shape[0]; ++y)
            for (int64_t x = 0; x < object.shape[1]; ++x)
                assert_true(cabs(((number *)object.data)[y * object.shape[1] + x] -
                                 wave((double)x / f, (double)y / f, H, W)) < 1e-12);
        clpti_tensor_destroy(&object);
    }
}

/* Detail that the coarser grid cannot have does not come back as other detail. */
static void coarser_grid_has_no_aliases(void **state)
{
    (void)state;
    enum { L = 32 };
    clpt_message message = {0};
    clpti_tensor object = make(CLPT_TYPE_C128, 2, (int64_t[]){L, L});
    for (int i = 0; i < L * L; ++i) ((number *)object.data)[i] = 1 + 0.5 * cos(20 * pi * (i % L + 0.5) / L);
    assert_int_equal(clpti_object_regrid(&object, 0.5, &message), CLPT_OK);
    for (int64_t i = 0; i < clpti_tensor_count(&object); ++i) assert_true(cabs(((number *)object.data)[i] - 1) < 1e-12);
    clpti_tensor_destroy(&object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(padded_sides_are_even_and_never_smaller),
        cmocka_unit_test(patterns_come_into_the_middle_of_masked_pixels),
        cmocka_unit_test(masks_per_pattern_are_padded_each),
        cmocka_unit_test(probe_keeps_its_far_field),
        cmocka_unit_test(object_is_exact_on_any_grid),
        cmocka_unit_test(coarser_grid_has_no_aliases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
