/* SPDX-License-Identifier: Apache-2.0 */
/* Centring of frames: the zero frequency moves to [H/2, W/2] by whole pixels; pixels from outside the detector are bad.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "io/scan_internal.h"

/* The centre of all counts at good pixels, as column and row. */
static void find_centre(const clpti_scan_loader *l, const clpti_frames *f, double centre[2])
{
    const clpti_geometry *g = &l->geometry;
    int64_t pixels = g->height * g->width;
    double mass = 0, sum[2] = {0, 0};
    for (int64_t s = 0; s < l->scan->frames; s++) {
        const float *values = (const float *)f->values.data + s * pixels, *mask = clpti_loader_mask(l, s);
        for (int64_t i = 0; l->used[s] && i < pixels; i++) {
            if (mask && mask[i] == 0) continue;
            double counts = (double)values[i] * (double)values[i];
            mass += counts;
            sum[0] += counts * (double)(i % g->width);
            sum[1] += counts * (double)(i / g->width);
        }
    }
    for (int axis = 0; axis < 2; axis++) centre[axis] = mass > 0 ? sum[axis] / mass : 0;
}

static clpt_status take_centre(const clpti_scan_loader *l, const clpti_frames *f, double centre[2])
{
    const char *text = l->options->centre;
    const clpti_geometry *g = &l->geometry;
    char *end;
    if (l->options->fftshift)
        return clpti_fail(l->message, CLPT_ERROR_ARGUMENT, "--centre and --fftshift exclude each other");
    if (!strcmp(text, "auto")) {
        find_centre(l, f, centre);
        return CLPT_OK;
    }
    centre[0] = strtod(text, &end);
    bool good = end != text && *end == ',';
    text = end + good;
    centre[1] = good ? strtod(text, &end) : 0;
    good = good && end != text && !*end && centre[0] >= 0 && centre[0] <= (double)(g->width - 1) && centre[1] >= 0 &&
           centre[1] <= (double)(g->height - 1);
    if (good) return CLPT_OK;
    return clpti_fail(l->message, CLPT_ERROR_ARGUMENT,
                      "%s: --centre '%s' is neither auto nor X,Y: a column of 0 to %lld and a row of 0 to %lld",
                      l->path, l->options->centre, (long long)g->width - 1, (long long)g->height - 1);
}

/* An image moves by the loader's shift; 0 comes in. */
static void move(const clpti_scan_loader *l, float *image, float *work)
{
    const clpti_geometry *g = &l->geometry;
    memset(work, 0, (size_t)(g->height * g->width) * sizeof *work);
    for (int64_t y = 0; y < g->height; y++)
        for (int64_t x = 0; x < g->width; x++) {
            int64_t row = y - l->shift[1], column = x - l->shift[0];
            if (row >= 0 && row < g->height && column >= 0 && column < g->width)
                work[y * g->width + x] = image[row * g->width + column];
        }
    memcpy(image, work, (size_t)(g->height * g->width) * sizeof *work);
}

clpt_status clpti_detector_recentre(clpti_scan_loader *l, clpti_frames *f)
{
    clpt_status status = CLPT_OK;
    const clpti_geometry *g = &l->geometry;
    int64_t pixels = g->height * g->width;
    double centre[2] = {0, 0};
    float *work = NULL;
    if (!l->options->centre) return CLPT_OK;
    CLPTI_TRY(take_centre(l, f, centre));
    l->shift[0] = g->width / 2 - (int64_t)rint(centre[0]);
    l->shift[1] = g->height / 2 - (int64_t)rint(centre[1]);
    if (l->shift[0] == 0 && l->shift[1] == 0) return CLPT_OK;
    CLPTI_TRY(clpti_loader_need_mask(l, false));
    if (!(work = clpti_malloc(pixels, sizeof *work)))
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: out of memory for moving frames", l->path));
    for (int64_t s = 0; s < l->scan->frames; s++) move(l, (float *)f->values.data + s * pixels, work);
    for (int64_t s = 0; s < (l->mask.rank == 3 ? l->mask.shape[0] : 1); s++)
        move(l, (float *)l->mask.data + s * pixels, work);
cleanup:
    free(work);
    return status;
}
