/* SPDX-License-Identifier: Apache-2.0 */
/* Finer grids of --pad-detector: patterns, probe and object of a detector padded with free pixels. */
#include "cli/grid.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "fft/host_fft.h"

typedef double _Complex value;

static const double pi = 3.14159265358979323846;

int64_t clpti_padded_side(int64_t side, double factor)
{
    int64_t padded = 2 * (int64_t)rint(0.5 * factor * (double)side);
    return factor > 1 && padded > side ? padded : side;
}

/* ---- patterns ---- */

/* Zeros around one pattern; `copy` has capacity for it, since the two may overlap. */
static void pad_pattern(const float *from, int64_t side, int64_t padded, float *copy, float *to)
{
    const int64_t start = padded / 2 - side / 2;
    memcpy(copy, from, (size_t)(side * side) * sizeof *copy);
    memset(to, 0, (size_t)(padded * padded) * sizeof *to);
    for (int64_t y = 0; y < side; ++y)
        memcpy(to + (start + y) * padded + start, copy + y * side, (size_t)side * sizeof *to);
}

/* [count, side, side] becomes [count, padded, padded] in memory that grows; the last pattern moves first. */
static clpt_status pad_patterns(float **patterns, int64_t count, int64_t side, int64_t padded, clpt_message *message)
{
    int64_t total;
    float *copy = clpti_malloc(side * side, sizeof *copy), *larger = NULL;
    if (copy && clpti_multiply(count, padded * padded, &total) && total < INT64_MAX / (int64_t)sizeof *larger)
        larger = realloc(*patterns, (size_t)total * sizeof *larger);
    if (larger) *patterns = larger;
    for (int64_t s = count - 1; larger && s >= 0; --s)
        pad_pattern(larger + s * side * side, side, padded, copy, larger + s * padded * padded);
    free(copy);
    return larger ? CLPT_OK
                  : clpti_fail(message, CLPT_ERROR_MEMORY,
                               "no memory for %lld patterns padded to %lld x %lld pixels; use a smaller "
                               "--pad-detector",
                               (long long)count, (long long)padded, (long long)padded);
}

void clpti_patterns_unpad(float *patterns, int64_t count, int64_t padded, int64_t side)
{
    const int64_t start = padded / 2 - side / 2;
    for (int64_t s = 0; s < count; ++s)
        for (int64_t y = 0; y < side; ++y)
            memmove(patterns + (s * side + y) * side, patterns + (s * padded + start + y) * padded + start,
                    (size_t)side * sizeof *patterns);
}

static clpt_status pad_mask(clpti_scan_file *scan, int64_t padded, clpt_message *message)
{
    const int64_t pixels = scan->side * scan->side;
    if (!scan->mask) {
        if (!(scan->mask = clpti_malloc(pixels, sizeof *scan->mask)))
            return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a mask");
        for (int64_t i = 0; i < pixels; ++i) scan->mask[i] = 1;
        scan->mask_per_pattern = false;
    }
    return pad_patterns(&scan->mask, scan->mask_per_pattern ? scan->count : 1, scan->side, padded, message);
}

clpt_status clpti_scan_pad(clpti_scan_file *scan, int64_t padded, clpt_message *message)
{
    const double factor = (double)padded / (double)scan->side;
    clpt_status status = CLPT_OK;
    if (padded == scan->side) return CLPT_OK;
    if (scan->amplitude) CLPTI_TRY(pad_patterns(&scan->amplitude, scan->count, scan->side, padded, message));
    CLPTI_TRY(pad_mask(scan, padded, message));
    if (scan->background) CLPTI_TRY(pad_patterns(&scan->background, 1, scan->side, padded, message));
    if (scan->object.data) CLPTI_TRY(clpti_object_regrid(&scan->object, factor, message));
    for (int64_t i = 0; i < 2 * scan->frames; ++i) {
        scan->positions[i] *= factor;
        if (scan->starts) scan->starts[i] *= factor;
    }
    scan->object_pixel_x /= factor;
    scan->object_pixel_y /= factor;
    scan->side = padded;
cleanup:
    return status;
}

/* ---- the probe ---- */

/* Index of frequency k, the zero frequency at [0, 0]. */
static int64_t index_of(int64_t k, int64_t side)
{
    return (k + side) % side;
}

/* Phase that moves the centre from [from/2, from/2] to [to/2, to/2], for frequency k. */
static value centre_phase(int64_t k, int64_t from, int64_t to)
{
    double shift = (double)(from / 2) / (double)from - (double)(to / 2) / (double)to;
    return cexp(2 * pi * I * (double)k * shift);
}

