/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/predict.h"

#include <stdlib.h>

#include "cli/progress.h"
#include "core/memory.h"

static const int64_t piece_bytes = INT64_C(32) << 20;

static int64_t piece_count(const clpti_model *model)
{
    int64_t side = model->probe->shape[1], fit = piece_bytes / (side * side * (int64_t)sizeof(float));
    if (fit < 1) fit = 1;
    return fit < model->count ? fit : model->count;
}

static clpt_status to_device(clpti_session *session, const clpti_tensor *tensor, clpt_buffer **buffer,
                             clpt_array *array)
{
    clpt_array host = clpt_array_host(tensor->data, tensor->type, tensor->rank, tensor->shape);
    clpt_status status =
        clpti_session_said(session, clpt_buffer_create(session->context, CLPT_C64, clpti_tensor_count(tensor), buffer));
    if (status != CLPT_OK) return status;
    *array = clpt_array_device(*buffer, 0, tensor->rank, tensor->shape);
    return clpti_session_said(session, clpt_array_copy(session->context, &host, array));
}

static clpt_status predict_piece(clpti_session *session, const clpti_model *model, const clpt_array *object,
                                 const clpt_array *probe, int64_t first, int64_t count, float *patterns)
{
    clpt_scan *scan = NULL;
    clpt_forward_options options = clpt_forward_options_default();
    options.amplitude = model->amplitude;
    options.propagation = model->propagation;
    int64_t shape[3] = {count, model->probe->shape[1], model->probe->shape[2]};
    clpt_array out = clpt_array_host(patterns, CLPT_F32, 3, shape);
    clpt_status status =
        clpti_session_said(session, clpt_scan_create(session->context, model->positions + 2 * first, count, &scan));
    if (status == CLPT_OK)
        status = clpti_session_said(session, clpt_forward(session->context, object, scan, probe, &options, &out));
    clpt_scan_destroy(&scan);
    return status;
}

clpt_status clpti_predict(clpti_session *session, const clpti_model *model, const char *label,
                          clpti_piece_function take, void *user)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *object_buffer = NULL, *probe_buffer = NULL;
    clpt_array object, probe;
    int64_t piece = piece_count(model), pixels = model->probe->shape[1] * model->probe->shape[2];
    clpti_progress progress = clpti_progress_start(label, model->count);
    float *patterns = clpti_malloc(piece * pixels, sizeof *patterns);
    if (!patterns) {
        status = clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no memory for %lld patterns", (long long)piece);
        goto cleanup;
    }
    CLPTI_TRY(to_device(session, model->object, &object_buffer, &object));
    CLPTI_TRY(to_device(session, model->probe, &probe_buffer, &probe));
    for (int64_t first = 0; first < model->count; first += piece) {
        int64_t count = model->count - first < piece ? model->count - first : piece;
        clpti_progress_show(&progress, first, NULL);
        CLPTI_TRY(predict_piece(session, model, &object, &probe, first, count, patterns));
        take(user, first, count, patterns);
    }
cleanup:
    clpti_progress_end(&progress);
    clpt_buffer_destroy(&object_buffer);
    clpt_buffer_destroy(&probe_buffer);
    free(patterns);
    return status;
}
