/* SPDX-License-Identifier: Apache-2.0 */
/* Fourier ring correlation (van Heel & Schatz 2005): rings of one Fourier pixel of the shorter side, from 1 up to the
 * Nyquist frequency. The half-bit threshold is their equation 17,
 *   (0.2071 + 1.9102/√n) / (1.2071 + 0.9102/√n). */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "quality/image.h"

typedef struct sums {
    double cross, first, second;
    int64_t count;
} sums;

/* Weighted, with the weighted mean subtracted, transformed. */
static clpt_status spectrum_of(const clpti_image *from, const double *weight, clpti_image *to)
{
    int64_t count = from->height * from->width;
    clpti_value sum = 0;
    double total = 0;
    clpt_status status = clpti_image_create(from->height, from->width, to);
    if (status != CLPT_OK) return status;
    for (int64_t i = 0; i < count; i++) {
        sum += weight[i] * from->at[i];
        total += weight[i];
    }
    for (int64_t i = 0; i < count; i++) to->at[i] = weight[i] * (from->at[i] - sum / total);
    return clpti_image_transform(to, -1);
}

static void add_up(const clpti_image *f, const clpti_image *g, int64_t rings, sums *of)
{
    double shorter = (double)(f->height < f->width ? f->height : f->width);
    for (int64_t y = 0; y < f->height; y++)
        for (int64_t x = 0; x < f->width; x++) {
            double v = clpti_frequency(y, f->height) / (double)f->height,
                   u = clpti_frequency(x, f->width) / (double)f->width;
            int64_t ring = (int64_t)rint(hypot(u, v) * shorter);
            if (ring < 1 || ring > rings) continue;
            clpti_value a = f->at[y * f->width + x], b = g->at[y * f->width + x];
            sums *s = &of[ring - 1];
            s->cross += creal(a * conj(b));
            s->first += creal(a * conj(a));
            s->second += creal(b * conj(b));
            s->count++;
        }
}

static double half_bit(int64_t count)
{
    double root = sqrt((double)count);
    return (0.2071 + 1.9102 / root) / (1.2071 + 0.9102 / root);
}

/* The frequency where the curve first falls below its threshold, interpolated linearly between rings. The threshold is
 * a constant 0.5, or each ring's own. */
static double crossing(const clpt_ring *rings, int64_t count, bool own)
{
    double before = 0, frequency = 0;
    for (int64_t r = 0; r < count; r++) {
        double above = rings[r].correlation - (own ? rings[r].half_bit : 0.5);
        if (above < 0) {
            if (r == 0) return 0;
            return frequency + (rings[r].frequency - frequency) * before / (before - above);
        }
        before = above;
        frequency = rings[r].frequency;
    }
    return 0.5;
}

clpt_status clpti_ring_correlation(const clpti_image *a, const clpti_image *b, const double *weight,
                                   clpt_comparison *result)
{
    clpt_status status = CLPT_OK;
    clpti_image f = {0}, g = {0};
    int64_t shorter = a->height < a->width ? a->height : a->width, rings = shorter / 2;
    sums *of = clpti_calloc(rings, sizeof *of);
    result->rings = clpti_calloc(rings, sizeof *result->rings);
    if (!of || !result->rings) CLPTI_TRY(CLPT_ERROR_MEMORY);
    CLPTI_TRY(spectrum_of(a, weight, &f));
    CLPTI_TRY(spectrum_of(b, weight, &g));
    add_up(&f, &g, rings, of);
    result->ring_count = rings;
    for (int64_t r = 0; r < rings; r++) {
        double power = sqrt(of[r].first * of[r].second);
        result->rings[r] = (clpt_ring){.frequency = (double)(r + 1) / (double)shorter,
                                       .correlation = power > 0 ? of[r].cross / power : 0,
                                       .half_bit = half_bit(of[r].count),
                                       .count = of[r].count};
    }
    result->frc_half = crossing(result->rings, rings, false);
    result->frc_half_bit = crossing(result->rings, rings, true);
cleanup:
    clpti_image_destroy(&f);
    clpti_image_destroy(&g);
    free(of);
    return status;
}
