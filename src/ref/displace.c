/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of displace: displacements of all positions from their fits, restricted to an affine map. */
#include <math.h>

#include "ops/engine.h"

static void shorten(double v[2], double maximum)
{
    double length = hypot(v[0], v[1]);
    if (!(length > maximum)) return;
    v[0] *= maximum / length;
    v[1] *= maximum / length;
}

/* The inverse (xx, yy, xy) of a pattern's damped normal equations; false if singular. */
static bool invert(const double *f, double damping, double inverse[3])
{
    double more = damping * (f[2] + f[3]) / 2, xx = f[2] + more, yy = f[3] + more, det = xx * yy - f[4] * f[4];
    if (!(det > 1e-6 * xx * yy)) return false;
    inverse[0] = yy / det;
    inverse[1] = xx / det;
    inverse[2] = -f[4] / det;
    return true;
}

static void multiply(const double inverse[3], const double by[2], double out[2])
{
    out[0] = inverse[0] * by[0] + inverse[2] * by[1];
    out[1] = inverse[2] * by[0] + inverse[1] * by[1];
}

/* Element m = 2i + j of M corresponds to the waves −J_i·u_j, with u_0 = u, u_1 = v. */
enum { elements = 4 };

/* Indices of the sums of Re conj(J_i)·J_j, and of those times u_m, or times u_m·u_n. */
static int both(int i, int j)
{
    return i == j ? i : 2;
}

/* Adds a pattern's contribution to the normal equations of M, with its own displacement eliminated. */
static void add_map(const double *f, const double inverse[3], double matrix[elements][elements], double right[elements])
{
    double coupled[elements][2], solved[elements][2];
    for (int m = 0; m < elements; m++) {
        for (int i = 0; i < 2; i++) coupled[m][i] = -f[(m % 2 ? 12 : 7) + both(m / 2, i)];
        multiply(inverse, coupled[m], solved[m]);
        right[m] -= f[(m % 2 ? 10 : 5) + m / 2] + solved[m][0] * f[0] + solved[m][1] * f[1];
    }
    for (int m = 0; m < elements; m++)
        for (int n = 0; n < elements; n++)
            matrix[m][n] += f[15 + 3 * both(m % 2, n % 2) + both(m / 2, n / 2)] - solved[m][0] * coupled[n][0] -
                            solved[m][1] * coupled[n][1];
}

/* Solves a·x = x by the L·D·Lᵀ factorisation of a; undetermined elements become 0. */
static void solve_map(double a[elements][elements], double damping, double x[elements])
{
    double diagonal[elements];
    for (int m = 0; m < elements; m++) diagonal[m] = a[m][m] *= 1 + damping;
    for (int m = 0; m < elements; m++) {
        double inverse = a[m][m] > 1e-4 * diagonal[m] ? 1 / a[m][m] : 0;
        for (int n = m + 1; n < elements; n++) {
            double factor = a[n][m] * inverse;
            for (int k = m + 1; k <= n; k++) a[n][k] -= factor * a[k][m];
            x[n] -= factor * x[m];
        }
        diagonal[m] = inverse;
    }
    for (int m = elements - 1; m >= 0; m--) {
        for (int n = m + 1; n < elements; n++) x[m] -= a[n][m] * x[n];
        x[m] *= diagonal[m];
    }
}

/* `stretch`·M [2][2], limited by `map_limit`. */
static void find_map(const clpti_displace_args *a, const double spread[4], double map[elements])
{
    double matrix[elements][elements] = {{0}}, inverse[3], *sums = clpti_host(a->sums), moved = 0;
    for (int m = 0; m < elements; m++) map[m] = 0;
    if (!(a->stretch > 0)) return;
    for (int64_t k = 0; k < a->count; k++)
        if (invert(sums + clpti_position_sums * k, a->damping, inverse))
            add_map(sums + clpti_position_sums * k, inverse, matrix, map);
    solve_map(matrix, a->damping, map);
    for (int m = 0; m < elements; m++) map[m] *= 2 * a->stretch / (double)a->size;
    for (int i = 0; i < 2; i++)
        moved += map[2 * i] * map[2 * i] * spread[0] + map[2 * i + 1] * map[2 * i + 1] * spread[3] +
                 map[2 * i] * map[2 * i + 1] * (spread[1] + spread[2]);
    moved = sqrt(fmax(moved, 0) / (double)a->count);
    for (int m = 0; m < elements; m++) map[m] *= moved > a->map_limit ? a->map_limit / moved : 1;
}

