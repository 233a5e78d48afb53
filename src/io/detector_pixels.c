/* SPDX-License-Identifier: Apache-2.0 */
/* Pixels that behave as no good pixel does, from their mean, minimum and maximum over the frames in use, or a
 * sample of these:
 * constant: one value of MIN_CONSTANT counts or more in every one of MIN_FRAMES frames or more, below a plateau;
 * hot: its mean is more than HOT_FACTOR times the third brightest of its 24 neighbours, so that clusters of up to three
 *   are found and the corner of a bright disc is not; the centre, where a narrow beam is one pixel wide, is exempt;
 * blind: 0 in every frame, while the nearest pixels that are not, on both sides along its row or its column, have
 *   BLIND_COUNTS counts or more in all frames together: a good pixel has none of them with a probability of 2e-9. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "io/scan_internal.h"

static const double HOT_FACTOR = 10, BLIND_COUNTS = 20, MIN_CONSTANT = 3;
enum { MIN_FRAMES = CLPTI_QUALITY_FRAMES, BLIND_REACH = 64, CENTRE = 2, REACH = 2, SAMPLE = 256 };

typedef struct pixel {
    double sum; /* counts */
    float low, high;
    bool good; /* in all frames */
} pixel;

/* At most SAMPLE frames, evenly spaced, are looked at. */
static int64_t stride_of(const clpti_scan_loader *l)
{
    return 1 + (l->scan->frames - 1) / SAMPLE;
}

static void gather(const clpti_scan_loader *l, const clpti_frames *f, pixel *pixels)
{
    int64_t count = l->geometry.height * l->geometry.width;
    for (int64_t i = 0; i < count; i++) pixels[i] = (pixel){.low = INFINITY, .high = -INFINITY, .good = true};
    for (int64_t s = 0; s < l->scan->frames; s += stride_of(l)) {
        const float *values = (const float *)f->values.data + s * count, *mask = clpti_loader_mask(l, s);
        for (int64_t i = 0; l->used[s] && i < count; i++) {
            float value = values[i];
            bool good = (!mask || mask[i] != 0) && isfinite(value);
            pixels[i].good = pixels[i].good && good;
            if (!good) continue;
            if (value < pixels[i].low) pixels[i].low = value;
            if (value > pixels[i].high) pixels[i].high = value;
            pixels[i].sum += f->counts ? (double)value : (double)value * (double)value;
        }
    }
}

/* The third largest sum of the good pixels around one; −1 where fewer than half of those in the frame are good. */
static double third_neighbour(const clpti_geometry *g, const pixel *pixels, int64_t row, int64_t column)
{
    double best[3] = {-1, -1, -1};
    int64_t good = 0, all = 0;
    for (int64_t y = row - REACH; y <= row + REACH; y++)
        for (int64_t x = column - REACH; x <= column + REACH; x++) {
            if (y < 0 || x < 0 || y >= g->height || x >= g->width || (y == row && x == column)) continue;
            const pixel *p = &pixels[y * g->width + x];
            all++;
            if (!p->good) continue;
            good++;
            int k = 3;
            for (; k > 0 && p->sum > best[k - 1]; k--)
                if (k < 3) best[k] = best[k - 1];
            if (k < 3) best[k] = p->sum;
        }
    return 2 * good < all || good < 3 ? -1 : best[2];
}

/* Within CENTRE pixels of the zero frequency, wherever it is. */
static bool near_centre(const clpti_scan_loader *l, int64_t row, int64_t column)
{
    const clpti_geometry *g = &l->geometry;
    int64_t y = row - (l->options->fftshift ? 0 : g->height / 2),
            x = column - (l->options->fftshift ? 0 : g->width / 2);
    if (l->options->fftshift && row > g->height / 2) y -= g->height;
    if (l->options->fftshift && column > g->width / 2) x -= g->width;
    return llabs(y) <= CENTRE && llabs(x) <= CENTRE;
}

/* Counts of the nearest pixel in a direction that is not blind; 0: none. */
static double counts_beside(const clpti_geometry *g, const pixel *pixels, int64_t row, int64_t column, int dy, int dx)
{
    for (int k = 1; k <= BLIND_REACH; k++) {
        int64_t y = row + k * dy, x = column + k * dx;
        if (y < 0 || x < 0 || y >= g->height || x >= g->width) return 0;
        const pixel *p = &pixels[y * g->width + x];
        if (p->good && p->sum > 0) return p->sum;
    }
    return 0;
}

static bool is_blind(const clpti_geometry *g, const pixel *pixels, int64_t row, int64_t column)
{
    const pixel *p = &pixels[row * g->width + column];
    if (p->low != 0 || p->high != 0) return false;
    double across = fmin(counts_beside(g, pixels, row, column, 0, -1), counts_beside(g, pixels, row, column, 0, 1));
    double along = fmin(counts_beside(g, pixels, row, column, -1, 0), counts_beside(g, pixels, row, column, 1, 0));
    return fmax(across, along) >= BLIND_COUNTS;
}

typedef enum kind { NORMAL, CONSTANT, HOT, BLIND } kind;

