/* SPDX-License-Identifier: Apache-2.0 */
/* Predicted patterns of a whole scan, in pieces. */
#include "cli/predict.h"

#include <math.h>
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
    clpt_status status = clpti_session_check(
        session, clpt_buffer_create(session->context, CLPT_TYPE_C64, clpti_tensor_count(tensor), buffer));
    if (status != CLPT_OK) return status;
    *array = clpt_array_device(*buffer, 0, tensor->rank, tensor->shape);
    return clpti_session_check(session, clpt_array_copy(session->context, &host, array));
}

/* State of the prediction of a piece. */
typedef struct forward {
    clpti_session *session;
    const clpti_model *model;
    clpt_array object, probe; /* on the device */
    double *varied;           /* the probe of one pattern; NULL: one for all */
    clpt_forward_options options;
} forward;

static clpt_status predict_from(forward *f, const clpt_array *probe, int64_t first, int64_t count, float *patterns)
{
    clpti_session *session = f->session;
    clpt_scan *scan = NULL;
    int64_t shape[3] = {count, probe->shape[1], probe->shape[2]};
    clpt_array out = clpt_array_host(patterns, CLPT_TYPE_F32, 3, shape);
    clpt_status status =
        clpti_session_check(session, clpt_scan_create(session->context, f->model->positions + 2 * first, count, &scan));
    if (status == CLPT_OK)
        status =
            clpti_session_check(session, clpt_forward(session->context, &f->object, scan, probe, &f->options, &out));
    clpt_scan_destroy(&scan);
    return status;
}

static clpt_status predict_varied(forward *f, int64_t first, int64_t count, float *patterns)
{
    const clpti_tensor *probe = f->model->probe;
    clpt_array pattern_probe = clpt_array_host(f->varied, CLPT_TYPE_C128, 3, probe->shape);
    for (int64_t k = 0; k < count; ++k) {
        clpti_corrections_probe(f->model->corrections, probe, first + k, f->varied);
        clpt_status status =
            predict_from(f, &pattern_probe, first + k, 1, patterns + k * probe->shape[1] * probe->shape[2]);
        if (status != CLPT_OK) return status;
    }
    return CLPT_OK;
}

static bool is_corrected(const clpti_model *model)
{
    const clpti_corrections *c = model->corrections;
    return c && (c->factors.data || c->background.data || c->modes.data);
}

static clpt_status predict_piece(forward *f, int64_t first, int64_t count, float *patterns)
{
    const clpti_model *model = f->model;
    int64_t pixels = model->probe->shape[1] * model->probe->shape[2];
    clpt_status status =
        f->varied ? predict_varied(f, first, count, patterns) : predict_from(f, &f->probe, first, count, patterns);
    if (status != CLPT_OK || !is_corrected(model)) return status;
    for (int64_t k = 0; k < count; ++k)
        clpti_corrections_apply(model->corrections, first + k, pixels, patterns + k * pixels);
    for (int64_t i = 0; model->amplitude && i < count * pixels; ++i) patterns[i] = sqrtf(patterns[i]);
    return CLPT_OK;
}

/* Memory for the probe of one pattern, if they differ. */
static clpt_status make_varied(forward *f)
{
    if (!is_corrected(f->model) || !f->model->corrections->modes.data) return CLPT_OK;
    f->varied = clpti_malloc(clpti_tensor_count(f->model->probe), 2 * sizeof *f->varied);
    return f->varied ? CLPT_OK : clpti_fail(&f->session->message, CLPT_ERROR_MEMORY, "no memory for a probe");
}

clpt_status clpti_predict(clpti_session *session, const clpti_model *model, const char *label,
                          clpti_piece_function take, void *user)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *object_buffer = NULL, *probe_buffer = NULL;
    forward f = {.session = session, .model = model, .options = clpt_forward_options_default()};
    int64_t piece = piece_count(model), pixels = model->probe->shape[1] * model->probe->shape[2];
    clpti_progress progress = clpti_progress_start(&session->building, label, model->count);
    float *patterns = clpti_malloc(piece * pixels, sizeof *patterns);
    if (!patterns) {
        status = clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no memory for %lld patterns", (long long)piece);
        goto cleanup;
    }
    f.options.amplitude = model->amplitude && !is_corrected(model); /* corrections apply to intensities */
    f.options.propagation = model->propagation;
    f.options.subpixel = model->subpixel;
    CLPTI_TRY(make_varied(&f));
    CLPTI_TRY(to_device(session, model->object, &object_buffer, &f.object));
    CLPTI_TRY(to_device(session, model->probe, &probe_buffer, &f.probe));
    for (int64_t first = 0; first < model->count; first += piece) {
        int64_t count = model->count - first < piece ? model->count - first : piece;
        clpti_progress_show(&progress, first, NULL);
        CLPTI_TRY(predict_piece(&f, first, count, patterns));
        take(user, first, count, patterns);
    }
cleanup:
    clpti_progress_end(&progress);
    clpt_buffer_destroy(&object_buffer);
    clpt_buffer_destroy(&probe_buffer);
    free(f.varied);
    free(patterns);
    return status;
}
