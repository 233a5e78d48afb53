/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_lattice_power: how much of an object's phase repeats with the step of a raster scan. */
#include <math.h>
#include <stdlib.h>

#include "clptycho/quality.h"
#include "core/lattice.h"
#include "core/memory.h"
#include "quality/image.h"

static const double inner = 0.8;  /* fraction of the positions' extent that is used */
static const double near = 0.008; /* cycles per pixel */
enum { SMALLEST_SIDE = 16 };

static clpti_value pixel_of(const clpt_array *object, int64_t i)
{
    if (object->type == CLPT_TYPE_C128) return ((const clpti_value *)object->data)[i];
    return ((const float _Complex *)object->data)[i];
}

/* The square of the positions' middle: its top-left pixel and its side. */
static int64_t middle_of(const double *positions, int64_t count, int64_t *top, int64_t *left)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY}, mean[2] = {0, 0};
    for (int64_t s = 0; s < count; s++)
        for (int k = 0; k < 2; k++) {
            low[k] = fmin(low[k], positions[2 * s + k]);
            high[k] = fmax(high[k], positions[2 * s + k]);
            mean[k] += positions[2 * s + k] / (double)count;
        }
    double extent = inner * fmin(high[0] - low[0], high[1] - low[1]);
    if (!(extent < 1e6)) return 0;
    int64_t side = extent >= 2 ? clpti_quick_length_below((int64_t)extent) : 0;
    *left = (int64_t)mean[0] - side / 2;
    *top = (int64_t)mean[1] - side / 2;
    return side;
}

/* The phase about that of the sum, without its mean, times a Hann window, transformed. */
static clpt_status spectrum_of(const clpt_array *object, int64_t top, int64_t left, clpti_image *image)
{
    clpti_value sum = 0;
    double mean = 0;
    int64_t side = image->height, pixels = side * side;
    for (int64_t i = 0; i < pixels; i++) {
        image->at[i] = pixel_of(object, (top + i / side) * object->shape[1] + left + i % side);
        sum += image->at[i];
    }
    for (int64_t i = 0; i < pixels; i++) {
        image->at[i] = carg(image->at[i] * conj(sum));
        mean += creal(image->at[i]) / (double)pixels;
    }
    for (int64_t i = 0; i < pixels; i++) {
        const double turn = 2 * acos(-1) / (double)(side - 1);
        image->at[i] =
            (image->at[i] - mean) * 0.25 * (1 - cos(turn * (double)(i / side))) * (1 - cos(turn * (double)(i % side)));
    }
    return clpti_image_transform(image, -1);
}

static int ascending(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

/* The largest power near g over the median of the ring it lies in. */
static double prominence(const clpti_image *spectrum, const double g[2], double *ring)
{
    int64_t side = spectrum->height, count = 0;
    double largest = 0;
    for (int64_t i = 0; i < side * side; i++) {
        double x = clpti_frequency(i % side, side) / (double)side, y = clpti_frequency(i / side, side) / (double)side;
        double power = creal(spectrum->at[i] * conj(spectrum->at[i]));
        if (hypot(x - g[0], y - g[1]) < fmax(near, 1 / (double)side)) largest = fmax(largest, power);
        if (fabs(hypot(x, y) - hypot(g[0], g[1])) < fmax(near, 1 / (double)side)) ring[count++] = power;
    }
    if (count == 0) return 0;
    qsort(ring, (size_t)count, sizeof *ring, ascending);
    return ring[count / 2] > 0 ? largest / ring[count / 2] : 0;
}

static clpt_status measure(const clpt_array *object, const double *positions, int64_t count,
                           const clpti_lattice *lattice, double *power, clpt_message *message)
{
    static const int orders[][2] = {{1, 0}, {0, 1}, {1, 1}, {1, -1}};
    int64_t top = 0, left = 0, side = middle_of(positions, count, &top, &left);
    clpti_image spectrum = {0, 0, NULL};
    double *ring = NULL;
    clpt_status status = CLPT_OK;
    if (side < SMALLEST_SIDE || top < 0 || left < 0 || top + side > object->shape[0] || left + side > object->shape[1])
        return CLPT_OK;
    CLPTI_TRY(clpti_image_create(side, side, &spectrum));
    if (!(ring = clpti_malloc(side * side, sizeof *ring))) CLPTI_TRY(CLPT_ERROR_MEMORY);
    CLPTI_TRY(spectrum_of(object, top, left, &spectrum));
    for (size_t k = 0; k < sizeof orders / sizeof *orders; k++) {
        double g[2] = {0, 0};
        for (int a = 0; a < 2; a++)
            g[a] = orders[k][0] * lattice->reciprocal[0][a] + orders[k][1] * lattice->reciprocal[1][a];
        if (fabs(g[0]) < 0.5 && fabs(g[1]) < 0.5) *power = fmax(*power, prominence(&spectrum, g, ring));
    }
cleanup:
    if (status == CLPT_ERROR_MEMORY) clpti_fail(message, status, "clpt_lattice_power: out of host memory");
    free(ring);
    clpti_image_destroy(&spectrum);
    return status;
}

clpt_status clpt_lattice_power(const clpt_array *object, const double *positions, int64_t count, double *power,
                               clpt_message *message)
{
    clpti_lattice lattice;
    bool found = false;
    clpt_status status = CLPT_OK;
    if (!object || !object->data || object->rank != 2 ||
        (object->type != CLPT_TYPE_C64 && object->type != CLPT_TYPE_C128) || !positions || count < 1 || !power)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "clpt_lattice_power: requires a complex host array [H, W], positions and a result");
    *power = 0;
    for (int64_t i = 0; i < 2 * count; i++)
        if (!isfinite(positions[i]))
            return clpti_fail(message, CLPT_ERROR_ARGUMENT, "clpt_lattice_power: position %lld is not finite",
                              (long long)(i / 2));
    CLPTI_TRY(clpti_lattice_fit(positions, count, &lattice, &found, message));
    if (found) CLPTI_TRY(measure(object, positions, count, &lattice, power, message));
cleanup:
    return status;
}
