/* SPDX-License-Identifier: Apache-2.0 */
/* Harmonics of a raster's lattice in an object: the ratio of the object to itself smoothed over one step of the raster,
 * in a square of the scan's middle, times a Hann window, transformed; peaks at reciprocal-lattice vectors that rise
 * above the ring of frequencies around them are measured at their exact frequency. */
#include "solve/lattice_harmonics.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "fft/host_fft.h"

typedef double complex value;

enum { SMALLEST_SIDE = 32, LARGEST_SIDE = 512, HIGHEST_ORDER = 64 };
static const double peak_over_ring = 6;   /* of powers; noise alone gives about 4 */
static const double amplitude_min = 2e-4; /* of the object */
static const double regularity_min = 0.9; /* below, probe and object cannot exchange the harmonic */
static const double largest_ratio = 2;    /* of the object to itself smoothed */
static const double ring_width = 4;       /* Fourier pixels */

typedef struct window {
    int64_t side, top, left;
    value *ratio;    /* [side, side], weighted */
    double *power;   /* of its transform, without the mean */
    double *rings;   /* median power of each ring */
    double *scratch; /* [side·side] */
    value sum;       /* of ratio */
} window;

static double hann(int64_t i, int64_t side)
{
    return 0.5 - 0.5 * cos(2 * acos(-1) * ((double)i + 0.5) / (double)side);
}

/* The largest square of a power of two within the positions' bounding box, about its middle. */
static bool choose_square(window *w, int64_t height, int64_t width, const double *positions, int64_t count)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (int64_t s = 0; s < count; s++)
        for (int k = 0; k < 2; k++) {
            low[k] = fmin(low[k], positions[2 * s + k]);
            high[k] = fmax(high[k], positions[2 * s + k]);
        }
    double extent = fmin(high[0] - low[0], high[1] - low[1]);
    for (w->side = LARGEST_SIDE; w->side > SMALLEST_SIDE && (double)w->side > extent;) w->side /= 2;
    w->left = (int64_t)rint(0.5 * (low[0] + high[0])) - w->side / 2;
    w->top = (int64_t)rint(0.5 * (low[1] + high[1])) - w->side / 2;
    return (double)w->side <= extent && w->left >= 0 && w->top >= 0 && w->left + w->side <= width &&
           w->top + w->side <= height;
}

/* Gaussian of one line, repeated at its ends. `step` elements lie between its values. */
static void smooth_line(value *line, int64_t side, int64_t step, const double *gauss, int64_t reach, value *copy)
{
    for (int64_t i = 0; i < side; i++) copy[i] = line[i * step];
    for (int64_t i = 0; i < side; i++) {
        value sum = 0;
        for (int64_t k = -reach; k <= reach; k++) {
            int64_t at = i + k < 0 ? 0 : i + k >= side ? side - 1 : i + k;
            sum += gauss[k < 0 ? -k : k] * copy[at];
        }
        line[i * step] = sum;
    }
}

static clpt_status smooth(value *image, int64_t side, double deviation, clpt_message *message)
{
    int64_t reach = (int64_t)ceil(3 * deviation);
    double *gauss = clpti_malloc(reach + 1, sizeof *gauss), sum = 0;
    value *copy = clpti_malloc(side, sizeof *copy);
    clpt_status status = CLPT_OK;
    if (!gauss || !copy)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for the harmonics of a lattice"));
    for (int64_t k = 0; k <= reach; k++) {
        gauss[k] = exp(-0.5 * (double)(k * k) / (deviation * deviation));
        sum += (k ? 2 : 1) * gauss[k];
    }
    for (int64_t k = 0; k <= reach; k++) gauss[k] /= sum;
    for (int64_t y = 0; y < side; y++) smooth_line(image + y * side, side, 1, gauss, reach, copy);
    for (int64_t x = 0; x < side; x++) smooth_line(image + x, side, side, gauss, reach, copy);
cleanup:
    free(gauss);
    free(copy);
    return status;
}

