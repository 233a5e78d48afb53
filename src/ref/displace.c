/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "ops/engine.h"

static void shorten(double v[2], double most)
{
    double length = hypot(v[0], v[1]);
    if (!(length > most)) return;
    v[0] *= most / length;
    v[1] *= most / length;
}

/* The damped solution of a pattern's normal equations; 0 where there is none. */
static void solve(const double f[5], const clpti_displace_args *a, double d[2])
{
    double more = a->damping * (f[2] + f[3]) / 2, xx = f[2] + more, yy = f[3] + more, det = xx * yy - f[4] * f[4];
    bool fine = det > 1e-6 * xx * yy;
    d[0] = fine ? a->step * (f[0] * yy - f[1] * f[4]) / det : 0;
    d[1] = fine ? a->step * (f[1] * xx - f[0] * f[4]) / det : 0;
    shorten(d, a->limit);
}

/* The linear map [2][2] that fits moved − mean best as a function of start − mean; 0 where the starts span no plane. */
static void fit_map(const clpti_displace_args *a, const double *moved, const double mean[4], double map[4])
{
    double xx = 0, yy = 0, xy = 0, b[4] = {0};
    for (int64_t k = 0; k < a->count; k++) {
        double x = a->places->xy[2 * k] - mean[0], y = a->places->xy[2 * k + 1] - mean[1];
        xx += x * x, yy += y * y, xy += x * y;
        for (int j = 0; j < 2; j++) {
            b[2 * j] += x * (moved[2 * k + j] - mean[2 + j]);
            b[2 * j + 1] += y * (moved[2 * k + j] - mean[2 + j]);
        }
    }
    double det = xx * yy - xy * xy;
    for (int j = 0; j < 2; j++) {
        bool fine = det > 1e-6 * xx * yy;
        map[2 * j] = fine ? (b[2 * j] * yy - b[2 * j + 1] * xy) / det : 0;
        map[2 * j + 1] = fine ? (b[2 * j + 1] * xx - b[2 * j] * xy) / det : 0;
    }
}

clpt_status clpti_ref_displace(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_displace_args *a = args;
    const double *sums = clpti_host(a->sums), *start = a->places->xy;
    double *moved = clpti_host(a->moved), mean[4] = {0}, map[4];
    for (int64_t k = 0; k < a->count; k++) {
        double d[2];
        solve(sums + 5 * k, a, d);
        for (int j = 0; j < 2; j++) {
            moved[2 * k + j] += d[j];
            mean[j] += start[2 * k + j] / (double)a->count;
            mean[2 + j] += moved[2 * k + j] / (double)a->count;
        }
    }
    fit_map(a, moved, mean, map);
    for (int64_t k = 0; k < a->count; k++) {
        double x = start[2 * k] - mean[0], y = start[2 * k + 1] - mean[1], rest[2], affine[2];
        for (int j = 0; j < 2; j++) {
            affine[j] = map[2 * j] * x + map[2 * j + 1] * y;
            rest[j] = (1 - a->pull) * (moved[2 * k + j] - mean[2 + j] - affine[j]);
        }
        shorten(rest, a->range);
        for (int j = 0; j < 2; j++) moved[2 * k + j] = (a->pull > 0 ? affine[j] : 0) + rest[j];
    }
    return CLPT_OK;
}
