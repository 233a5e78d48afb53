/* SPDX-License-Identifier: Apache-2.0 */
/* --dump of `reconstruct`: the stages, the results of the iterations, and all options. */
#include <stdlib.h>
#include <string.h>

#include "cli/dump.h"
#include "cli/reconstruct.h"

/* Digests of the whole scan, of which the inputs contain the first patterns. */
static clpt_status add_facts(const clpti_job *j, clpti_parity_run *run)
{
    const clpti_scan_file *s = &j->scan;
    const clpti_arguments *arguments = j->session->arguments;
    clpt_message *message = &j->session->message;
    clpt_status status = CLPT_OK;
    char name[64], text[300];
    const clpt_option *option;
    const int64_t patterns[3] = {s->count, s->side, s->side};
    clpti_tensor amplitude = {CLPT_TYPE_F32, 3, {patterns[0], patterns[1], patterns[2]}, s->amplitude};
    clpti_tensor positions = {CLPT_TYPE_F64, 2, {s->count, 2}, j->positions};
    clpti_tensor mask = s->mask_per_pattern ? amplitude : (clpti_tensor){CLPT_TYPE_F32, 2, {s->side, s->side}, NULL};
    clpti_tensor background = {CLPT_TYPE_F32, 2, {s->side, s->side}, s->background};
    mask.data = s->mask;
    CLPTI_TRY(clpti_parity_manifest_add_array(run, "all amplitudes", &amplitude, message));
    CLPTI_TRY(clpti_parity_manifest_add_array(run, "all positions", &positions, message));
    if (s->background) CLPTI_TRY(clpti_parity_manifest_add_array(run, "background", &background, message));
    if (s->mask) CLPTI_TRY(clpti_parity_manifest_add_array(run, "all masks", &mask, message));
    for (int k = 0; (option = clpti_command_option(arguments->command, k, NULL)); ++k) {
        if (option->flags & (CLPTI_OPTION_OUTPUT | CLPTI_OPTION_SOURCE)) continue;
        snprintf(name, sizeof name, "option %s", option->name);
        CLPTI_TRY(clpti_parity_manifest_add(run, CLPTI_PARITY_CONFIGURATION, name,
                                            clpti_arguments_text(arguments, k, text, sizeof text), message));
    }
cleanup:
    return status;
}

/* An array for a result of the solver, in the context's precision. */
static clpt_status add(const clpti_job *j, clpti_parity_bundle *to, const char *name, const clpti_tensor *like,
                       clpt_array *view)
{
    bool wide = clpt_context_get_device(j->session->context)->type == CLPT_DEVICE_REFERENCE;
    char numbered[48];
    clpti_tensor *tensor;
    snprintf(numbered, sizeof numbered, "%s.%lld", name, (long long)j->done);
    clpt_status status = clpti_parity_add(to, numbered, wide ? CLPT_TYPE_C128 : CLPT_TYPE_C64, like->rank, like->shape,
                                          &tensor, &j->session->message);
    if (status == CLPT_OK) *view = clpt_array_host(tensor->data, tensor->type, tensor->rank, tensor->shape);
    return status;
}

/* Other refined arrays, in double precision. */
static clpt_status add_refined(const clpti_job *j, clpti_parity_bundle *to)
{
    const clpti_scan_file *s = &j->scan;
    const struct {
        const char *name;
        bool refined;
        int rank;
        int64_t shape[2];
        clpt_status (*get)(clpt_solver *solver, double *numbers);
    } entries[] = {
        {"positions", j->v->solver.position_start != CLPT_NEVER, 2, {s->count, 2}, clpt_solver_get_positions},
        {"factors", j->v->solver.intensity_start != CLPT_NEVER, 1, {s->count}, clpt_solver_get_amplitude_factors},
        {"background", j->v->solver.background_start != CLPT_NEVER, 2, {s->side, s->side}, clpt_solver_get_background}};
    clpt_status status = CLPT_OK;
    clpti_tensor *tensor;
    char name[48];
    for (size_t k = 0; k < sizeof entries / sizeof *entries; k++) {
        if (!entries[k].refined) continue;
        snprintf(name, sizeof name, "%s.%lld", entries[k].name, (long long)j->done);
        CLPTI_TRY(clpti_parity_add(to, name, CLPT_TYPE_F64, entries[k].rank, entries[k].shape, &tensor,
                                   &j->session->message));
        CLPTI_TRY(clpti_session_check(j->session, entries[k].get(j->solver, tensor->data)));
    }
cleanup:
    return status;
}

static clpt_status add_results(const clpti_job *j, clpti_parity_run *run)
{
    clpt_status status = CLPT_OK;
    clpti_parity_captured *result;
    clpti_tensor *errors;
    clpt_array object, probe;
    clpt_message *message = &j->session->message;
    CLPTI_TRY(clpti_parity_result_add(run, "reconstruction", &result, message));
    CLPTI_TRY(add(j, &result->arrays, "object", &j->object, &object));
    CLPTI_TRY(clpti_session_check(j->session, clpt_solver_get_object(j->solver, &object)));
    CLPTI_TRY(add(j, &result->arrays, "probe", &j->probe, &probe));
    CLPTI_TRY(clpti_session_check(j->session, clpt_solver_get_probe(j->solver, &probe)));
    CLPTI_TRY(clpti_parity_add(&result->arrays, "errors", CLPT_TYPE_F64, 1, CLPT_SHAPE(j->done), &errors, message));
    memcpy(errors->data, j->errors, (size_t)j->done * sizeof *j->errors);
    CLPTI_TRY(add_refined(j, &result->arrays));
cleanup:
    return status;
}

clpt_status clpti_job_dump(const clpti_job *j)
{
    clpt_status status = CLPT_OK;
    clpti_dump dump = {.run = {.label = ""}};
    const clpti_dump_model model = {&j->object, &j->probe, j->positions, &j->scan, j->propagation};
    CLPTI_TRY(clpti_dump_make(j->session, &model, &dump));
    CLPTI_TRY(add_facts(j, &dump.run));
    CLPTI_TRY(add_results(j, &dump.run));
    CLPTI_TRY(clpti_parity_manifest_context(&dump.run, j->session->context, &j->session->message));
    CLPTI_TRY(clpti_parity_manifest_add(&dump.run, CLPTI_PARITY_RUN, "scan", j->session->arguments->operand,
                                        &j->session->message));
    CLPTI_TRY(clpti_dump_write(j->session, j->v->dump, &dump));
cleanup:
    clpti_dump_free(&dump);
    return status;
}