/* The weighted ratio of the object to itself smoothed. */
static clpt_status divide(window *w, const value *object, int64_t width, double deviation, clpt_message *message)
{
    int64_t side = w->side, pixels = side * side;
    double mean = 0;
    clpt_status status = CLPT_OK;
    value *low = clpti_malloc(pixels, sizeof *low);
    if (!low) return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for the harmonics of a lattice");
    for (int64_t y = 0; y < side; y++)
        memcpy(low + y * side, object + (w->top + y) * width + w->left, (size_t)side * sizeof *low);
    memcpy(w->ratio, low, (size_t)pixels * sizeof *low);
    CLPTI_TRY(smooth(low, side, deviation, message));
    for (int64_t i = 0; i < pixels; i++) mean += creal(low[i] * conj(low[i])) / (double)pixels;
    w->sum = 0;
    for (int64_t i = 0; i < pixels; i++) {
        value ratio = w->ratio[i] * conj(low[i]) / fmax(creal(low[i] * conj(low[i])), 1e-3 * mean + 1e-300);
        double size = cabs(ratio);
        if (size > largest_ratio) ratio *= largest_ratio / size;
        w->ratio[i] = ratio * hann(i / side, side) * hann(i % side, side);
        w->sum += w->ratio[i];
    }
cleanup:
    free(low);
    return status;
}

static double frequency_at(int64_t index, int64_t side)
{
    return (double)(index < side / 2 ? index : index - side);
}

static int64_t ring_of(double x, double y)
{
    return (int64_t)(hypot(x, y) / ring_width);
}

