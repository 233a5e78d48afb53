/* SPDX-License-Identifier: Apache-2.0 */
/* Structural similarity (Wang et al. 2004, equation 13) in windows of 11×11 with Gaussian weights, σ = 1.5 pixels,
 *   ((2 μa μb + C1)(2 σab + C2)) / ((μa² + μb² + C1)(σa² + σb² + C2)),  C = (K L)², K1 = 0.01, K2 = 0.03,
 * averaged over pixels whose window lies inside the image. L is the range of b; NaN if b is constant. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "quality/image.h"

static const double constant_range = 1e-5; /* of the largest value: a range below is rounding */
enum { REACH = 5, TAPS = 2 * REACH + 1 };

static void make_taps(double taps[TAPS])
{
    double sum = 0;
    for (int k = 0; k < TAPS; k++) sum += taps[k] = exp(-pow(k - REACH, 2) / (2 * 1.5 * 1.5));
    for (int k = 0; k < TAPS; k++) taps[k] /= sum;
}

/* Weighted sums of a, b, a², b², ab along a row, at each pixel whose window lies inside it. */
typedef struct moments {
    double a, b, aa, bb, ab;
} moments;

static void add(moments *to, double weight, const moments *m)
{
    to->a += weight * m->a;
    to->b += weight * m->b;
    to->aa += weight * m->aa;
    to->bb += weight * m->bb;
    to->ab += weight * m->ab;
}

static moments of_row(const double *a, const double *b, const double taps[TAPS])
{
    moments sum = {0};
    for (int k = 0; k < TAPS; k++) {
        moments m = {a[k], b[k], a[k] * a[k], b[k] * b[k], a[k] * b[k]};
        add(&sum, taps[k], &m);
    }
    return sum;
}

static double similarity_of(const moments *m, double c1, double c2)
{
    double aa = m->aa - m->a * m->a, bb = m->bb - m->b * m->b, ab = m->ab - m->a * m->b;
    return (2 * m->a * m->b + c1) * (2 * ab + c2) / ((m->a * m->a + m->b * m->b + c1) * (aa + bb + c2));
}

/* 0: constant. */
static double range_of(const double *values, const uint8_t *mask, int64_t count)
{
    double low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < count; i++) {
        if (mask && !mask[i]) continue;
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    return high - low > constant_range * fmax(fabs(low), fabs(high)) ? high - low : 0;
}

clpt_status clpti_ssim(const double *a, const double *b, const uint8_t *mask, int64_t height, int64_t width,
                       double *similarity)
{
    double taps[TAPS], range = range_of(b, mask, height * width), sum = 0;
    double c1 = pow(0.01 * range, 2), c2 = pow(0.03 * range, 2);
    int64_t across = width - 2 * REACH, windows = 0;
    moments *rows = clpti_malloc(height * across, sizeof *rows);
    if (!rows) return CLPT_ERROR_MEMORY;
    make_taps(taps);
    for (int64_t y = 0; y < height; y++)
        for (int64_t x = 0; x < across; x++) rows[y * across + x] = of_row(a + y * width + x, b + y * width + x, taps);
    for (int64_t y = REACH; y < height - REACH; y++)
        for (int64_t x = 0; x < across; x++) {
            moments m = {0};
            if (mask && !mask[y * width + x + REACH]) continue;
            for (int k = 0; k < TAPS; k++) add(&m, taps[k], &rows[(y + k - REACH) * across + x]);
            sum += similarity_of(&m, c1, c2);
            windows++;
        }
    free(rows);
    *similarity = range == 0 ? NAN : windows ? sum / (double)windows : 0;
    return CLPT_OK;
}
