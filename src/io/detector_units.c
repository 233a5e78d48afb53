/* SPDX-License-Identifier: Apache-2.0 */
/* Conversion of frames from the detector's units to photons: (frame − dark) / (flat / mean flat) / gain. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "io/scan_internal.h"

/* Names of arrays of each kind of file; a file with one array only may call it anything. */
static const char *const dark_names[] = {"dark", "data_dark", "entry_1/instrument_1/detector_1/data_dark",
                                         "entry_1/instrument_1/detector_1/darkfield", NULL};
static const char *const flat_names[] = {"flat", "flatfield", "entry_1/instrument_1/detector_1/flatfield", NULL};

static const char *name_in(clpti_store *store, const char *const *names, clpti_npy_info *info)
{
    for (; *names; names++)
        if (clpti_store_has(store, *names)) return *names;
    bool one = clpti_store_count(store) == 1 && clpti_store_info(store, 0, info, NULL) == CLPT_OK;
    return one ? info->name : NULL;
}

/* The mean frame of a file, [H, W]. */
static clpt_status load(const clpti_scan_loader *l, const char *path, const char *option, const char *const *names,
                        clpti_tensor *frame)
{
    clpt_status status = CLPT_OK;
    clpti_store *store = NULL;
    clpti_npy_info info, first;
    CLPTI_TRY(clpti_store_open(path, &store, l->message));
    const char *name = name_in(store, names, &first);
    if (!name)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE, "%s: %s requires array '%s', or a file with one array only",
                             path, option, *names));
    CLPTI_TRY(clpti_check_rank(store, path, name, 2, 3, &info, l->message));
    CLPTI_TRY(clpti_check_sides(path, &info, &l->geometry, l->message));
    CLPTI_TRY(clpti_store_read(store, name, CLPT_TYPE_F64, frame, l->message));
    CLPTI_TRY(clpti_check_finite(path, name, frame, l->message));
    double *values = frame->data;
    int64_t pixels = l->geometry.height * l->geometry.width, frames = clpti_tensor_count(frame) / pixels;
    for (int64_t i = 0; i < pixels; i++) {
        double sum = 0;
        for (int64_t s = 0; s < frames; s++) sum += values[s * pixels + i];
        values[i] = sum / (double)frames;
    }
cleanup:
    clpti_store_close(&store);
    return status;
}

/* Divides by the mean; pixels without efficiency are bad. */
static clpt_status normalise_flat(clpti_scan_loader *l, double *flat)
{
    int64_t pixels = l->geometry.height * l->geometry.width, good = 0;
    double sum = 0;
    for (int64_t i = 0; i < pixels; i++)
        if (flat[i] > 0) {
            sum += flat[i];
            good++;
        }
    if (good == 0)
        return clpti_fail(l->message, CLPT_ERROR_FILE, "%s: the flat field is positive nowhere", l->options->flat);
    if (good < pixels) {
        clpt_status status = clpti_loader_need_mask(l, false);
        if (status != CLPT_OK) return status;
    }
    float *mask = l->mask.data;
    for (int64_t i = 0; good < pixels && i < clpti_tensor_count(&l->mask); i++)
        if (!(flat[i % pixels] > 0)) mask[i] = 0;
    for (int64_t i = 0; i < pixels; i++) flat[i] = flat[i] > 0 ? flat[i] * (double)good / sum : 1;
    return CLPT_OK;
}

/* Values at bad pixels are not looked at later. */
static void apply(clpti_scan_loader *l, clpti_frames *f, const double *dark, const double *flat)
{
    int64_t pixels = l->geometry.height * l->geometry.width;
    double gain = l->options->gain > 0 ? l->options->gain : 1;
    bool clip = l->options->clip_negative || dark;
    for (int64_t s = 0; s < l->scan->frames; s++) {
        float *values = (float *)f->values.data + s * pixels;
        const float *mask = clpti_loader_mask(l, s);
        for (int64_t i = 0; l->used[s] && i < pixels; i++) {
            double value = ((double)values[i] - (dark ? dark[i] : 0)) / (flat ? flat[i] : 1) / gain;
            bool negative = clip && value < 0 && (!mask || mask[i] != 0);
            values[i] = negative ? 0 : (float)value;
            l->scan->facts.clipped += negative;
        }
    }
}

clpt_status clpti_detector_apply_units(clpti_scan_loader *l, clpti_frames *f)
{
    clpt_status status = CLPT_OK;
    const clpti_scan_options *o = l->options;
    clpti_tensor dark = {0}, flat = {0};
    if (!o->dark && !o->flat && !(o->gain > 0) && !o->clip_negative) return CLPT_OK;
    if (o->dark) CLPTI_TRY(load(l, o->dark, "--dark", dark_names, &dark));
    if (o->flat) CLPTI_TRY(load(l, o->flat, "--flat", flat_names, &flat));
    if (flat.data) CLPTI_TRY(normalise_flat(l, flat.data));
    apply(l, f, dark.data, flat.data);
cleanup:
    clpti_tensor_destroy(&dark);
    clpti_tensor_destroy(&flat);
    return status;
}
