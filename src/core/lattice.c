/* SPDX-License-Identifier: Apache-2.0 */
/* Lattice of a raster scan: two frequent differences of neighbours, then frequency_needed squares over a growing part
 * of the scan, so that the error of a step never adds up to half of it. */
#include "core/lattice.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "core/neighbours.h"

enum { SAMPLES = 200, NEIGHBOURS = 8 };
static const double same_fraction = 0.15; /* of the shortest distance: differences that count as one step */
static const double frequency_min = 0.4;  /* of the frequency of the commonest difference */
static const double angle_min = 0.5;      /* sine of the angle between the two steps */

typedef struct difference {
    double x, y, length;
    int64_t frequency; /* number of differences like it */
} difference;

typedef struct differences {
    difference *at;
    int64_t count;
    double tolerance;
} differences;

static bool alike(const differences *d, const difference *a, const difference *b)
{
    return hypot(a->x - b->x, a->y - b->y) <= d->tolerance || hypot(a->x + b->x, a->y + b->y) <= d->tolerance;
}

static int ascending(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

/* Median distance of the nearest neighbour times same_fraction. */
static clpt_status choose_tolerance(differences *d, clpt_message *message)
{
    int64_t samples = d->count / NEIGHBOURS;
    double *nearest = clpti_malloc(samples, sizeof *nearest);
    if (!nearest) return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for the lattice of a scan");
    for (int64_t i = 0; i < samples; i++) nearest[i] = d->at[i * NEIGHBOURS].length;
    qsort(nearest, (size_t)samples, sizeof *nearest, ascending);
    d->tolerance = same_fraction * nearest[samples / 2];
    free(nearest);
    return CLPT_OK;
}

/* Differences from evenly spaced positions to their nearest neighbours. */
static clpt_status collect(const double *positions, int64_t count, differences *d, clpt_message *message)
{
    clpti_neighbours *tree = NULL;
    clpt_status status = CLPT_OK;
    int64_t samples = count < SAMPLES ? count : SAMPLES;
    CLPTI_TRY(clpti_neighbours_create(positions, count, &tree, message));
    if (!(d->at = clpti_malloc(samples * NEIGHBOURS, sizeof *d->at)))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for the lattice of a scan"));
    for (int64_t k = 0; k < samples; k++) {
        clpti_neighbour found[NEIGHBOURS];
        int64_t of = k * count / samples;
        clpti_neighbours_find(tree, of, NEIGHBOURS, found);
        for (int n = 0; n < NEIGHBOURS; n++) {
            const double *from = positions + 2 * of, *to = positions + 2 * found[n].index;
            difference *one = &d->at[d->count++];
            *one = (difference){to[0] - from[0], to[1] - from[1], 0, 0};
            one->length = hypot(one->x, one->y);
        }
    }
    CLPTI_TRY(choose_tolerance(d, message));
    for (int64_t i = 0; i < d->count; i++)
        for (int64_t k = 0; k < d->count; k++) d->at[i].frequency += alike(d, &d->at[i], &d->at[k]);
cleanup:
    clpti_neighbours_destroy(&tree);
    return status;
}

/* Mean of the differences like the shortest frequent one that has the angle to `other` (NULL: any angle). */
static bool choose_step(const differences *d, int64_t frequency_needed, const double *other, double *step)
{
    const difference *best = NULL;
    double sum[2] = {0, 0}, members = 0;
    for (int64_t i = 0; i < d->count; i++) {
        const difference *one = &d->at[i];
        if (one->frequency < frequency_needed || (best && one->length >= best->length) || one->length <= d->tolerance)
            continue;
        double across = other ? fabs(one->x * other[1] - one->y * other[0]) : 0;
        if (other && across < angle_min * one->length * hypot(other[0], other[1])) continue;
        best = one;
    }
    if (!best) return false;
    for (int64_t i = 0; i < d->count; i++) {
        const difference *one = &d->at[i];
        if (!alike(d, best, one)) continue;
        double sign = one->x * best->x + one->y * best->y < 0 ? -1 : 1;
        sum[0] += sign * one->x;
        sum[1] += sign * one->y;
        members++;
    }
    for (int k = 0; k < 2; k++) step[k] = sum[k] / members;
    return true;
}

static bool set_reciprocal(clpti_lattice *l)
{
    double area = l->step[0][0] * l->step[1][1] - l->step[0][1] * l->step[1][0];
    if (fabs(area) < 0.25 * angle_min * hypot(l->step[0][0], l->step[0][1]) * hypot(l->step[1][0], l->step[1][1]) ||
        area == 0)
        return false;
    l->reciprocal[0][0] = l->step[1][1] / area;
    l->reciprocal[0][1] = -l->step[1][0] / area;
    l->reciprocal[1][0] = -l->step[0][1] / area;
    l->reciprocal[1][1] = l->step[0][0] / area;
    return true;
}

/* Integer coordinates of a position. */
static void coordinates(const clpti_lattice *l, const double *position, double *ij)
{
    double away[2] = {position[0] - l->origin[0], position[1] - l->origin[1]};
    for (int k = 0; k < 2; k++) ij[k] = rint(away[0] * l->reciprocal[k][0] + away[1] * l->reciprocal[k][1]);
}

/* Solves the symmetric 3×3 system for two right-hand sides in place; false if it is singular. */
static bool solve(double m[3][5])
{
    for (int p = 0; p < 3; p++) {
        if (!(fabs(m[p][p]) > 1e-9)) return false;
        for (int r = 0; r < 3; r++) {
            double factor = r == p ? 0 : m[r][p] / m[p][p];
            for (int c = p; c < 5; c++) m[r][c] -= factor * m[p][c];
        }
    }
    return true;
}

/* Least squares of origin and steps over the positions within a radius of `centre`; false if these determine no
 * lattice. */
static bool fit_within(clpti_lattice *l, const double *positions, int64_t count, const double *centre, double radius)
{
    double m[3][5] = {{0}};
    for (int64_t s = 0; s < count; s++) {
        const double *p = positions + 2 * s;
        double f[5] = {1, 0, 0, p[0] - centre[0], p[1] - centre[1]};
        if (hypot(f[3], f[4]) > radius) continue;
        coordinates(l, p, f + 1);
        for (int r = 0; r < 3; r++)
            for (int c = 0; c < 5; c++) m[r][c] += f[r] * f[c];
    }
    if (!solve(m)) return false;
    for (int k = 0; k < 2; k++) {
        l->origin[k] = centre[k] + m[0][3 + k] / m[0][0];
        l->step[0][k] = m[1][3 + k] / m[1][1];
        l->step[1][k] = m[2][3 + k] / m[2][2];
    }
    return set_reciprocal(l);
}

/* The position nearest to the mean of all, and the largest distance from it. */
static void find_centre(const double *positions, int64_t count, double *centre, double *extent)
{
    double mean[2] = {0, 0}, nearest = INFINITY;
    for (int64_t s = 0; s < count; s++)
        for (int k = 0; k < 2; k++) mean[k] += positions[2 * s + k] / (double)count;
    for (int64_t s = 0; s < count; s++) {
        double away = hypot(positions[2 * s] - mean[0], positions[2 * s + 1] - mean[1]);
        if (away >= nearest) continue;
        nearest = away;
        for (int k = 0; k < 2; k++) centre[k] = positions[2 * s + k];
    }
    *extent = 0;
    for (int64_t s = 0; s < count; s++)
        *extent = fmax(*extent, hypot(positions[2 * s] - centre[0], positions[2 * s + 1] - centre[1]));
}

static double distance_from(const clpti_lattice *l, const double *positions, int64_t count)
{
    double square = 0;
    for (int64_t s = 0; s < count; s++) {
        double ij[2];
        coordinates(l, positions + 2 * s, ij);
        for (int k = 0; k < 2; k++) {
            double away = positions[2 * s + k] - l->origin[k] - ij[0] * l->step[0][k] - ij[1] * l->step[1][k];
            square += away * away;
        }
    }
    return sqrt(square / (double)count);
}

static bool refine(clpti_lattice *l, const double *positions, int64_t count)
{
    double centre[2] = {0, 0}, extent = 0;
    find_centre(positions, count, centre, &extent);
    for (int k = 0; k < 2; k++) l->origin[k] = centre[k];
    if (!set_reciprocal(l)) return false;
    double radius = 3 * hypot(l->step[1][0], l->step[1][1]);
    while (radius < extent) {
        if (!fit_within(l, positions, count, centre, radius)) return false;
        radius *= 1.5;
    }
    if (!fit_within(l, positions, count, centre, 2 * extent)) return false;
    l->off = distance_from(l, positions, count);
    return true;
}

clpt_status clpti_lattice_fit(const double *positions, int64_t count, clpti_lattice *lattice, bool *found,
                              clpt_message *message)
{
    differences d = {NULL, 0, 0};
    clpt_status status = CLPT_OK;
    *lattice = (clpti_lattice){{0}, {{0}}, {{0}}, 0};
    *found = false;
    if (count <= NEIGHBOURS) return CLPT_OK;
    CLPTI_TRY(collect(positions, count, &d, message));
    int64_t frequency_max = 0;
    for (int64_t i = 0; i < d.count; i++)
        frequency_max = d.at[i].frequency > frequency_max ? d.at[i].frequency : frequency_max;
    int64_t frequency_needed = (int64_t)(frequency_min * (double)frequency_max);
    if (2 * frequency_max < d.count / NEIGHBOURS) goto cleanup;
    *found = choose_step(&d, frequency_needed, NULL, lattice->step[0]) &&
             choose_step(&d, frequency_needed, lattice->step[0], lattice->step[1]) && refine(lattice, positions, count);
cleanup:
    free(d.at);
    return status;
}

double clpti_lattice_regularity(const clpti_lattice *l, const double *positions, int64_t count, const int order[2])
{
    double sum[2] = {0, 0}, g[2];
    for (int k = 0; k < 2; k++) g[k] = order[0] * l->reciprocal[0][k] + order[1] * l->reciprocal[1][k];
    for (int64_t s = 0; s < count; s++) {
        double turns = g[0] * (positions[2 * s] - l->origin[0]) + g[1] * (positions[2 * s + 1] - l->origin[1]);
        sum[0] += cos(2 * acos(-1) * turns);
        sum[1] -= sin(2 * acos(-1) * turns);
    }
    return hypot(sum[0], sum[1]) / (double)count;
}
