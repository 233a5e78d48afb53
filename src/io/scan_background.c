/* SPDX-License-Identifier: Apache-2.0 */
/* Background counts contained in every pattern, from the scan's own file or another one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "io/scan_internal.h"

static const char *const names[] = {"background", "entry_1/instrument_1/detector_1/data_dark"};
enum { name_count = sizeof names / sizeof *names };

static const char *name_in(const clpti_store *store)
{
    for (int i = 0; i < name_count; i++)
        if (clpti_store_has(store, names[i])) return names[i];
    return NULL;
}

/* Replaces the frames by their mean. */
static clpt_status average(const char *path, const char *name, clpti_tensor *tensor, clpt_message *message)
{
    double *values = tensor->data;
    int64_t frames = tensor->rank == 3 ? tensor->shape[0] : 1, pixels = clpti_tensor_count(tensor) / frames;
    for (int64_t i = 0; i < pixels; i++) {
        double sum = 0;
        for (int64_t f = 0; f < frames; f++) sum += values[f * pixels + i];
        values[i] = sum / (double)frames;
        if (!(values[i] >= 0))
            return clpti_fail(message, CLPT_ERROR_FILE,
                              "%s: array '%s' contains background counts, but element %lld is %g", path, name,
                              (long long)i, values[i]);
    }
    return CLPT_OK;
}

/* Selected lines of the detector, summed in `bin`×`bin` blocks; an array of the final size is copied. */
static void fit(const clpti_scan_loader *l, bool whole, const double *from, float *to)
{
    const clpti_geometry *g = &l->geometry;
    for (int64_t i = 0; i < g->side * g->side; i++) {
        double sum = 0;
        for (int64_t j = 0; j < g->bin * g->bin && whole; j++) {
            int64_t row = g->rows[i / g->side * g->bin + j / g->bin] - l->shift[1];
            int64_t column = g->columns[i % g->side * g->bin + j % g->bin] - l->shift[0];
            if (row >= 0 && row < g->height && column >= 0 && column < g->width) sum += from[row * g->width + column];
        }
        to[i] = (float)(whole ? sum : from[i]);
    }
}

static clpt_status load(clpti_scan_loader *l, clpti_store *store, const char *path, const char *name)
{
    clpt_status status = CLPT_OK;
    const clpti_geometry *g = &l->geometry;
    clpti_npy_info info;
    clpti_tensor tensor = {0};
    CLPTI_TRY(clpti_check_rank(store, path, name, 2, 3, &info, l->message));
    int64_t height = info.shape[info.rank - 2], width = info.shape[info.rank - 1];
    bool whole = height == g->height && width == g->width;
    if (!whole && (height != g->side || width != g->side))
        CLPTI_TRY(clpti_fail(
            l->message, CLPT_ERROR_FILE,
            "%s: array '%s' is %lld×%lld, but the patterns are %lld×%lld, or %lld×%lld after cropping and binning",
            path, name, (long long)height, (long long)width, (long long)g->height, (long long)g->width,
            (long long)g->side, (long long)g->side));
    CLPTI_TRY(clpti_store_read(store, name, CLPT_TYPE_F64, &tensor, l->message));
    CLPTI_TRY(clpti_check_finite(path, name, &tensor, l->message));
    CLPTI_TRY(average(path, name, &tensor, l->message));
    if (!(l->scan->background = clpti_malloc(g->side * g->side, sizeof *l->scan->background)))
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: out of memory for its background", path));
    fit(l, whole, tensor.data, l->scan->background);
cleanup:
    clpti_tensor_destroy(&tensor);
    return status;
}

clpt_status clpti_scan_take_background(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    const char *other = l->options->background, *name = name_in(l->store);
    clpti_store *store = NULL;
    if (!l->geometry.side || (other && !strcmp(other, "none"))) return CLPT_OK;
    if (!other) return name ? load(l, l->store, l->path, name) : CLPT_OK;
    CLPTI_TRY(clpti_store_open(other, &store, l->message));
    if (!(name = name_in(store)))
        CLPTI_TRY(
            clpti_fail(l->message, CLPT_ERROR_FILE, "%s: has neither array '%s' nor '%s'", other, names[0], names[1]));
    CLPTI_TRY(load(l, store, other, name));
cleanup:
    clpti_store_close(&store);
    return status;
}