/* One mode's spectrum, at frequencies common to both grids. */
static void move_spectrum(const value *from, int64_t side, value *to, int64_t larger)
{
    const int64_t common = side < larger ? side : larger, first = -(common / 2);
    const double scale = 1 / ((double)side * (double)larger);
    memset(to, 0, (size_t)(larger * larger) * sizeof *to);
    for (int64_t i = first; i < first + common; ++i)
        for (int64_t j = first; j < first + common; ++j)
            to[index_of(i, larger) * larger + index_of(j, larger)] = scale * centre_phase(i, side, larger) *
                                                                     centre_phase(j, side, larger) *
                                                                     from[index_of(i, side) * side + index_of(j, side)];
}

clpt_status clpti_probe_regrid(clpti_tensor *probe, int64_t side, clpt_message *message)
{
    const int64_t modes = probe->shape[0], old = probe->shape[1];
    clpti_tensor out = {0};
    clpt_status status = CLPT_OK;
    if (side == old) return CLPT_OK;
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C128, 3, (int64_t[]){modes, side, side}, &out, message));
    status = clpti_ref_fft2(probe->data, old, modes, -1);
    for (int64_t p = 0; status == CLPT_OK && p < modes; ++p)
        move_spectrum((value *)probe->data + p * old * old, old, (value *)out.data + p * side * side, side);
    if (status == CLPT_OK) status = clpti_ref_fft2(out.data, side, modes, 1);
    if (status != CLPT_OK)
        CLPTI_TRY(clpti_fail(message, status, "no memory for a probe of side %lld", (long long)side));
    clpti_tensor_destroy(probe);
    *probe = out;
    out.data = NULL;
cleanup:
    clpti_tensor_destroy(&out);
    return status;
}

/* ---- the object ---- */

/* 1 + 2 Σ_{m=1…limit} cos(mθ) */
static double dirichlet(double angle, int64_t limit)
{
    double half = sin(0.5 * angle);
    return fabs(half) > 1e-12 ? sin(((double)limit + 0.5) * angle) / half : 2 * (double)limit + 1;
}

/* [outs, length]: values at k/factor of the cosine series through `length` pixels, continued by mirror images;
 * harmonics up to the Nyquist frequency of the coarser grid. */
static double *make_weights(int64_t length, int64_t outs, double factor)
{
    const int64_t nyquist = (int64_t)floor((double)length * factor),
                  limit = nyquist < length - 1 ? nyquist : length - 1;
    double *weights = clpti_malloc(outs * length, sizeof *weights);
    for (int64_t k = 0; weights && k < outs; ++k)
        for (int64_t n = 0; n < length; ++n) {
            double to = ((double)k / factor + 0.5) * pi / (double)length,
                   from = ((double)n + 0.5) * pi / (double)length;
            weights[k * length + n] =
                0.5 / (double)length * (dirichlet(to - from, limit) + dirichlet(to + from, limit));
        }
    return weights;
}

/* to [outs, width] = weights [outs, height] · from [height, width] */
static void resample_columns(const value *from, int64_t height, int64_t width, const double *weights, int64_t outs,
                             value *to)
{
    memset(to, 0, (size_t)(outs * width) * sizeof *to);
    for (int64_t k = 0; k < outs; ++k)
        for (int64_t n = 0; n < height; ++n)
            for (int64_t x = 0; x < width; ++x) to[k * width + x] += weights[k * height + n] * from[n * width + x];
}

/* to [height, outs] = from [height, width] · weightsᵀ */
static void resample_rows(const value *from, int64_t height, int64_t width, const double *weights, int64_t outs,
                          value *to)
{
    for (int64_t y = 0; y < height; ++y)
        for (int64_t k = 0; k < outs; ++k) {
            value sum = 0;
            for (int64_t n = 0; n < width; ++n) sum += weights[k * width + n] * from[y * width + n];
            to[y * outs + k] = sum;
        }
}

clpt_status clpti_object_regrid(clpti_tensor *object, double factor, clpt_message *message)
{
    const int64_t height = object->shape[0], width = object->shape[1];
    const int64_t rows = (int64_t)ceil((double)height * factor - 1e-9);
    const int64_t columns = (int64_t)ceil((double)width * factor - 1e-9);
    clpti_tensor out = {0};
    double *by_rows = NULL, *by_columns = NULL;
    value *work = NULL;
    clpt_status status = CLPT_OK;
    if (factor == 1) return CLPT_OK;
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C128, 2, (int64_t[]){rows, columns}, &out, message));
    by_rows = make_weights(height, rows, factor);
    by_columns = make_weights(width, columns, factor);
    work = clpti_malloc(height * columns, sizeof *work);
    if (!by_rows || !by_columns || !work)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for an object of %lld x %lld pixels",
                             (long long)rows, (long long)columns));
    resample_rows(object->data, height, width, by_columns, columns, work);
    resample_columns(work, height, columns, by_rows, rows, out.data);
    clpti_tensor_destroy(object);
    *object = out;
    out.data = NULL;
cleanup:
    clpti_tensor_destroy(&out);
    free(by_rows);
    free(by_columns);
    free(work);
    return status;
}
