/* SPDX-License-Identifier: Apache-2.0 */
/* --dump DIR: inputs and stages of a model, written for `parity`. */
#include "cli/dump.h"

#include <string.h>

/* Adds a copy in float32 or complex64. */
static clpt_status add_narrow(clpti_parity_problem *problem, const char *name, const clpti_tensor *from,
                              clpt_message *message)
{
    clpti_tensor *to;
    bool complex = clpti_parity_is_complex(from->type);
    clpt_status status = clpti_parity_add(&problem->inputs, name, complex ? CLPT_TYPE_C64 : CLPT_TYPE_F32, from->rank,
                                          from->shape, &to, message);
    if (status != CLPT_OK) return status;
    int64_t numbers = clpti_tensor_count(from) * (complex ? 2 : 1);
    for (int64_t i = 0; i < numbers; i++) ((float *)to->data)[i] = (float)((const double *)from->data)[i];
    return CLPT_OK;
}

static clpt_status add_measured(clpti_parity_problem *problem, const clpti_dump_model *model, int64_t count,
                                clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_tensor *to;
    const clpti_scan_file *scan = model->scan;
    const int64_t shape[3] = {count, scan->side, scan->side}, pixels = scan->side * scan->side;
    CLPTI_TRY(clpti_parity_add(&problem->inputs, "positions", CLPT_TYPE_F64, 2, CLPT_SHAPE(count, 2), &to, message));
    memcpy(to->data, model->positions, (size_t)count * 2 * sizeof(double));
    CLPTI_TRY(clpti_parity_add(&problem->inputs, "amplitude", CLPT_TYPE_F32, 3, shape, &to, message));
    memcpy(to->data, scan->amplitude, (size_t)(count * pixels) * sizeof(float));
    CLPTI_TRY(clpti_parity_add(&problem->inputs, "mask", CLPT_TYPE_F32, 3, shape, &to, message));
    for (int64_t i = 0; i < count * pixels; i++) {
        int64_t at = scan->mask_per_pattern ? i : i % pixels;
        ((float *)to->data)[i] = scan->mask ? scan->mask[at] : 1;
    }
cleanup:
    return status;
}

clpt_status clpti_dump_give(const clpti_dump_model *model, int64_t count, clpti_parity_problem *problem,
                            clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_narrow(problem, "object", model->object, message));
    CLPTI_TRY(add_narrow(problem, "probe", model->probe, message));
    CLPTI_TRY(add_measured(problem, model, count, message));
cleanup:
    return status;
}

static clpti_parity_config config_of(const clpti_dump_model *model, int64_t count)
{
    return (clpti_parity_config){.count = count,
                                 .groups = count < 8 ? count : 8,
                                 .grid = count < 4 ? 1 : 2,
                                 .propagation = (int64_t)model->propagation.kind,
                                 .wavelength = model->propagation.wavelength,
                                 .distance = model->propagation.distance,
                                 .pixel = model->propagation.pixel,
                                 .source_distance = model->propagation.source_distance};
}

clpt_status clpti_dump_make(clpti_session *session, const clpti_dump_model *model, clpti_dump *dump)
{
    clpt_status status = CLPT_OK;
    clpt_context *reference = NULL;
    clpt_message *message = &session->message;
    const clpt_device_info *device = clpt_context_get_device(session->context);
    int64_t count = model->scan->count < CLPTI_DUMP_PATTERNS ? model->scan->count : CLPTI_DUMP_PATTERNS;
    dump->problem.config = config_of(model, count);
    snprintf(dump->run.label, sizeof dump->run.label, "%s %d:%d", device->short_name, device->platform, device->device);
    CLPTI_TRY(clpti_dump_give(model, count, &dump->problem, message));
    CLPTI_TRY(clpti_parity_light(&dump->problem, model->positions, model->scan->count, message));
    CLPTI_TRY(clpti_session_open_device(session, "reference", &reference));
    CLPTI_TRY(clpti_parity_derive(&dump->problem, reference, message));
    CLPTI_TRY(clpti_parity_plan_make(&dump->problem.config, "patches,illumination,diffraction,forward,losses",
                                     &dump->plan, message));
    CLPTI_TRY(
        clpti_parity_capture(session->context, &dump->problem, &dump->plan, NULL, &dump->run, NULL, NULL, message));
    CLPTI_TRY(clpti_parity_manifest_problem(&dump->run, &dump->problem, message));
cleanup:
    clpt_context_destroy(&reference);
    return status;
}

clpt_status clpti_dump_write(clpti_session *session, const char *folder, const clpti_dump *dump)
{
    return clpti_parity_dump_write(folder, &dump->problem, &dump->run, &session->message);
}

void clpti_dump_free(clpti_dump *dump)
{
    clpti_parity_run_free(&dump->run);
    clpti_parity_problem_free(&dump->problem);
}
