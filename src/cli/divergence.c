/* SPDX-License-Identifier: Apache-2.0 */
/* Divergence of `reconstruct`: a run whose error is not finite, or exceeds 1 and its best by half, stops. The last good
 * object and probe, copied every few iterations while the error is near its best, become the result. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/file_contents.h"
#include "cli/reconstruct.h"

static const double tolerated_rise = 1.05; /* of the error above its best, for a copy */
static const double excessive_rise = 1.5;
enum { COPIES = 32 }; /* at most, in a run */

void clpti_good_state_free(clpti_good_state *good)
{
    clpti_tensor_destroy(&good->object);
    clpti_tensor_destroy(&good->probe);
}

bool clpti_job_diverges(const clpti_job *j)
{
    const double error = j->errors[j->done], best = j->good.best;
    return !isfinite(error) || (j->good.best > 0 && error > 1 && error > excessive_rise * best);
}

clpt_status clpti_job_keep_good(clpti_job *j)
{
    clpti_good_state *good = &j->good;
    clpt_status status = CLPT_OK;
    const double error = j->errors[j->done - 1];
    const int64_t every = j->v->iterations / COPIES + 1;
    good->best = good->best > 0 ? fmin(good->best, error) : error;
    if (error > tolerated_rise * good->best || (good->object.data && j->done < good->iteration + every)) return CLPT_OK;
    if (!good->object.data) {
        CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 2, j->object.shape, &good->object, &j->session->message));
        CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 3, j->probe.shape, &good->probe, &j->session->message));
    }
    clpt_array object = clpti_tensor_view(&good->object), probe = clpti_tensor_view(&good->probe);
    CLPTI_TRY(clpti_session_check(j->session, clpt_solver_get_object(j->solver, &object)));
    CLPTI_TRY(clpti_session_check(j->session, clpt_solver_get_probe(j->solver, &probe)));
    good->iteration = j->done;
cleanup:
    return status;
}

/* Sets the array of that name in the solver's state. */
static clpt_status restore(clpti_job *j, const char *name, const clpti_tensor *from)
{
    for (size_t i = 0; i < clpt_solver_get_state_count(j->solver); ++i) {
        clpt_solver_array entry;
        clpt_status status = clpti_session_check(j->session, clpt_solver_describe_state(j->solver, i, &entry));
        if (status != CLPT_OK) return status;
        if (strcmp(entry.name, name)) continue;
        clpt_array array = clpti_tensor_view(from);
        return clpti_session_check(j->session, clpt_solver_set_state(j->solver, i, &array));
    }
    return CLPT_OK;
}

clpt_status clpti_job_return_to_good(clpti_job *j)
{
    const double error = j->errors[j->done];
    const long long iteration = (long long)j->done + 1, iterations = (long long)j->v->iterations;
    static const char *const remedy =
        "check counts, start and scale; if they are right, a smaller --step, a smaller --momentum or a larger --alpha "
        "is more stable";
    clpt_status status = CLPT_OK;
    j->diverged = true;
    if (!j->good.object.data)
        return clpti_fail(&j->session->message, CLPT_ERROR_ARGUMENT,
                          "%s: the error became %g in iteration %lld of %lld and nothing was written; %s",
                          j->session->arguments->operand, error, iteration, iterations, remedy);
    CLPTI_TRY(restore(j, "object", &j->good.object));
    CLPTI_TRY(restore(j, "probe", &j->good.probe));
    j->done = j->good.iteration;
    snprintf(
        j->divergence, sizeof j->divergence,
        "%s: the run diverged, its error became %g in iteration %lld of %lld; the state after iteration %lld, error "
        "%.4f, was written to %s; %s",
        j->session->arguments->operand, error, iteration, iterations, (long long)j->done, j->errors[j->done - 1],
        j->path, remedy);
cleanup:
    return status;
}
