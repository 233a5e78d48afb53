/* SPDX-License-Identifier: Apache-2.0 */
/* Conversion of detector frames to amplitudes: bad pixels, units, frames without counts. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "io/scan_internal.h"

double clpti_type_maximum(const clpti_npy_info *info)
{
    int bits = 8 * atoi(info->descr + 2);
    if (!info->is_integer || bits < 8 || bits > 64) return 0;
    if (info->descr[1] == 'u') return ldexp(1, bits) - 1;
    return info->descr[1] == 'i' ? ldexp(1, bits - 1) - 1 : 0;
}

const float *clpti_loader_mask(const clpti_scan_loader *l, int64_t s)
{
    const float *mask = l->mask.data;
    return mask && l->mask.rank == 3 ? mask + s * l->geometry.height * l->geometry.width : mask;
}

clpt_status clpti_loader_need_mask(clpti_scan_loader *l, bool per_frame)
{
    clpti_tensor mask;
    const clpti_geometry *g = &l->geometry;
    int64_t pixels = g->height * g->width, count = per_frame ? l->scan->frames : 1;
    int64_t shape[3] = {count, g->height, g->width};
    if (l->mask.data && (l->mask.rank == 3 || !per_frame)) return CLPT_OK;
    clpt_status status =
        clpti_tensor_create(CLPT_TYPE_F32, per_frame ? 3 : 2, per_frame ? shape : shape + 1, &mask, l->message);
    if (status != CLPT_OK) {
        clpti_message_prefix(l->message, "%s: mask", l->path);
        return status;
    }
    const float *from = l->mask.data;
    float *to = mask.data;
    for (int64_t i = 0; i < count * pixels; i++) to[i] = from ? from[i % pixels] : 1;
    clpti_tensor_destroy(&l->mask);
    l->mask = mask;
    return CLPT_OK;
}

/* Counts of a value that is an amplitude or counts; what is not finite has none. */
static double counts_of(const clpti_frames *f, float value)
{
    if (!isfinite(value)) return 0;
    return f->counts ? (double)value : (double)value * (double)value;
}

/* Counts of all pixels, and of those of the file's mask. */
static void measure_light(clpti_scan_loader *l, const clpti_frames *f)
{
    int64_t pixels = l->geometry.height * l->geometry.width;
    clpti_detector_facts *facts = &l->scan->facts;
    double bad = 0, all = 0;
    if (!l->mask.data) return;
    for (int64_t s = 0; s < l->scan->frames; s++) {
        const float *mask = clpti_loader_mask(l, s), *values = (const float *)f->values.data + s * pixels;
        for (int64_t i = 0; l->used[s] && i < pixels; i++) {
            double counts = (double)values[i] >= f->maximum && f->maximum > 0 ? 0 : fmax(0, counts_of(f, values[i]));
            facts->light += counts;
            if (mask[i] == 0) facts->masked_light += counts;
            bad += mask[i] == 0;
            all++;
        }
    }
    facts->masked_pixels = all > 0 ? bad / all : 0;
}

/* Amplitudes that are squared become counts, with their sign. */
static void square(clpti_frames *f)
{
    float *values = f->values.data;
    int64_t all = clpti_tensor_count(&f->values);
    for (int64_t i = 0; i < all; i++) values[i] *= fabsf(values[i]);
    f->counts = true;
}

static clpt_status fail_value(const clpti_scan_loader *l, const clpti_frames *f, int64_t s, int64_t i, double value)
{
    return clpti_fail(
        l->message, CLPT_ERROR_FILE,
        "%s: '%s' must contain counts, but [%lld, %lld, %lld] is %g; %smark bad pixels in the detector's mask (nonzero "
        "= bad) or with --mask FILE, or leave the frame out with --exclude %lld",
        l->path, f->name, (long long)s, (long long)(i / l->geometry.width), (long long)(i % l->geometry.width), value,
        value < 0 ? "if a dark frame was subtracted, --clip-negative makes negative counts 0; otherwise " : "",
        (long long)s);
}

/* √counts, 0 at bad pixels. */
static clpt_status take_roots(const clpti_scan_loader *l, clpti_frames *f)
{
    int64_t pixels = l->geometry.height * l->geometry.width;
    for (int64_t s = 0; s < l->scan->frames; s++) {
        const float *mask = clpti_loader_mask(l, s);
        float *values = (float *)f->values.data + s * pixels;
        for (int64_t i = 0; l->used[s] && i < pixels; i++) {
            bool good = !mask || mask[i] != 0;
            if (good && !(values[i] >= 0 && isfinite(values[i]))) return fail_value(l, f, s, i, (double)values[i]);
            values[i] = good ? sqrtf(values[i]) : 0;
        }
    }
    return CLPT_OK;
}

/* No counts at good pixels of the crop, though it has such pixels. */
static bool is_empty(const clpti_scan_loader *l, const float *values, const float *mask)
{
    const clpti_geometry *g = &l->geometry;
    bool any = false;
    for (int64_t i = 0; i < g->crop; i++)
        for (int64_t j = 0; j < g->crop; j++) {
            int64_t at = g->rows[i] * g->width + g->columns[j];
            if (mask && mask[at] == 0) continue;
            if (values[at] != 0) return false;
            any = true;
        }
    return any;
}

static void drop_empty(clpti_scan_loader *l, const clpti_frames *f)
{
    int64_t pixels = l->geometry.height * l->geometry.width;
    clpti_detector_facts *facts = &l->scan->facts;
    for (int64_t s = 0; s < l->scan->frames; s++) {
        if (!l->used[s] || !is_empty(l, (const float *)f->values.data + s * pixels, clpti_loader_mask(l, s))) continue;
        l->used[s] = false;
        if (facts->empty++ == 0) facts->first_empty = s;
    }
}

clpt_status clpti_detector_correct(clpti_scan_loader *l, clpti_frames *f)
{
    const clpti_scan_options *o = l->options;
    clpt_status status = CLPT_OK;
    bool roots = f->counts || o->counts;
    f->counts = roots;
    measure_light(l, f);
    CLPTI_TRY(clpti_detector_mask_saturated(l, f));
    CLPTI_TRY(clpti_detector_check_pixels(l, f));
    if (!roots && (o->dark || o->flat || o->gain > 0 || o->clip_negative)) square(f);
    if (f->counts) {
        CLPTI_TRY(clpti_detector_apply_units(l, f));
        CLPTI_TRY(take_roots(l, f));
    }
    CLPTI_TRY(clpti_detector_recentre(l, f));
    for (int axis = 0; axis < 2; axis++) l->scan->facts.shift[axis] = l->shift[axis];
    drop_empty(l, f);
cleanup:
    return status;
}
