/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of patterns of scans, for networks. */
#include "cli/network_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

/* Memory for `more` items after `have` of `bytes` each. */
static void *grow(void *items, int64_t have, int64_t more, size_t bytes)
{
    int64_t total;
    if (!clpti_multiply(have + more, (int64_t)bytes, &total)) return NULL;
    return realloc(items, (size_t)total);
}

static clpt_status reserve(clpti_network_data *d, int64_t patterns, int64_t groups, clpt_message *message)
{
    int64_t pixels = d->side * d->side, c = d->channels;
    void *inputs = grow(d->inputs, d->patterns, patterns, (size_t)pixels * sizeof *d->inputs);
    if (inputs) d->inputs = inputs;
    void *indices = grow(d->indices, d->groups, groups, (size_t)c * sizeof *d->indices);
    if (indices) d->indices = indices;
    void *centres = grow(d->centres, d->groups, groups, 2 * sizeof *d->centres);
    if (centres) d->centres = centres;
    void *offsets = grow(d->offsets, d->groups, groups, 2 * (size_t)c * sizeof *d->offsets);
    if (offsets) d->offsets = offsets;
    if (inputs && indices && centres && offsets) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for %lld patterns and %lld groups", (long long)patterns,
                      (long long)groups);
}

/* Pixels that are bad in one pattern are bad in all: the network has one mask. */
static clpt_status add_mask(clpti_network_data *d, const clpti_scan_file *scan, clpt_message *message)
{
    int64_t pixels = scan->side * scan->side, masks = !scan->mask ? 0 : scan->mask_per_pattern ? scan->count : 1;
    if (!d->mask) {
        d->mask = clpti_malloc(pixels, sizeof *d->mask);
        if (!d->mask) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a mask");
        for (int64_t i = 0; i < pixels; i++) d->mask[i] = 1;
        d->mask_array = clpt_array_host(d->mask, CLPT_TYPE_F32, 2, CLPT_SHAPE(scan->side, scan->side));
    }
    for (int64_t i = 0; i < masks * pixels; i++)
        if (scan->mask[i] == 0) {
            d->mask[i % pixels] = 0;
            d->masked = true;
        }
    return CLPT_OK;
}

clpt_status clpti_network_data_add(clpti_network_data *d, const clpti_scan_file *scan, const char *path,
                                   const clpt_groups_options *options, double *gain, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int64_t groups = options->groups ? options->groups : scan->count, c = options->grid * options->grid;
    int64_t pixels = scan->side * scan->side, count = scan->count * pixels;
    double own = 0, counts = 0;
    if (d->patterns && scan->side != d->side)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: its patterns have a side of %lld pixels, others %lld",
                          path, (long long)scan->side, (long long)d->side);
    d->side = scan->side;
    d->channels = c;
    CLPTI_TRY(reserve(d, scan->count, groups, message));
    int64_t *indices = d->indices + d->groups * c;
    CLPTI_TRY(clpt_groups_draw(scan->positions, scan->count, options, indices, d->centres + 2 * d->groups,
                               d->offsets + 2 * d->groups * c, message));
    clpt_array amplitudes =
        clpt_array_host(scan->amplitude, CLPT_TYPE_F32, 3, CLPT_SHAPE(scan->count, scan->side, scan->side));
    CLPTI_TRY(clpt_network_normalise(&amplitudes, indices, groups * c, &own, message));
    for (int64_t i = 0; i < count; i++) {
        d->inputs[d->patterns * pixels + i] = (float)(own * (double)scan->amplitude[i]);
        counts += (double)scan->amplitude[i] * (double)scan->amplitude[i];
    }
    for (int64_t i = 0; i < groups * c; i++) indices[i] += d->patterns;
    CLPTI_TRY(add_mask(d, scan, message));
    d->counts = (d->counts * (double)d->patterns + counts) / (double)(d->patterns + scan->count);
    d->patterns += scan->count;
    d->groups += groups;
    if (gain) *gain = own;
cleanup:
    return status;
}

clpt_status clpti_network_data_upload(clpti_network_data *d, clpti_session *session)
{
    clpt_status status = CLPT_OK;
    int64_t count = d->patterns * d->side * d->side, shape[3] = {d->patterns, d->side, d->side};
    uint64_t bytes = (uint64_t)count * sizeof *d->inputs;
    const clpt_device_info *device = clpt_context_get_device(session->context);
    d->array = clpt_array_host(d->inputs, CLPT_TYPE_F32, 3, shape);
    if (bytes > device->memory / 4 || bytes > device->largest_allocation) return CLPT_OK;
    CLPTI_TRY(clpti_session_check(session, clpt_buffer_create(session->context, CLPT_TYPE_F32, count, &d->buffer)));
    clpt_array own = clpt_array_device(d->buffer, 0, 3, shape);
    CLPTI_TRY(clpti_session_check(session, clpt_array_copy(session->context, &d->array, &own)));
    d->array = own;
cleanup:
    return status;
}

void clpti_network_data_free(clpti_network_data *d)
{
    clpt_buffer_destroy(&d->buffer);
    free(d->inputs);
    free(d->mask);
    free(d->indices);
    free(d->centres);
    free(d->offsets);
    *d = (clpti_network_data){0};
}

int64_t clpti_network_data_canvas(const clpti_network_data *d, int64_t grid)
{
    double maximum = 0;
    for (int64_t i = 0; i < 2 * d->groups * d->channels; i++) maximum = fmax(maximum, fabs(d->offsets[i]));
    int64_t standard = d->side + 4 * (grid - 1) + 10, needed = d->side + 2 * ((int64_t)ceil(maximum) + 1);
    return needed > standard ? needed : standard;
}

double clpti_network_data_floor(const clpti_network_data *d, double scale, int64_t first, int64_t count)
{
    int64_t pixels = d->side * d->side;
    double sum = 0;
    for (int64_t k = first * d->channels; k < (first + count) * d->channels; k++) {
        const float *input = d->inputs + d->indices[k] * pixels;
        for (int64_t i = 0; i < pixels; i++) {
            double m = scale * (double)input[i] * scale * (double)input[i];
            if (m > 0 && d->mask[i] != 0) sum += m - m * log(m);
        }
    }
    return count ? sum / (double)(count * d->channels * pixels) : NAN;
}

clpt_network_batch clpti_network_data_batch(const clpti_network_data *d, const int64_t *order, int64_t first,
                                            int64_t count, int64_t *indices, double *offsets)
{
    for (int64_t k = 0; k < count; k++) {
        int64_t group = order ? order[first + k] : first + k, c = d->channels;
        memcpy(indices + k * c, d->indices + group * c, (size_t)c * sizeof *indices);
        memcpy(offsets + 2 * k * c, d->offsets + 2 * group * c, 2 * (size_t)c * sizeof *offsets);
    }
    return (clpt_network_batch){.size = sizeof(clpt_network_batch),
                                .amplitudes = &d->array,
                                .groups = count,
                                .indices = indices,
                                .offsets = offsets,
                                .mask = d->masked ? &d->mask_array : NULL};
}
