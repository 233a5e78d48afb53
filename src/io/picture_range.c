/* SPDX-License-Identifier: Apache-2.0 */
/* The value shown by each pixel, and the range of the colours. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "io/picture_internal.h"

#define PI 3.14159265358979323846
/* Enough pixels to find quantiles of 0.1 %; sorting a million would dominate the time of a small picture. */
#define SAMPLES (1 << 15)
/* Phases with a smaller span are shown in grey. */
#define GREY_SPAN (1.5 * PI)
/* Range of a logarithmic picture, in decades. */
#define LOG_SPAN 6

void clpti_picture_scale_destroy(clpti_picture_scale *scale)
{
    free(scale->values);
    free(scale->brightness);
    *scale = (clpti_picture_scale){0};
}

static double pixel_value(const double *at, bool is_complex, clpti_picture kind)
{
    const bool angle = kind == CLPTI_PICTURE_PHASE || kind == CLPTI_PICTURE_COLOUR;
    double value = is_complex ? (angle ? atan2(at[1], at[0]) : hypot(at[0], at[1])) : at[0];
    if (angle) {
        /* The phase of 0 is undefined. */
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

/* Finite values, sorted; for large pictures a fixed pseudo-random sample. Returns their number. */
static int64_t sample(const double *values, int64_t count, double *samples)
{
    int64_t taken = 0, tries = count < SAMPLES ? count : SAMPLES;
    for (int64_t i = 0; i < tries; i++) {
        /* Weyl sequence: no stride that could resonate with the rows. */
        uint64_t mixed = (uint64_t)i * 0x9e3779b97f4a7c15u >> 11;
        double value = values[count <= SAMPLES ? i : (int64_t)(mixed % (uint64_t)count)];
        if (isfinite(value)) samples[taken++] = value;
    }
    qsort(samples, (size_t)taken, sizeof *samples, compare);
    return taken;
}

/* From the 0.1 % to the 99.9 % quantile, or the full range if these are equal because few pixels differ. */
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

/* If the angles span little, they are moved to within π of their mean direction, so that a phase near ±π does not
 * wrap. */
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

/* Magnitudes over their robust maximum. */
static clpt_status make_brightness(const double *from, bool is_complex, int64_t count, double *samples,
                                   clpti_picture_scale *scale, clpt_message *message)
{
    double low, high;
    scale->brightness = clpti_malloc(count, sizeof *scale->brightness);
    if (!scale->brightness)
        return clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for a picture of %lld pixels", (long long)count);
    for (int64_t i = 0; i < count; i++)
        scale->brightness[i] = is_complex ? hypot(from[2 * i], from[2 * i + 1]) : fabs(from[i]);
    robust_range(samples, sample(scale->brightness, count, samples), &low, &high);
    for (int64_t i = 0; i < count; i++) {
        const double level = high > 0 ? scale->brightness[i] / high : 0;
        scale->brightness[i] = level > 1 ? 1 : level > 0 ? level : 0; /* NaN is black */
    }
    scale->cyclic = true;
    scale->low = -PI;
    scale->high = PI;
    return CLPT_OK;
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
        CLPTI_TRY(
            clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for a picture of %lld pixels", (long long)count));
    for (int64_t i = 0; i < count; i++)
        scale->values[i] = pixel_value(from + i * (is_complex ? 2 : 1), is_complex, kind);
    if (kind == CLPTI_PICTURE_COLOUR) {
        CLPTI_TRY(make_brightness(from, is_complex, count, samples, scale, message));
    } else if (kind == CLPTI_PICTURE_PHASE) {
        phase_range(scale, count, samples);
    } else {
        robust_range(samples, sample(scale->values, count, samples), &scale->low, &scale->high);
        /* Start at 0 if that costs little contrast. */
        if (kind == CLPTI_PICTURE_AMPLITUDE && scale->low > 0 && scale->low < 0.25 * scale->high) scale->low = 0;
        if (kind == CLPTI_PICTURE_LOG) scale->low = fmax(scale->low, scale->high - LOG_SPAN);
    }
cleanup:
    free(samples);
    if (status != CLPT_OK) clpti_picture_scale_destroy(scale);
    return status;
}
