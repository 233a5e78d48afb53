/* SPDX-License-Identifier: Apache-2.0 */
/* Scans cropped and binned when they are read. */
#include "io_scan.h"

#include <math.h>

#define PI 3.14159265358979323846

static void crop_keeps_zero_frequency_at_centre(void **state)
{
    (void)state;
    static const int64_t sizes[][3] = {{8, 8, 4}, {8, 8, 5}, {9, 9, 4}, {9, 9, 5}, {12, 7, 6}, {7, 10, 7}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int64_t h = sizes[i][0], w = sizes[i][1], n = sizes[i][2];
        io_scan s = io_scan_make(h, w);
        clpti_scan_file scan = io_scan_load_good(&s, (clpti_scan_options){.crop = n});
        assert_int_equal(scan.side, n);
        assert_null(scan.object.data);
        for (int64_t p = 0; p < IO_COUNT; p++)
            for (int64_t y = 0; y < n; y++)
                for (int64_t x = 0; x < n; x++)
                    assert_true(scan.amplitude[(p * n + y) * n + x] ==
                                s.patterns[(p * h + h / 2 - n / 2 + y) * w + w / 2 - n / 2 + x]);
        assert_true(fabs(scan.positions[2] - s.x[1] * (double)n / (double)w) < 1e-12);
        assert_true(fabs(scan.positions[3] - s.y[1] * (double)n / (double)h) < 1e-12);
        assert_true(fabs(scan.starts[2] - s.y[1] * (double)n / (double)w) < 1e-12);
        clpti_scan_free(&scan);
    }
}

static void crop_reads_only_what_it_keeps(void **state)
{
    (void)state;
    io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
    s.patterns[0] = NAN;
    clpti_scan_file scan = io_scan_load_good(&s, (clpti_scan_options){.crop = 6});
    clpti_scan_free(&scan);
    s.patterns[(IO_SIDE + 4) * IO_SIDE + 5] = -1;
    io_failed(io_scan_load(&s, (clpti_scan_options){.crop = 6, .fftshift = false}, &scan), &io_message, "[1, 4, 5]",
              NULL);
}

static void fftshift_moves_corner_to_centre(void **state)
{
    (void)state;
    for (int64_t n = 7; n <= 8; n++) {
        io_scan s = io_scan_make(n, n);
        s.mask_rank = 2;
        s.mask[0] = 0;
        clpti_scan_file scan = io_scan_load_good(&s, (clpti_scan_options){.fftshift = true});
        for (int64_t y = 0; y < n; y++)
            for (int64_t x = 0; x < n; x++) {
                int64_t to = (y + n / 2) % n * n + (x + n / 2) % n;
                assert_true(scan.mask[to] == (x || y));
                if (x || y) assert_true(scan.amplitude[n * n + to] == s.patterns[(n + y) * n + x]);
            }
        assert_memory_equal(scan.probe.data, s.probe, (size_t)(n * n) * sizeof *s.probe);
        clpti_scan_free(&scan);
    }
}

static void bin_adds_counts_and_drops_blocks_with_bad_pixels(void **state)
{
    (void)state;
    io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
    s.mask_rank = 2;
    s.mask[3 * IO_SIDE + 5] = 0;
    clpti_scan_file scan = io_scan_load_good(&s, (clpti_scan_options){.bin = 2, .need_object = true});
    assert_int_equal(scan.side, 4);
    for (int p = 0; p < IO_COUNT; p++) {
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                const float *block = s.patterns + (p * IO_SIDE + 2 * y) * IO_SIDE + 2 * x;
                double sum = block[0] * block[0] + block[1] * block[1] + block[IO_SIDE] * block[IO_SIDE] +
                             block[IO_SIDE + 1] * block[IO_SIDE + 1];
                bool good = !(y == 1 && x == 2);
                assert_true(scan.mask[y * 4 + x] == good);
                assert_true(fabs(scan.amplitude[(p * 4 + y) * 4 + x] - (good ? sqrt(sum) : 0)) < 1e-4);
            }
        }
    }
    assert_true(scan.positions[2] == s.x[1]);
    clpti_scan_free(&scan);
}

