/* SPDX-License-Identifier: Apache-2.0 */
/* The number that each pixel shows, and the range of the colours. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "io/picture_parts.h"

#define PI 3.14159265358979323846
/* Enough pixels to find 0.1 % of them well; sorting a million takes longer than all else of a small picture. */
#define SAMPLES (1 << 15)
/* Phases that span less than this much of a turn are shown in grey. */
#define GREY_SPAN (1.5 * PI)
/* Of a logarithmic picture, in decades. */
#define LOG_SPAN 6

void clpti_picture_scale_destroy(clpti_picture_scale *scale)
{
    free(scale->values);
    *scale = (clpti_picture_scale){0};
}

static double pixel_value(const double *at, bool is_complex, clpti_picture kind)
{
    double value = is_complex ? (kind == CLPTI_PICTURE_PHASE ? atan2(at[1], at[0]) : hypot(at[0], at[1])) : at[0];
    if (kind == CLPTI_PICTURE_PHASE) {
        /* The phase of 0 is not known. */
        if (is_complex && at[0] == 0 && at[1] == 0) return NAN;
        value = remainder(value, 2 * PI);
    }
    if (kind == CLPTI_PICTURE_LOG) value = value == 0 ? -INFINITY : log10(fabs(value));
    return value;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Finite values, sorted; of large pictures a scattered part, always the same one. Returns how many. */
static int64_t sample(const double *values, int64_t count, double *samples)
{
    int64_t taken = 0, tries = count < SAMPLES ? count : SAMPLES;
    for (int64_t i = 0; i < tries; i++) {
        /* Weyl's sequence: no stride that could fall in step with the rows. */
        uint64_t mixed = (uint64_t)i * 0x9e3779b97f4a7c15u >> 11;
        double value = values[count <= SAMPLES ? i : (int64_t)(mixed % (uint64_t)count)];
        if (isfinite(value)) samples[taken++] = value;
    }
    qsort(samples, (size_t)taken, sizeof *samples, compare);
    return taken;
}

/* From 0.1 % to 99.9 %, or all of it where so few pixels differ that this is one value. */
static void robust_range(const double *sorted, int64_t count, double *low, double *high)
{
    *low = *high = 0;
    if (count == 0) return;
    *low = sorted[(int64_t)(0.001 * (double)(count - 1))];
    *high = sorted[(int64_t)ceil(0.999 * (double)(count - 1))];
    if (*low == *high) {
        *low = sorted[0];
        *high = sorted[count - 1];
    }
}

/* Angles are moved to within half a turn of their mean direction where they span little, so that a phase near ±π is
 * not torn apart. */
static void phase_range(clpti_picture_scale *scale, int64_t count, double *samples)
{
    double re = 0, im = 0, low, high;
    int64_t taken = sample(scale->values, count, samples);
    for (int64_t i = 0; i < taken; i++) {
        re += cos(samples[i]);
        im += sin(samples[i]);
    }
    double mean = atan2(im, re);
    for (int64_t i = 0; i < taken; i++) samples[i] = mean + remainder(samples[i] - mean, 2 * PI);
    qsort(samples, (size_t)taken, sizeof *samples, compare);
    robust_range(samples, taken, &low, &high);
    scale->cyclic = high - low >= GREY_SPAN;
    scale->low = scale->cyclic ? -PI : low;
    scale->high = scale->cyclic ? PI : high;
    if (scale->cyclic) return;
    for (int64_t i = 0; i < count; i++) scale->values[i] = mean + remainder(scale->values[i] - mean, 2 * PI);
}

clpt_status clpti_picture_scale_create(const void *values, clpt_type type, int64_t count, clpti_picture kind,
                                       clpti_picture_scale *scale, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    bool is_complex = type == CLPT_TYPE_C128;
    const double *from = values;
    double *samples = clpti_malloc(count < SAMPLES ? count : SAMPLES, sizeof *samples);
    *scale = (clpti_picture_scale){.values = clpti_malloc(count, sizeof *scale->values),
                                   .logarithm = kind == CLPTI_PICTURE_LOG};
    if (!scale->values || !samples)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a picture of %lld pixels", (long long)count));
    for (int64_t i = 0; i < count; i++)
        scale->values[i] = pixel_value(from + i * (is_complex ? 2 : 1), is_complex, kind);
    if (kind == CLPTI_PICTURE_PHASE) {
        phase_range(scale, count, samples);
    } else {
        robust_range(samples, sample(scale->values, count, samples), &scale->low, &scale->high);
        /* From 0 where that costs little contrast. */
        if (kind == CLPTI_PICTURE_AMPLITUDE && scale->low > 0 && scale->low < 0.25 * scale->high) scale->low = 0;
        if (kind == CLPTI_PICTURE_LOG) scale->low = fmax(scale->low, scale->high - LOG_SPAN);
    }
cleanup:
    free(samples);
    if (status != CLPT_OK) clpti_picture_scale_destroy(scale);
    return status;
}