/* Σ c·pᵀ [2][2], row by row, of the starts c and the positions p = c + moved, both about their means, and Σ m·pᵀ of m =
 * moved − mean. */
static void find_spread(const clpti_displace_args *a, const double *moved, const double mean[4], double spread[4],
                        double common[4])
{
    for (int j = 0; j < 4; j++) spread[j] = common[j] = 0;
    for (int64_t k = 0; k < a->count; k++) {
        double c[2], m[2];
        for (int j = 0; j < 2; j++) {
            c[j] = a->positions->xy[2 * k + j] - mean[j];
            m[j] = moved[2 * k + j] - mean[2 + j];
        }
        for (int j = 0; j < 4; j++) {
            spread[j] += c[j / 2] * (c[j % 2] + m[j % 2]);
            common[j] += m[j / 2] * (c[j % 2] + m[j % 2]);
        }
    }
}

/* The linear map [2][2] that makes moved − mean − map·c uncorrelated with the positions: map·spread = common; 0 if the
 * scan does not span a plane. */
static void fit_map(const double spread[4], const double common[4], double map[4])
{
    double det = spread[0] * spread[3] - spread[1] * spread[2];
    bool fine = det > 1e-6 * spread[0] * spread[3];
    for (int i = 0; i < 4; i += 2) {
        map[i] = fine ? (common[i] * spread[3] - common[i + 1] * spread[2]) / det : 0;
        map[i + 1] = fine ? (common[i + 1] * spread[0] - common[i] * spread[1]) / det : 0;
    }
}

/* Adds each pattern's own displacement and the map's. */
static void step(const clpti_displace_args *a, const double map[elements], const double mean[2], double *moved)
{
    const double *sums = clpti_host(a->sums), *start = a->positions->xy;
    for (int64_t k = 0; k < a->count; k++) {
        double d[2] = {0}, inverse[3], x = start[2 * k] - mean[0], y = start[2 * k + 1] - mean[1];
        const double *f = sums + clpti_position_sums * k;
        if (invert(f, a->damping, inverse)) multiply(inverse, f, d);
        for (int j = 0; j < 2; j++) d[j] *= a->step;
        shorten(d, a->limit);
        for (int j = 0; j < 2; j++) moved[2 * k + j] += d[j] + map[2 * j] * x + map[2 * j + 1] * y;
    }
}

static void find_means(const clpti_displace_args *a, const double *moved, double mean[4])
{
    for (int j = 0; j < 4; j++) mean[j] = 0;
    for (int64_t k = 0; k < a->count; k++)
        for (int j = 0; j < 2; j++) {
            mean[j] += a->positions->xy[2 * k + j] / (double)a->count;
            mean[2 + j] += moved[2 * k + j] / (double)a->count;
        }
}

clpt_status clpti_ref_displace(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_displace_args *a = args;
    const double *start = a->positions->xy;
    double *moved = clpti_host(a->moved), dilation, mean[4], map[elements], spread[4], common[4];
    find_means(a, moved, mean);
    find_spread(a, moved, mean, spread, common);
    find_map(a, spread, map);
    step(a, map, mean, moved);
    find_means(a, moved, mean);
    find_spread(a, moved, mean, spread, common);
    fit_map(spread, common, map);
    dilation = a->dilation ? 0 : (map[0] + map[3]) / 2;
    for (int64_t k = 0; k < a->count; k++) {
        double x = start[2 * k] - mean[0], y = start[2 * k + 1] - mean[1], rest[2], affine[2];
        for (int j = 0; j < 2; j++) {
            affine[j] = map[2 * j] * x + map[2 * j + 1] * y;
            rest[j] = (1 - a->pull) * (moved[2 * k + j] - mean[2 + j] - affine[j]);
            affine[j] -= dilation * (j ? y : x);
        }
        shorten(rest, a->range);
        for (int j = 0; j < 2; j++) moved[2 * k + j] = (a->stretch < 0 ? 0 : affine[j]) + rest[j];
    }
    return CLPT_OK;
}