/* ---- The probe beside cropped and binned patterns ---- */

/* Σ over rows and columns of wave·exp(−2πi(u(y − h/2)/h + v(x − w/2)/w)) / √(h·w): the wave at a detector pixel (u, v).
 */
static double complex amplitude_at(const double complex *wave, int64_t h, int64_t w, double u, double v)
{
    double complex sum = 0;
    for (int64_t y = 0; y < h; y++)
        for (int64_t x = 0; x < w; x++)
            sum += wave[y * w + x] *
                   cexp(-2 * PI * I * (u * (double)(y - h / 2) / (double)h + v * (double)(x - w / 2) / (double)w));
    return sum / sqrt((double)(h * w));
}

static void crop_of_probe_keeps_its_pattern(void **state)
{
    (void)state;
    static const int64_t sizes[][3] = {{8, 8, 4}, {8, 8, 5}, {9, 9, 4}, {9, 9, 5}, {12, 7, 6}, {7, 10, 7}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int64_t h = sizes[i][0], w = sizes[i][1], n = sizes[i][2];
        io_scan s = io_scan_make(h, w);
        s.probe_rank = 2 + (int)(i % 2);
        clpti_scan_file scan = io_scan_load_good(&s, (clpti_scan_options){.crop = n});
        assert_true(scan.probe.rank == 3 && scan.probe.shape[0] == 1 && scan.probe.shape[1] == n &&
                    scan.probe.shape[2] == n);
        for (int64_t u = -(n / 2); u < n - n / 2; u++)
            for (int64_t v = -(n / 2); v < n - n / 2; v++) {
                double complex before = amplitude_at(s.probe, h, w, (double)u, (double)v);
                double complex after = amplitude_at(scan.probe.data, n, n, (double)u, (double)v);
                assert_true(cabs(before - after) < 1e-12);
            }
        clpti_scan_free(&scan);
    }
}

/* A probe small against the field of view, binned by 2: the binned pattern is smooth, so that the middle of each block
 * stands for the whole of it. */
static void bin_of_probe_matches_binned_pattern(void **state)
{
    (void)state;
    static const int64_t cases[][2] = {{12, 2}, {12, 3}, {10, 2}, {9, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t h = cases[i][0], bin = cases[i][1], n = h / bin;
        io_scan s = io_scan_make(h, h);
        for (int64_t y = 0; y < h; y++)
            for (int64_t x = 0; x < h; x++) {
                int64_t dy = y - h / 2, dx = x - h / 2;
                s.probe[y * h + x] = dy * dy + dx * dx < 2 ? 1 + 0.3 * I * (double)dx : 0;
            }
        clpti_scan_file scan = io_scan_load_good(&s, (clpti_scan_options){.bin = bin});
        for (int64_t u = 0; u < n; u++)
            for (int64_t v = 0; v < n; v++) {
                double middle = 0.5 * (double)(bin - 1) - (double)(h / 2);
                double fine = cabs(amplitude_at(s.probe, h, h, (double)(u * bin) + middle, (double)(v * bin) + middle));
                double coarse = cabs(amplitude_at(scan.probe.data, n, n, (double)(u - n / 2), (double)(v - n / 2)));
                assert_true(fabs(coarse - (double)bin * fine) < 1e-12);
            }
        clpti_scan_free(&scan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crop_keeps_zero_frequency_at_centre),
        cmocka_unit_test(crop_reads_only_what_it_keeps),
        cmocka_unit_test(fftshift_moves_corner_to_centre),
        cmocka_unit_test(bin_adds_counts_and_drops_blocks_with_bad_pixels),
        cmocka_unit_test(crop_of_probe_keeps_its_pattern),
        cmocka_unit_test(bin_of_probe_matches_binned_pattern),
    };
    return cmocka_run_group_tests(tests, io_directory_make, io_directory_remove);
}