static kind kind_of(const clpti_scan_loader *l, const pixel *pixels, int64_t at, int64_t frames, float plateau)
{
    const clpti_geometry *g = &l->geometry;
    const pixel *p = &pixels[at];
    int64_t row = at / g->width, column = at % g->width;
    if (!p->good || frames < MIN_FRAMES) return NORMAL;
    if (p->low == p->high && p->sum >= MIN_CONSTANT * (double)frames && p->high != plateau) return CONSTANT;
    if (is_blind(g, pixels, row, column)) return BLIND;
    if (near_centre(l, row, column) || p->sum < (double)frames) return NORMAL;
    double beside = third_neighbour(g, pixels, row, column);
    return beside >= 0 && p->sum > HOT_FACTOR * (beside + 1) ? HOT : NORMAL;
}

static void add(const clpti_scan_loader *l, kind which, int64_t at)
{
    clpti_detector_facts *f = &l->scan->facts;
    int64_t *const counts[] = {[CONSTANT] = &f->constant, [HOT] = &f->hot, [BLIND] = &f->blind};
    if (f->hot + f->constant + f->blind == 0) {
        f->example[0] = at / l->geometry.width;
        f->example[1] = at % l->geometry.width;
    }
    ++*counts[which];
}

/* ---- values ---- */

/* Values equal to the largest of all, where these outnumber by far those just below: the detector was clipped.
 * Returns that value; 0: none. */
static float find_plateau(const clpti_scan_loader *l, const clpti_frames *f, const pixel *pixels, int64_t frames)
{
    int64_t count = l->geometry.height * l->geometry.width, top = 0, below = 0;
    clpti_detector_facts *facts = &l->scan->facts;
    float maximum = 0;
    for (int64_t i = 0; i < count; i++)
        if (pixels[i].good && pixels[i].low != pixels[i].high) maximum = fmaxf(maximum, pixels[i].high);
    double counts = f->counts ? (double)maximum : (double)maximum * (double)maximum;
    float near = f->counts ? 0.9f * maximum : sqrtf(0.9f) * maximum;
    for (int64_t s = 0; s < l->scan->frames; s += stride_of(l)) {
        const float *values = (const float *)f->values.data + s * count;
        for (int64_t i = 0; l->used[s] && i < count; i++) {
            if (!pixels[i].good || !(values[i] >= near) || values[i] > maximum) continue;
            top += values[i] == maximum;
            below += values[i] < maximum;
        }
    }
    if (frames < MIN_FRAMES || top < 10 || top <= 3 * below) return 0;
    facts->plateau = top;
    facts->plateau_value = counts;
    return maximum;
}

static bool are_multiples(const clpti_scan_loader *l, const float *values, const pixel *pixels, double step)
{
    int64_t count = l->geometry.height * l->geometry.width, looked = 0;
    double maximum = 0;
    uint64_t seen = 0; /* multiples up to 64 */
    for (int64_t s = 0; s < l->scan->frames; s += stride_of(l))
        for (int64_t i = 0; l->used[s] && i < count; i++) {
            double ratio = (double)values[s * count + i] / step;
            if (!pixels[i].good || ratio <= 0) continue;
            if (fabs(ratio - rint(ratio)) > 1e-3 + 1e-6 * ratio || ratio > 1e6) return false;
            if (ratio > maximum) maximum = ratio;
            looked++;
            if (ratio < 63.5) seen |= UINT64_C(1) << (int)rint(ratio);
        }
    int kinds = 0;
    for (; seen; seen &= seen - 1) kinds++;
    return looked >= 16 && maximum > 9 && kinds >= (step == 1 ? 5 : 10);
}

/* Square roots of counts are hardly ever all multiples of one number. */
static void find_count_step(const clpti_scan_loader *l, const clpti_frames *f, const pixel *pixels)
{
    int64_t count = l->geometry.height * l->geometry.width;
    const float *values = f->values.data;
    float smallest = INFINITY;
    if (f->counts) return;
    for (int64_t s = 0; s < l->scan->frames; s += stride_of(l))
        for (int64_t i = 0; l->used[s] && i < count; i++)
            if (pixels[i].good && values[s * count + i] > 0 && values[s * count + i] < smallest)
                smallest = values[s * count + i];
    if (are_multiples(l, values, pixels, 1))
        l->scan->facts.count_step = 1;
    else if (isfinite(smallest) && are_multiples(l, values, pixels, (double)smallest))
        l->scan->facts.count_step = (double)smallest;
}

clpt_status clpti_detector_check_pixels(clpti_scan_loader *l, const clpti_frames *f)
{
    clpt_status status = CLPT_OK;
    int64_t count = l->geometry.height * l->geometry.width, frames = 0;
    pixel *pixels = clpti_malloc(count, sizeof *pixels);
    kind *kinds = clpti_malloc(count, sizeof *kinds);
    if (!pixels || !kinds)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: out of memory for its pixels", l->path));
    for (int64_t s = 0; s < l->scan->frames; s += stride_of(l)) frames += l->used[s];
    gather(l, f, pixels);
    find_count_step(l, f, pixels);
    float plateau = find_plateau(l, f, pixels, frames);
    for (int64_t i = 0; i < count; i++)
        if ((kinds[i] = kind_of(l, pixels, i, frames, plateau)) != NORMAL) add(l, kinds[i], i);
    const clpti_detector_facts *facts = &l->scan->facts;
    if (!l->options->hot_pixels || facts->hot + facts->constant + facts->blind == 0) goto cleanup;
    CLPTI_TRY(clpti_loader_need_mask(l, false));
    l->scan->facts.odd_masked = true;
    for (int64_t i = 0; i < clpti_tensor_count(&l->mask); i++)
        if (kinds[i % count] != NORMAL) ((float *)l->mask.data)[i] = 0;
cleanup:
    free(pixels);
    free(kinds);
    return status;
}
