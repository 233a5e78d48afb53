/* SPDX-License-Identifier: Apache-2.0 */
/* Sub-grid location of a peak: sums over a small grid around it, computed as a product of two matrices as in
 * Guizar-Sicairos, Thurman & Fienup (2008), on successively finer grids. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "quality/image.h"

enum { GRID = 9 }; /* points along each axis, the current best in the middle */

typedef struct search {
    const clpti_image *a;
    const double *ys, *xs;
    clpti_value *phases;  /* [GRID, width] */
    clpti_value *partial; /* [height, GRID] */
} search;

static void sum_rows(search *s, double v, double step)
{
    int64_t width = s->a->width;
    for (int j = 0; j < GRID; j++)
        for (int64_t x = 0; x < width; x++)
            s->phases[j * width + x] = cexp(I * (v + (double)(j - GRID / 2) * step) * s->xs[x]);
    for (int64_t y = 0; y < s->a->height; y++)
        for (int j = 0; j < GRID; j++) {
            clpti_value sum = 0;
            for (int64_t x = 0; x < width; x++) sum += s->a->at[y * width + x] * s->phases[j * width + x];
            s->partial[y * GRID + j] = sum;
        }
}

static void take_best(search *s, double step_u, double step_v, double *u, double *v)
{
    double best = -1;
    int best_i = GRID / 2, best_j = GRID / 2;
    sum_rows(s, *v, step_v);
    for (int i = 0; i < GRID; i++) {
        clpti_value sums[GRID] = {0};
        for (int64_t y = 0; y < s->a->height; y++) {
            clpti_value turn = cexp(I * (*u + (double)(i - GRID / 2) * step_u) * s->ys[y]);
            for (int j = 0; j < GRID; j++) sums[j] += turn * s->partial[y * GRID + j];
        }
        for (int j = 0; j < GRID; j++)
            if (cabs(sums[j]) > best) {
                best = cabs(sums[j]);
                best_i = i;
                best_j = j;
            }
    }
    *u += (double)(best_i - GRID / 2) * step_u;
    *v += (double)(best_j - GRID / 2) * step_v;
}

clpt_status clpti_peak_refine(const clpti_image *a, const double *ys, const double *xs, double step_u, double step_v,
                              double *u, double *v)
{
    clpt_status status = CLPT_ERROR_MEMORY;
    search s = {.a = a, .ys = ys, .xs = xs};
    s.phases = clpti_malloc(a->width, GRID * sizeof *s.phases);
    s.partial = clpti_malloc(a->height, GRID * sizeof *s.partial);
    if (!s.phases || !s.partial) goto cleanup;
    for (double part = 0.25; part > 2e-5; part *= 0.3) take_best(&s, part * step_u, part * step_v, u, v);
    status = CLPT_OK;
cleanup:
    free(s.phases);
    free(s.partial);
    return status;
}
