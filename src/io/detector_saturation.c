/* SPDX-License-Identifier: Apache-2.0 */
/* Masking of saturated and dead pixels: values at the maximum of an integer type are not counts. Dead pixels and gaps
 * have it in every frame, saturated pixels in some. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "io/scan_internal.h"

/* The lowest value of an array that is saturated, in its own units. */
static float threshold_of(const clpti_scan_loader *l, const clpti_frames *f)
{
    double chosen = l->options->saturation > 0 ? l->options->saturation : INFINITY;
    if (!f->counts) chosen = sqrt(chosen) * (1 - 1e-6);
    return (float)(f->maximum > 0 ? fmin(f->maximum, chosen) : chosen);
}

/* In how many of the frames in use a pixel is saturated. */
static void count_saturated(const clpti_scan_loader *l, const clpti_frames *f, float threshold, int64_t *times)
{
    int64_t pixels = l->geometry.height * l->geometry.width;
    for (int64_t s = 0; s < l->scan->frames; s++) {
        const float *values = (const float *)f->values.data + s * pixels, *mask = clpti_loader_mask(l, s);
        for (int64_t i = 0; l->used[s] && i < pixels; i++)
            times[i] += values[i] >= threshold && (!mask || mask[i] != 0);
    }
}

static void mask_dead(clpti_scan_loader *l, const int64_t *times, int64_t frames)
{
    float *mask = l->mask.data;
    int64_t pixels = l->geometry.height * l->geometry.width, all = clpti_tensor_count(&l->mask);
    for (int64_t i = 0; i < all; i++)
        if (times[i % pixels] == frames) mask[i] = 0;
}

static void mask_saturated(clpti_scan_loader *l, const clpti_frames *f, float threshold)
{
    int64_t pixels = l->geometry.height * l->geometry.width;
    clpti_detector_facts *facts = &l->scan->facts;
    for (int64_t s = 0; s < l->scan->frames; s++) {
        const float *values = (const float *)f->values.data + s * pixels;
        float *mask = (float *)l->mask.data + s * pixels;
        int64_t before = facts->saturated;
        for (int64_t i = 0; l->used[s] && i < pixels; i++) {
            if (mask[i] == 0 || !(values[i] >= threshold)) continue;
            mask[i] = 0;
            facts->saturated++;
        }
        facts->saturated_frames += facts->saturated > before;
    }
}

clpt_status clpti_detector_mask_saturated(clpti_scan_loader *l, const clpti_frames *f)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = l->geometry.height * l->geometry.width, frames = 0;
    clpti_detector_facts *facts = &l->scan->facts;
    bool some = false;
    float threshold = threshold_of(l, f);
    if (isinf(threshold)) return CLPT_OK;
    int64_t *times = clpti_calloc(pixels, sizeof *times);
    if (!times) return clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: out of memory for a mask", l->path);
    for (int64_t s = 0; s < l->scan->frames; s++) frames += l->used[s];
    count_saturated(l, f, threshold, times);
    for (int64_t i = 0; i < pixels && frames > 0; i++) {
        facts->dead += times[i] == frames;
        some = some || (times[i] > 0 && times[i] < frames);
    }
    bool own = f->maximum > 0 && (l->options->saturation <= 0 || (double)threshold == (double)(float)f->maximum);
    facts->top = own ? f->maximum : l->options->saturation;
    if (facts->dead || some) CLPTI_TRY(clpti_loader_need_mask(l, some));
    if (facts->dead) mask_dead(l, times, frames);
    if (some) mask_saturated(l, f, threshold);
cleanup:
    free(times);
    return status;
}
