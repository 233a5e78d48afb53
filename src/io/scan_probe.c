/* SPDX-License-Identifier: Apache-2.0 */
/* Adapts a probe to cropped and binned patterns. Both steps are separable. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "io/scan_internal.h"

#define PI 3.14159265358979323846

/* matrix [crop, length] complex: transform of `length` samples, its central `crop` frequencies, inverse transform.
 *   R[j, n] = (length·crop)^(−1/2) · Σ_k exp(iθk),  k = −⌊crop/2⌋ … ⌈crop/2⌉ − 1,
 *   θ = 2π((j − ⌊crop/2⌋)/crop − (n − ⌊length/2⌋)/length),
 * by the closed form of that geometric sum. Centres [N/2] map to centres, and |transform|²/N is preserved pixel by
 * pixel. */
static double *make_resampling(int64_t length, int64_t crop)
{
    int64_t entries;
    if (!clpti_multiply(length, crop, &entries)) return NULL;
    double *matrix = clpti_malloc(entries, 2 * sizeof *matrix), *out = matrix;
    double scale = 1 / sqrt((double)entries), middle = 0.5 * (double)(crop - 1) - (double)(crop / 2);
    for (int64_t j = 0; matrix && j < crop; j++) {
        for (int64_t n = 0; n < length; n++, out += 2) {
            /* θ/2 = π·q/(length·crop) with integer q, so that θ = 0 is exact. */
            int64_t q = (j - crop / 2) * length - (n - length / 2) * crop;
            double half = PI * (double)q / (double)entries;
            double sum = q ? sin((double)crop * half) / sin(half) : (double)crop;
            out[0] = scale * sum * cos(2 * half * middle);
            out[1] = scale * sum * sin(2 * half * middle);
        }
    }
    return matrix;
}

/* to [rows, outs] += Σ_n from [rows, n] · matrix [outs, n] */
static void apply_to_rows(const double *from, int64_t rows, int64_t length, const double *matrix, int64_t outs,
                          double *to)
{
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t j = 0; j < outs; j++) {
            const double *a = from + 2 * row * length, *b = matrix + 2 * j * length;
            double re = 0, im = 0;
            for (int64_t n = 0; n < 2 * length; n += 2) {
                re += a[n] * b[n] - a[n + 1] * b[n + 1];
                im += a[n] * b[n + 1] + a[n + 1] * b[n];
            }
            to[2 * (row * outs + j)] = re;
            to[2 * (row * outs + j) + 1] = im;
        }
    }
}

/* to [columns, rows] = from [rows, columns] */
static void transpose(const double *from, int64_t rows, int64_t columns, double *to)
{
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            memcpy(to + 2 * (j * rows + i), from + 2 * (i * columns + j), 2 * sizeof *to);
}

static clpt_status crop_probe(const clpti_geometry *g, clpti_tensor *probe, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int64_t modes = probe->shape[0], larger = g->height * g->crop, side = g->crop;
    const double *from = probe->data;
    double *by_rows = make_resampling(g->width, side), *by_columns = make_resampling(g->height, side);
    double *work = clpti_malloc(larger, 2 * sizeof *work), *transposed = clpti_malloc(larger, 2 * sizeof *transposed);
    clpti_tensor out = {0};
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C128, 3, (int64_t[]){modes, side, side}, &out, message));
    if (!by_rows || !by_columns || !work || !transposed)
        CLPTI_TRY(
            clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for cropping a probe to %lld", (long long)side));
    for (int64_t p = 0; p < modes; p++) {
        apply_to_rows(from + 2 * p * g->height * g->width, g->height, g->width, by_rows, side, work);
        transpose(work, g->height, side, transposed);
        apply_to_rows(transposed, side, g->height, by_columns, side, work);
        transpose(work, side, side, (double *)out.data + 2 * p * side * side);
    }
    clpti_tensor_destroy(probe);
    *probe = out;
    out.data = NULL;
cleanup:
    clpti_tensor_destroy(&out);
    free(by_rows);
    free(by_columns);
    free(work);
    free(transposed);
    return status;
}

/* Index k − ⌊side/2⌋ of the binned detector stands for a frequency that is `offset` fine pixels off the centre of its
 * block; exp(−2πi·offset·x/crop) shifts the pattern accordingly. */
static void bin_mode(const clpti_geometry *g, const double *from, double *to)
{
    int64_t start = g->crop / 2 - g->side / 2;
    double offset = (double)(g->bin * (g->side / 2) - g->crop / 2) + 0.5 * (double)(g->bin - 1);
    for (int64_t i = 0; i < g->side; i++) {
        for (int64_t j = 0; j < g->side; j++, to += 2) {
            const double *value = from + 2 * ((start + i) * g->crop + start + j);
            double angle = -2 * PI * offset * (double)(i + j - 2 * (g->side / 2)) / (double)g->crop;
            to[0] = value[0] * cos(angle) - value[1] * sin(angle);
            to[1] = value[0] * sin(angle) + value[1] * cos(angle);
        }
    }
}

static clpt_status bin_probe(const clpti_geometry *g, clpti_tensor *probe, clpt_message *message)
{
    clpti_tensor out;
    int64_t modes = probe->shape[0];
    clpt_status status = clpti_tensor_create(CLPT_TYPE_C128, 3, (int64_t[]){modes, g->side, g->side}, &out, message);
    if (status != CLPT_OK) return status;
    for (int64_t p = 0; p < modes; p++)
        bin_mode(g, (double *)probe->data + 2 * p * g->crop * g->crop, (double *)out.data + 2 * p * g->side * g->side);
    clpti_tensor_destroy(probe);
    *probe = out;
    return CLPT_OK;
}

clpt_status clpti_probe_fit(const clpti_geometry *g, clpti_tensor *probe, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    if (g->crop != g->height || g->crop != g->width) status = crop_probe(g, probe, message);
    if (status == CLPT_OK && g->bin > 1) status = bin_probe(g, probe, message);
    return status;
}
