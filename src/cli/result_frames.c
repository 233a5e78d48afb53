/* SPDX-License-Identifier: Apache-2.0 */
/* Results have an entry for every frame of the scan, in its order; solvers know those in use only. */
#include "cli/result_frames.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

clpt_status clpti_frames_spread(const clpti_scan_file *scan, void *entries, size_t bytes, clpt_message *message)
{
    char *copy = clpti_malloc(scan->frames, bytes), *to = entries;
    if (!copy)
        return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for entries of %lld frames", (long long)scan->frames);
    memcpy(copy, entries, (size_t)scan->frames * bytes);
    for (int64_t k = 0; k < scan->frames; ++k)
        memcpy(to + (size_t)scan->frame[k] * bytes, copy + (size_t)k * bytes, bytes);
    free(copy);
    return CLPT_OK;
}

static clpt_status spread_tensor(const clpti_scan_file *scan, clpti_tensor *tensor, clpt_message *message)
{
    if (!tensor->data) return CLPT_OK;
    int64_t each = clpti_tensor_count(tensor) / tensor->shape[0];
    return clpti_frames_spread(scan, tensor->data, (size_t)each * clpti_type_size(tensor->type), message);
}

clpt_status clpti_result_spread(const clpti_scan_file *scan, double *positions, clpti_result *result,
                                clpt_message *message)
{
    clpt_status status = CLPT_OK;
    double *factors = result->amplitude_factors.data;
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_F64, 1, CLPT_SHAPE(scan->frames), &result->used, message));
    for (int64_t k = 0; k < scan->count; ++k) ((double *)result->used.data)[k] = 1;
    for (int64_t k = scan->count; factors && k < scan->frames; ++k) factors[k] = 1;
    for (int64_t i = 2 * scan->count; i < 2 * scan->frames; ++i)
        if (!isfinite(positions[i])) positions[i] = 0;
    CLPTI_TRY(clpti_frames_spread(scan, positions, 2 * sizeof *positions, message));
    CLPTI_TRY(spread_tensor(scan, &result->used, message));
    CLPTI_TRY(spread_tensor(scan, &result->amplitude_factors, message));
    CLPTI_TRY(spread_tensor(scan, &result->opr_coefficients, message));
    result->positions = positions;
    result->count = scan->frames;
cleanup:
    return status;
}

/* Entries of frames in use, in the order of the scan's patterns. */
static void pick(const clpti_scan_file *scan, void *entries, size_t bytes)
{
    char *items = entries;
    for (int64_t k = 0; k < scan->count; ++k) /* in ascending order, so frame[k] >= k */
        memmove(items + (size_t)k * bytes, items + (size_t)scan->frame[k] * bytes, bytes);
}

void clpti_file_contents_pick(clpti_file_contents *parts, const clpti_scan_file *scan)
{
    clpti_corrections *c = &parts->corrections;
    if (!parts->positions || parts->count != scan->frames || scan->count == scan->frames) return;
    pick(scan, parts->positions, 2 * sizeof *parts->positions);
    if (parts->true_positions) pick(scan, parts->true_positions, 2 * sizeof *parts->true_positions);
    if (c->factors.data) pick(scan, c->factors.data, sizeof(double));
    if (c->coefficients.data) pick(scan, c->coefficients.data, (size_t)c->coefficients.shape[1] * 2 * sizeof(double));
    parts->count = scan->count;
}
