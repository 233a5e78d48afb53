/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of a scan that are used, and those left out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "io/scan_internal.h"

clpt_status clpti_scan_choose_frames(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    clpti_scan_file *scan = l->scan;
    if (l->used) return CLPT_OK;
    l->used = clpti_malloc(scan->count, sizeof *l->used);
    scan->frame = clpti_malloc(scan->count, sizeof *scan->frame);
    if (!l->used || !scan->frame)
        return clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: out of memory for %lld frames", l->path,
                          (long long)scan->count);
    scan->frames = scan->count;
    for (int64_t s = 0; s < scan->count; s++) scan->frame[s] = s;
    status = clpti_frames_select(l->options->patterns, l->options->exclude, scan->count, l->used, l->message);
    if (status != CLPT_OK) clpti_message_prefix(l->message, "%s", l->path);
    for (int64_t s = 0; s < scan->count; s++) scan->facts.excluded += !l->used[s];
    return status;
}

clpt_status clpti_check_finite_frames(clpti_scan_loader *l, const char *name, const clpti_tensor *tensor)
{
    const double *values = tensor->data;
    clpt_status status = clpti_scan_choose_frames(l);
    if (status != CLPT_OK) return status;
    int64_t each = clpti_tensor_count(tensor) / l->scan->count;
    for (int64_t i = 0; i < each * l->scan->count; i++)
        if (l->used[i / each] && !isfinite(values[i]))
            return clpti_fail(l->message, CLPT_ERROR_FILE,
                              "%s: array '%s' is not finite: [%lld] is %g; --exclude %lld leaves that frame out",
                              l->path, name, (long long)(i / each), values[i], (long long)(i / each));
    return CLPT_OK;
}

/* Moves items of frames in use to the front, in order; the others follow if `keep`. work: as large as the array. */
static void partition(void *array, size_t bytes, const bool *used, int64_t count, char *work)
{
    char *items = array;
    int64_t front = 0, back = 0;
    for (int64_t s = 0; s < count; s++)
        if (used[s])
            memmove(items + (size_t)front++ * bytes, items + (size_t)s * bytes, bytes);
        else if (work)
            memcpy(work + (size_t)back++ * bytes, items + (size_t)s * bytes, bytes);
    if (work) memcpy(items + (size_t)front * bytes, work, (size_t)back * bytes);
}

static clpt_status fail_none(const clpti_scan_loader *l)
{
    const clpti_detector_facts *f = &l->scan->facts;
    if (f->empty == 0)
        return clpti_fail(l->message, CLPT_ERROR_ARGUMENT, "%s: the selection leaves none of its %lld frames", l->path,
                          (long long)l->scan->frames);
    return clpti_fail(l->message, CLPT_ERROR_FILE,
                      "%s: the patterns contain no counts at good pixels; bad ones have %.3g %% of all counts%s",
                      l->path, f->light > 0 ? 100 * f->masked_light / f->light : 0,
                      f->masked_light > 0 ? ": is the mask inverted? (--mask-invert)" : "");
}

clpt_status clpti_scan_compact(clpti_scan_loader *l, clpti_tensor *values)
{
    clpti_scan_file *scan = l->scan;
    int64_t count = 0, pixels = l->geometry.height * l->geometry.width;
    for (int64_t s = 0; s < scan->frames; s++) count += l->used[s];
    if (count == scan->frames) return CLPT_OK;
    if (count == 0) return fail_none(l);
    char *work = clpti_malloc(scan->frames, 2 * sizeof(double));
    if (!work)
        return clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: out of memory for %lld frames", l->path,
                          (long long)scan->frames);
    partition(scan->frame, sizeof *scan->frame, l->used, scan->frames, work);
    partition(scan->positions, 2 * sizeof(double), l->used, scan->frames, work);
    if (scan->starts) partition(scan->starts, 2 * sizeof(double), l->used, scan->frames, work);
    if (scan->scan_index) partition(scan->scan_index, sizeof *scan->scan_index, l->used, scan->frames, work);
    free(work);
    if (values->data) partition(values->data, (size_t)pixels * sizeof(float), l->used, scan->frames, NULL);
    if (values->data) values->shape[0] = count;
    if (l->mask.data && l->mask.rank == 3) {
        partition(l->mask.data, (size_t)pixels * sizeof(float), l->used, scan->frames, NULL);
        l->mask.shape[0] = count;
    }
    scan->count = count;
    return CLPT_OK;
}
