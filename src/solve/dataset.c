/* SPDX-License-Identifier: Apache-2.0 */
/* The measurement of a solver: resident on the device, or streamed from the host in chunks. */
#include "solve/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static int64_t pixels_of(const clpti_dataset *data)
{
    return data->source.side * data->source.side;
}

/* True if all of it fits one allocation and half of the staging limit. */
static bool fits(const clpt_context *context, const clpt_measurement *m)
{
    if (clpti_is_reference(context)) return true;
    uint64_t bytes = (uint64_t)(m->count * m->side * m->side) * 4;
    if (context->device.largest_allocation && bytes > context->device.largest_allocation) return false;
    return !context->memory_limit || bytes * (m->mask_per_pattern ? 2 : 1) <= context->memory_limit / 2;
}

static double mean_count(const clpt_measurement *m)
{
    int64_t pixels = m->side * m->side, good = 0;
    double sum = 0;
    for (int64_t i = 0; i < m->count * pixels; i++) {
        if (m->mask && !(m->mask[m->mask_per_pattern ? i : i % pixels] > 0.0f)) continue;
        sum += (double)m->amplitude[i] * m->amplitude[i];
        good++;
    }
    return sum > 0 ? sum / (double)good : 1;
}

static clpt_status upload_whole(clpt_context *context, const float *values, int64_t count, clpt_buffer **buffer)
{
    clpt_status status = clpti_buffer_create(context, CLPTI_REAL, count, buffer);
    return status == CLPT_OK ? clpti_field_upload(clpti_view_of(*buffer), values, CLPT_TYPE_F32, count) : status;
}

clpt_status clpti_dataset_create(clpt_context *context, const clpt_measurement *measurement, clpti_dataset *data)
{
    clpt_status status = CLPT_OK;
    *data = (clpti_dataset){.context = context,
                            .source = *measurement,
                            .streamed = !fits(context, measurement),
                            .mean_count = mean_count(measurement)};
    int64_t pixels = pixels_of(data), all = measurement->count * pixels;
    bool mask_resident = measurement->mask && !(data->streamed && measurement->mask_per_pattern);
    if (mask_resident)
        CLPTI_TRY(upload_whole(context, measurement->mask, measurement->mask_per_pattern ? all : pixels, &data->mask));
    if (!data->streamed)
        CLPTI_TRY(upload_whole(context, measurement->amplitude, all, &data->amplitude));
    else
        clpti_log(context, CLPT_LOG_INFO, "measurement: streamed from the host (%lld patterns)",
                  (long long)measurement->count);
cleanup:
    if (status != CLPT_OK) clpti_dataset_destroy(data);
    return status;
}

void clpti_dataset_destroy(clpti_dataset *data)
{
    clpt_buffer_destroy(&data->amplitude);
    clpt_buffer_destroy(&data->mask);
    free(data->staging);
    data->staging = NULL;
}

/* Collects the selection's patterns in host memory and uploads them. */
static clpt_status send_patterns(clpti_dataset *data, const clpti_selection *at, const float *from,
                                 clpt_buffer **staged)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = pixels_of(data);
    if (data->staging_capacity < at->count) {
        free(data->staging);
        data->staging_capacity = 0;
        if (!(data->staging = clpti_malloc(at->count, (size_t)pixels * sizeof(float))))
            CLPTI_TRY(clpti_fail(&data->context->message, CLPT_ERROR_MEMORY, "no host memory for %lld patterns",
                                 (long long)at->count));
        data->staging_capacity = at->count;
    }
    for (int64_t k = 0; k < at->count; k++)
        memcpy(data->staging + k * pixels, from + clpti_selected(at, k) * pixels, (size_t)pixels * sizeof(float));
    CLPTI_TRY(clpti_scratch_take(data->context, CLPTI_REAL, at->count * pixels, staged));
    CLPTI_TRY(clpti_field_upload(clpti_view_of(*staged), data->staging, CLPT_TYPE_F32, at->count * pixels));
cleanup:
    return status;
}

clpt_status clpti_dataset_batch(clpti_dataset *data, const clpti_selection *at, clpti_batch_data *batch)
{
    clpt_status status = CLPT_OK;
    *batch = (clpti_batch_data){.measured = clpti_view_of(data->amplitude),
                                .mask = clpti_view_of(data->mask),
                                .order = at->order,
                                .first = at->first};
    if (!data->streamed) return CLPT_OK;
    batch->order = NULL;
    batch->first = 0;
    CLPTI_TRY(send_patterns(data, at, data->source.amplitude, &batch->staged_amplitude));
    batch->measured = clpti_view_of(batch->staged_amplitude);
    if (data->source.mask && data->source.mask_per_pattern) {
        CLPTI_TRY(send_patterns(data, at, data->source.mask, &batch->staged_mask));
        batch->mask = clpti_view_of(batch->staged_mask);
    }
cleanup:
    if (status != CLPT_OK) clpti_batch_data_release(batch);
    return status;
}

void clpti_batch_data_release(clpti_batch_data *batch)
{
    clpti_scratch_give(&batch->staged_amplitude);
    clpti_scratch_give(&batch->staged_mask);
}
