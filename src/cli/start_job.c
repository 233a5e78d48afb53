/* SPDX-License-Identifier: Apache-2.0 */
/* The start of `reconstruct` from its options: object, probe, positions. */
#include <stdlib.h>
#include <string.h>

#include "cli/file_contents.h"
#include "cli/grid.h"
#include "cli/reconstruct.h"
#include "cli/result_frames.h"
#include "cli/probe_choice.h"
#include "core/memory.h"

bool clpti_job_starts_from(const clpti_reconstruct_values *v, const char *word)
{
    return !strcmp(v->object_from_file ? "file" : v->object, word);
}

/* An object of zeros would stay zero. */
static clpt_status check_object(const char *path, const clpti_tensor *object, clpt_message *message)
{
    const double *values = object->data;
    for (int64_t i = 0; i < 2 * clpti_tensor_count(object); ++i)
        if (values[i] != 0) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: its object is zero everywhere; --object flat starts from ones",
                      path);
}

/* The object of another file, and its positions if their number matches that of the patterns. */
static clpt_status start_from_path(clpti_job *j)
{
    const char *path = j->v->object;
    clpt_message *message = &j->session->message;
    clpti_file_contents parts;
    clpt_status status = clpti_file_contents_load(path, &parts, message);
    if (status != CLPT_OK) return status;
    if (!parts.object.data)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: contains no object to start from", path));
    CLPTI_TRY(check_object(path, &parts.object, message));
    CLPTI_TRY(clpti_file_contents_regrid(&parts, (double)j->scan.side / (double)j->measured, message));
    clpti_file_contents_pick(&parts, &j->scan);
    if (parts.positions && parts.count == j->scan.count)
        memcpy(j->positions, parts.positions, (size_t)parts.count * 2 * sizeof *j->positions);
    CLPTI_TRY(clpti_positions_check(j->session, path, j->positions, j->scan.count, j->scan.side, &parts.object));
    j->object = parts.object; /* ownership is taken */
    parts.object = (clpti_tensor){0};
cleanup:
    clpti_file_contents_free(&parts);
    return status;
}

static clpt_status start_from_file(clpti_job *j)
{
    clpt_status status = clpti_positions_check(j->session, j->session->arguments->operand, j->positions, j->scan.count,
                                               j->scan.side, &j->scan.object);
    if (status == CLPT_OK) status = check_object(j->session->arguments->operand, &j->scan.object, &j->session->message);
    if (status != CLPT_OK) return status;
    j->object = j->scan.object; /* ownership is taken */
    j->scan.object = (clpti_tensor){0};
    return CLPT_OK;
}

static clpt_status start_made(clpti_job *j)
{
    clpti_layout layout = clpti_layout_of(j->scan.positions, j->scan.count, j->scan.side);
    for (int64_t k = 0; k < j->scan.frames; ++k) {
        j->positions[2 * k] += layout.shift_x;
        j->positions[2 * k + 1] += layout.shift_y;
    }
    return clpti_start_object(layout.height, layout.width, clpti_job_starts_from(j->v, "random"), j->v->solver.seed,
                              &j->object, &j->session->message);
}

static clpt_status start_object(clpti_job *j)
{
    if (clpti_job_starts_from(j->v, "file")) return start_from_file(j);
    if (clpti_job_starts_from(j->v, "flat") || clpti_job_starts_from(j->v, "random")) return start_made(j);
    return start_from_path(j);
}

static clpt_status start_probe(clpti_job *j, const clpti_probe_choice *choice)
{
    const clpti_reconstruct_values *v = j->v;
    bool pattern_probe = !choice->model && !choice->optics && (!choice->automatic || j->scan.probe.data);
    clpt_status status = clpti_probe_choice_apply(j->session, choice, &j->propagation, &j->scan);
    if (status != CLPT_OK) return status;
    status = clpti_start_probe(
        &j->scan, j->propagation.kind == CLPT_PROPAGATION_FAR_FIELD, v->modes ? v->modes : j->scan.modes,
        pattern_probe ? (clpti_probe_scale)v->probe_scale : CLPTI_SCALE_DATA, &j->probe, &j->session->message);
    if (status != CLPT_OK) clpti_message_prefix(&j->session->message, "%s", j->session->arguments->operand);
    return status;
}

/* Patterns and probe on the grid of --pad-detector. */
static clpt_status pad(clpti_job *j, const clpti_probe_choice *choice)
{
    clpt_message *message = &j->session->message;
    clpt_status status = CLPT_OK;
    int64_t padded;
    j->measured = j->scan.side;
    CLPTI_TRY(clpti_job_choose_padding(j, choice, &padded));
    CLPTI_TRY(clpti_scan_pad(&j->scan, padded, message));
    CLPTI_TRY(clpti_probe_regrid(&j->probe, padded, message));
cleanup:
    return status;
}

clpt_status clpti_job_start(clpti_job *j, const clpti_probe_choice *choice)
{
    const clpti_reconstruct_values *v = j->v;
    size_t bytes = (size_t)j->scan.frames * 2 * sizeof(double);
    clpt_status status = CLPT_OK;
    j->positions = clpti_malloc(j->scan.frames, 2 * sizeof(double));
    j->errors = clpti_calloc(v->iterations, sizeof(double));
    if (!j->positions || !j->errors)
        return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for %lld positions",
                          (long long)j->scan.count);
    CLPTI_TRY(start_probe(j, choice));
    CLPTI_TRY(pad(j, choice));
    memcpy(j->positions, j->scan.positions, bytes);
    CLPTI_TRY(start_object(j));
cleanup:
    return status;
}
