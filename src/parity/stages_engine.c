/* SPDX-License-Identifier: Apache-2.0 */
/* Iterations of one engine: object and probe after the last or after each iteration, errors of all iterations. */
#include <stdio.h>

#include "parity/stages.h"

static clpt_status create(clpti_parity_task *task, clpt_solver **solver)
{
    const clpti_parity_config *c = &task->problem->config;
    clpt_status status = CLPT_OK;
    clpt_array object, probe, amplitude, mask, positions;
    CLPTI_TRY(clpti_parity_input(task, "object", &object));
    CLPTI_TRY(clpti_parity_input(task, "probe", &probe));
    CLPTI_TRY(clpti_parity_input(task, "amplitude", &amplitude));
    CLPTI_TRY(clpti_parity_input(task, "mask", &mask));
    CLPTI_TRY(clpti_parity_input(task, "positions", &positions));
    const clpt_measurement measurement = {.size = sizeof measurement,
                                          .amplitude = amplitude.data,
                                          .mask = mask.data,
                                          .mask_per_pattern = true,
                                          .count = amplitude.shape[0],
                                          .side = amplitude.shape[1],
                                          .positions = positions.data};
    clpt_solver_options how = clpt_solver_options_default();
    how.engine = task->engine;
    how.batch = c->batch > 0 ? c->batch : CLPT_DEFAULT;
    how.seed = c->seed;
    how.probe_start = c->probe_start;
    how.object_alpha = how.probe_alpha = c->alpha > 0 ? c->alpha : (double)CLPT_DEFAULT;
    how.propagation = clpti_parity_propagation(c);
    CLPTI_TRY(
        clpti_parity_pass_status(task, clpt_solver_create(task->context, &measurement, &object, &probe, &how, solver)));
cleanup:
    return status;
}

/* Adds the current object and probe, named after the iteration. */
static clpt_status keep(clpti_parity_task *task, clpt_solver *solver, int64_t iteration)
{
    clpt_status status = CLPT_OK;
    clpt_array object, probe, out;
    char name[48];
    CLPTI_TRY(clpti_parity_input(task, "object", &object));
    CLPTI_TRY(clpti_parity_input(task, "probe", &probe));
    snprintf(name, sizeof name, "object.%lld", (long long)iteration);
    CLPTI_TRY(clpti_parity_out(task, name, true, 2, object.shape, &out));
    CLPTI_TRY(clpti_parity_pass_status(task, clpt_solver_get_object(solver, &out)));
    snprintf(name, sizeof name, "probe.%lld", (long long)iteration);
    CLPTI_TRY(clpti_parity_out(task, name, true, 3, probe.shape, &out));
    CLPTI_TRY(clpti_parity_pass_status(task, clpt_solver_get_probe(solver, &out)));
cleanup:
    return status;
}

clpt_status clpti_parity_engine(clpti_parity_task *task)
{
    const clpti_parity_config *c = &task->problem->config;
    clpt_status status = CLPT_OK;
    clpt_solver *solver = NULL;
    clpt_array errors;
    CLPTI_TRY(create(task, &solver));
    CLPTI_TRY(clpti_parity_numbers(task, "errors", 1, CLPT_SHAPE(c->iterations), &errors));
    for (int64_t k = 0; k < c->iterations; k++) {
        CLPTI_TRY(clpti_parity_pass_status(task, clpt_solver_iterate(solver, (double *)errors.data + k)));
        if (c->each_iteration || k + 1 == c->iterations) CLPTI_TRY(keep(task, solver, k + 1));
    }
cleanup:
    clpt_solver_destroy(&solver);
    return status;
}
