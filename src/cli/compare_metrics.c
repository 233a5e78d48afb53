/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics of `compare` in addition to those of the library. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/compare.h"
#include "core/memory.h"

/* The mean of x, y, and of the distances in x and in y. */
typedef struct centre {
    double mean[2], distance[2];
} centre;

static const double *true_of(const clpti_file_contents *truth)
{
    return truth->true_positions ? truth->true_positions : truth->positions;
}

static centre centre_of(const double *got, const double *expected, int64_t count)
{
    centre c = {{0}, {0}};
    for (int64_t s = 0; s < count; ++s)
        for (int k = 0; k < 2; ++k) {
            c.mean[k] += expected[2 * s + k] / (double)count;
            c.distance[k] += (got[2 * s + k] - expected[2 * s + k]) / (double)count;
        }
    return c;
}

/* Residual of Σ|d|² after the least-squares fit of d = A·(x − mean): for each axis of d, the normal equations of two
 * slopes. Collinear positions determine one slope only. */
static double beyond_affine(const double *got, const double *expected, int64_t count, const centre *c)
{
    double moment[3] = {0}, cross[2][2] = {{0}, {0}}, square = 0;
    for (int64_t s = 0; s < count; ++s) {
        const double x = expected[2 * s] - c->mean[0], y = expected[2 * s + 1] - c->mean[1];
        moment[0] += x * x;
        moment[1] += x * y;
        moment[2] += y * y;
        for (int k = 0; k < 2; ++k) {
            const double d = got[2 * s + k] - expected[2 * s + k] - c->distance[k];
            cross[k][0] += d * x;
            cross[k][1] += d * y;
            square += d * d;
        }
    }
    const double determinant = moment[0] * moment[2] - moment[1] * moment[1];
    if (!(determinant > 1e-12 * (moment[0] + moment[2]) * (moment[0] + moment[2]))) return square;
    for (int k = 0; k < 2; ++k)
        square -= (moment[2] * cross[k][0] * cross[k][0] - 2 * moment[1] * cross[k][0] * cross[k][1] +
                   moment[0] * cross[k][1] * cross[k][1]) /
                  determinant;
    return fmax(0, square);
}

bool clpti_compare_positions(const clpti_file_contents *result, const clpti_file_contents *truth,
                             clpti_position_errors *error)
{
    const double *expected_all = true_of(truth);
    int64_t count = 0;
    if (!result->positions || !expected_all || result->count != truth->count) return false;
    double *got = clpti_malloc(result->count, 4 * sizeof *got), *expected = got ? got + 2 * result->count : NULL;
    if (!got) return false;
    for (int64_t s = 0; s < result->count; ++s) {
        if (result->used && !result->used[s]) continue;
        memcpy(got + 2 * count, result->positions + 2 * s, 2 * sizeof *got);
        memcpy(expected + 2 * count++, expected_all + 2 * s, 2 * sizeof *expected);
    }
    centre c = centre_of(got, expected, count);
    double square = 0;
    *error = (clpti_position_errors){0};
    for (int64_t s = 0; s < count; ++s) {
        double away =
            hypot(got[2 * s] - expected[2 * s] - c.distance[0], got[2 * s + 1] - expected[2 * s + 1] - c.distance[1]);
        square += away * away;
        error->maximum = fmax(error->maximum, away);
    }
    error->rms = sqrt(square / (double)count);
    error->beyond_affine = sqrt(beyond_affine(got, expected, count, &c) / (double)count);
    free(got);
    return true;
}

double clpti_correlation_at(const clpt_comparison *c, double frequency)
{
    for (int64_t r = 1; r < c->ring_count; ++r) {
        const clpt_ring *below = &c->rings[r - 1], *above = &c->rings[r];
        if (above->frequency < frequency) continue;
        const double part = (frequency - below->frequency) / (above->frequency - below->frequency);
        return below->correlation + part * (above->correlation - below->correlation);
    }
    return c->ring_count ? c->rings[c->ring_count - 1].correlation : 0;
}

bool clpti_compare_related(const clpt_comparison *c)
{
    const double side = (double)(c->height < c->width ? c->height : c->width);
    double correlation = 0, values = 0;
    if (c->frc_half >= 3 / side) return true;
    for (int64_t r = 1; r < c->ring_count && c->rings[r].frequency <= 0.25; ++r) {
        correlation += (double)c->rings[r].count * c->rings[r].correlation;
        values += (double)c->rings[r].count;
    }
    return correlation >= 0.2 * values;
}
