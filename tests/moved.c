/* SPDX-License-Identifier: Apache-2.0 */
/* Merged weights and masks computed independently of the library. */
#include "moved.h"

#include <math.h>
#include <stdlib.h>

double *test_moved_sum(const double *weight, int64_t size, const test_field *offsets, const double mean[2],
                       int64_t side)
{
    int64_t groups = offsets->shape[0], per_group = offsets->shape[1], start = (side - size) / 2;
    double *sum = calloc((size_t)(groups * side * side), sizeof *sum);
    assert_non_null(sum);
    for (int64_t i = 0; i < groups * per_group * side * side; i++) {
        int64_t k = i / (side * side), y = i / side % side, x = i % side;
        double at[2], total = 0;
        for (int axis = 0; axis < 2; axis++)
            at[axis] = (double)((axis ? y : x) - start) + test_get(offsets, 2 * k + axis, 0) - mean[axis];
        for (int corner = 0; corner < 4; corner++) {
            double u = floor(at[0]) + corner % 2, v = floor(at[1]) + corner / 2;
            if (u < 0 || v < 0 || u >= (double)size || v >= (double)size) continue;
            total += (1 - fabs(at[0] - u)) * (1 - fabs(at[1] - v)) * weight[(int64_t)v * size + (int64_t)u];
        }
        sum[(k / per_group * side + y) * side + x] += total;
    }
    return sum;
}

double *test_central_mask(int64_t size)
{
    double *mask = calloc((size_t)(size * size), sizeof *mask);
    assert_non_null(mask);
    for (int64_t v = size / 4; v < size / 4 + size / 2; v++)
        for (int64_t u = size / 4; u < size / 4 + size / 2; u++) mask[v * size + u] = 1;
    return mask;
}

double *test_probe_power(const test_field *probe)
{
    int64_t pixels = probe->shape[1] * probe->shape[2];
    double *power = calloc((size_t)pixels, sizeof *power);
    assert_non_null(power);
    for (int64_t i = 0; i < probe->count; i++)
        power[i % pixels] +=
            test_get(probe, i, 0) * test_get(probe, i, 0) + test_get(probe, i, 1) * test_get(probe, i, 1);
    return power;
}

uint8_t *test_near_cutoff(const double *sum, int64_t groups, int64_t pixels, bool relative)
{
    uint8_t *skipped = calloc((size_t)(groups * pixels), 1);
    assert_non_null(skipped);
    for (int64_t g = 0; g < groups; g++) {
        double largest = 0;
        for (int64_t i = 0; i < pixels; i++) largest = fmax(largest, sum[g * pixels + i]);
        double cutoff = relative ? 1e-6 * largest : 1e-6;
        for (int64_t i = 0; i < pixels; i++)
            skipped[g * pixels + i] = fabs(sum[g * pixels + i] - cutoff) <= 1e-5 * cutoff;
    }
    return skipped;
}

void test_centre_close(const char *name, const test_field *got, const test_field *expected, const double *sum,
                       double tolerance)
{
    test_field got_sum = test_field_as(got, CLPT_TYPE_C128), expected_sum = test_field_as(expected, CLPT_TYPE_C128);
    uint8_t *small = calloc((size_t)expected->count, 1);
    assert_non_null(small);
    for (int64_t i = 0; i < expected->count; i++) {
        small[i] = sum[i] <= 0.5;
        for (int part = 0; part < 2; part++) {
            test_set(&got_sum, i, part, test_get(got, i, part) * (sum[i] + 1e-3));
            test_set(&expected_sum, i, part, test_get(expected, i, part) * (sum[i] + 1e-3));
        }
    }
    test_close(test_text("%s, times its divisor", name), &got_sum, &expected_sum, tolerance, NULL);
    test_close(test_text("%s, well covered", name), got, expected, tolerance, small);
    free(small);
    test_field_free(&got_sum);
    test_field_free(&expected_sum);
}