static int ascending(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

/* Median power of each ring of frequencies. */
static void find_rings(window *w)
{
    int64_t side = w->side, rings = ring_of((double)side, (double)side) + 1;
    for (int64_t r = 0; r < rings; r++) {
        int64_t count = 0;
        for (int64_t i = 0; i < side * side; i++)
            if (ring_of(frequency_at(i / side, side), frequency_at(i % side, side)) == r)
                w->scratch[count++] = w->power[i];
        qsort(w->scratch, (size_t)count, sizeof *w->scratch, ascending);
        w->rings[r] = count ? w->scratch[count / 2] : 0;
    }
}

static clpt_status transform(window *w, clpt_message *message)
{
    int64_t side = w->side, pixels = side * side;
    double weights = 0;
    clpt_status status = CLPT_OK;
    value *waves = clpti_malloc(pixels, sizeof *waves);
    if (!waves) return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for the harmonics of a lattice");
    for (int64_t i = 0; i < pixels; i++) weights += hann(i / side, side) * hann(i % side, side);
    for (int64_t i = 0; i < pixels; i++)
        waves[i] = w->ratio[i] - w->sum / weights * hann(i / side, side) * hann(i % side, side);
    CLPTI_TRY(clpti_ref_fft2((double *)waves, side, 1, -1));
    for (int64_t i = 0; i < pixels; i++) w->power[i] = creal(waves[i] * conj(waves[i]));
    find_rings(w);
cleanup:
    free(waves);
    return status;
}

/* The largest power within a Fourier pixel of g or −g, over the median of their ring. */
static double prominence(const window *w, const double *g)
{
    double side = (double)w->side, largest = 0;
    for (int sign = -1; sign <= 1; sign += 2)
        for (int dy = -1; dy <= 1; dy++)
            for (int dx = -1; dx <= 1; dx++) {
                int64_t x = (int64_t)rint(sign * g[0] * side) + dx, y = (int64_t)rint(sign * g[1] * side) + dy;
                x = (x + w->side) % w->side;
                y = (y + w->side) % w->side;
                largest = fmax(largest, w->power[y * w->side + x]);
            }
    double ring = w->rings[ring_of(g[0] * side, g[1] * side)];
    return ring > 0 ? largest / ring : 0;
}

/* Relative amplitude of e^(2πi g·(r − origin)). */
static value measure(const window *w, const double *g, const double *origin)
{
    const double turn = 2 * acos(-1);
    value sum = 0;
    for (int64_t y = 0; y < w->side; y++) {
        value line = 0;
        for (int64_t x = 0; x < w->side; x++)
            line += w->ratio[y * w->side + x] * cexp(-I * turn * g[0] * ((double)(w->left + x) - origin[0]));
        sum += line * cexp(-I * turn * g[1] * ((double)(w->top + y) - origin[1]));
    }
    return sum / w->sum;
}

/* Both g and −g, unless neither is of any size. */
static void add(const window *w, const clpti_lattice *l, const double *g, clpti_harmonics *h)
{
    const double negative[2] = {-g[0], -g[1]}, *both[2] = {g, negative};
    value c[2];
    for (int k = 0; k < 2; k++) c[k] = measure(w, both[k], l->origin);
    if (cabs(c[0]) < amplitude_min && cabs(c[1]) < amplitude_min) return;
    for (int k = 0; k < 2; k++) {
        memcpy(h->frequency[h->count], both[k], sizeof negative);
        h->value[h->count][0] = creal(c[k]);
        h->value[h->count++][1] = cimag(c[k]);
    }
}

/* Half of the reciprocal-lattice vectors, the others being their negatives. */
static void search(const window *w, const clpti_lattice *l, const double *positions, int64_t count, clpti_harmonics *h)
{
    for (int i = 0; i <= HIGHEST_ORDER; i++)
        for (int j = i ? -HIGHEST_ORDER : 1; j <= HIGHEST_ORDER; j++) {
            const int order[2] = {i, j};
            double g[2] = {i * l->reciprocal[0][0] + j * l->reciprocal[1][0],
                           i * l->reciprocal[0][1] + j * l->reciprocal[1][1]};
            if (fabs(g[0]) >= 0.5 || fabs(g[1]) >= 0.5 || h->count + 2 > CLPTI_HARMONICS) continue;
            if (prominence(w, g) > peak_over_ring &&
                clpti_lattice_regularity(l, positions, count, order) >= regularity_min)
                add(w, l, g, h);
        }
}

clpt_status clpti_harmonics_find(const double *object, int64_t height, int64_t width, const clpti_lattice *lattice,
                                 const double *positions, int64_t count, clpti_harmonics *harmonics,
                                 clpt_message *message)
{
    window w = {0};
    clpt_status status = CLPT_OK;
    harmonics->count = 0;
    if (!choose_square(&w, height, width, positions, count)) return CLPT_OK;
    int64_t pixels = w.side * w.side;
    double step =
        fmax(hypot(lattice->step[0][0], lattice->step[0][1]), hypot(lattice->step[1][0], lattice->step[1][1]));
    w.ratio = clpti_malloc(pixels, sizeof *w.ratio);
    w.power = clpti_malloc(pixels, sizeof *w.power);
    w.scratch = clpti_malloc(pixels, sizeof *w.scratch);
    w.rings = clpti_malloc(w.side, sizeof *w.rings);
    if (!w.ratio || !w.power || !w.scratch || !w.rings)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for the harmonics of a lattice"));
    CLPTI_TRY(divide(&w, (const value *)object, width, fmin(0.9 * step, 32), message));
    if (cabs(w.sum) <= 0) goto cleanup;
    CLPTI_TRY(transform(&w, message));
    search(&w, lattice, positions, count, harmonics);
cleanup:
    free(w.ratio);
    free(w.power);
    free(w.scratch);
    free(w.rings);
    return status;
}

clpt_status clpti_harmonics_apply(const clpti_harmonics *h, double sign, const double corner[2], const double *weight,
                                  double *image, int64_t height, int64_t width, clpt_message *message)
{
    const double turn = 2 * acos(-1);
    value *columns = clpti_malloc(h->count * width, sizeof *columns), *pixel = (value *)image;
    if (!columns) return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for the harmonics of a lattice");
    for (int64_t k = 0; k < h->count; k++)
        for (int64_t x = 0; x < width; x++)
            columns[k * width + x] = cexp(I * turn * h->frequency[k][0] * ((double)x + corner[0]));
    for (int64_t y = 0; y < height; y++) {
        value line[CLPTI_HARMONICS];
        for (int64_t k = 0; k < h->count; k++)
            line[k] = sign * (h->value[k][0] + I * h->value[k][1]) *
                      cexp(I * turn * h->frequency[k][1] * ((double)y + corner[1]));
        for (int64_t x = 0; x < width; x++) {
            value modulation = 0;
            for (int64_t k = 0; k < h->count; k++) modulation += line[k] * columns[k * width + x];
            pixel[y * width + x] *= cexp(weight ? weight[y * width + x] * modulation : modulation);
        }
    }
    free(columns);
    return CLPT_OK;
}
