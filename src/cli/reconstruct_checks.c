/* SPDX-License-Identifier: Apache-2.0 */
/* Checks and warnings of `reconstruct` before it begins. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/dump.h"
#include "cli/warning.h"
#include "cli/reconstruct.h"
#include "cli/start.h"

/* True if an option of the solver differs from its default. */
static bool is_set(const clpti_job *j, const char *name)
{
    const clpt_solver_options defaults = clpt_solver_options_default();
    return !clpti_option_equal(clpti_option_find(clpti_solver_option_table, name), &j->v->solver, &defaults);
}

/* The solver's own checks, and options that have no effect without others. */
static clpt_status check_solver_options(const clpti_job *j)
{
    clpt_solver_options how = j->v->solver;
    how.propagation = j->v->beam.propagation;
    clpt_status status = clpti_solver_options_resolve(&how, 0, CLPTI_NAMING_COMMAND, NULL, &j->session->message);
    j->session->usage = status == CLPT_ERROR_ARGUMENT;
    if (status != CLPT_OK) return status;
    for (const clpt_option *o = clpti_solver_option_table; o->name; ++o) {
        if (!o->needs || !clpti_arguments_have(j->session->arguments, o->name) || is_set(j, o->needs)) continue;
        const clpt_option *needed = clpti_option_find(clpti_solver_option_table, o->needs);
        return clpti_session_usage(j->session, "--%s requires --%s %s", o->name, needed->name, needed->value);
    }
    return CLPT_OK;
}

static bool anything_begins(const clpti_job *j)
{
    for (const clpt_option *o = clpti_solver_option_table; o->name; ++o)
        if (o->flags & CLPT_OPTION_MAY_BE_NEVER && !o->needs &&
            clpti_option_number(o, &j->v->solver) != (double)CLPT_NEVER)
            return true;
    return false;
}

/* Options without effect are errors. */
clpt_status clpti_job_check_options(const clpti_job *j)
{
    const clpti_reconstruct_values *v = j->v;
    const clpti_arguments *given = j->session->arguments;
    clpt_status status = check_solver_options(j);
    if (status != CLPT_OK) return status;
    if (v->object_from_file && clpti_arguments_have(given, "object") && strcmp(v->object, "file"))
        return clpti_session_usage(j->session, "--object %s and --object-from-file exclude each other", v->object);
    if (clpti_job_starts_from(v, v->object) && strcmp(v->object, "flat") && strcmp(v->object, "random") &&
        strcmp(v->object, "file") && access(v->object, F_OK) != 0)
        return clpti_session_usage(j->session, "--object requires flat, random, file or the path of a file, not '%s'",
                                   v->object);
    if (v->time_limit && clpti_duration(v->time_limit) <= 0)
        return clpti_session_usage(j->session, "--time-limit requires a duration, 90, 45m, 2h or 1:30:00, not '%s'",
                                   v->time_limit);
    if (!anything_begins(j))
        return clpti_session_usage(j->session,
                                   "with --object-start never and --probe-start never nothing is reconstructed; "
                                   "'clptycho forward' reports their agreement with the scan");
    return CLPT_OK;
}

/* A start after the last iteration has no effect, which may be intended for a run in several parts. */
void clpti_job_warn_of_late_starts(const clpti_job *j)
{
    for (const clpt_option *o = clpti_solver_option_table; o->name; ++o) {
        if (!(o->flags & CLPT_OPTION_MAY_BE_NEVER) || !clpti_arguments_have(j->session->arguments, o->name)) continue;
        double start = clpti_option_number(o, &j->v->solver);
        if (start != (double)CLPT_NEVER && start >= (double)j->v->iterations)
            clpti_warn(j->session, "W002", "--%s %.15g has no effect: this run ends after %lld iterations", o->name,
                       start, (long long)j->v->iterations);
    }
}

/* Fails if outputs cannot be written, or would replace an input. */
clpt_status clpti_job_check_outputs(const clpti_job *j)
{
    clpt_status status = CLPT_OK;
    clpt_message *message = &j->session->message;
    const char *file = j->session->arguments->operand;
    char *checkpoint = clpti_checkpoint_path(j);
    if (!checkpoint) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path"));
    CLPTI_TRY(clpti_result_check(j->path, message));
    CLPTI_TRY(clpti_output_refuse_overwrite(j->path, "--out", file, message));
    const char *const read[] = {j->resume,          j->v->background, j->v->reading.mask, j->v->reading.dark,
                                j->v->reading.flat, j->v->probe,      j->v->object};
    for (size_t k = 0; k < sizeof read / sizeof *read; ++k)
        CLPTI_TRY(clpti_output_refuse_overwrite(j->path, "--out", read[k], message));
    CLPTI_TRY(clpti_output_refuse_overwrite(checkpoint, "--out", file, message));
    if (j->v->dump) CLPTI_TRY(clpti_parity_make_folder(j->v->dump, message));
cleanup:
    free(checkpoint);
    return status;
}

/* A power far from the counts scales the object far from 1, up to overflow. */
void clpti_job_warn_of_power(const clpti_job *j)
{
    double power = j->v->solver.probe_power, counts = clpti_mean_counts(&j->scan, NULL);
    if (power > 0 && counts > 0 && (power > 1e3 * counts || power < 1e-3 * counts))
        clpti_warn(
            j->session, "W003",
            "--probe-power %g, while the mean pattern has %.4g counts: the amplitude of the object will be about %.2g",
            power, counts, sqrt(counts / power));
}

/* Positions in metres, nanometres or motor steps would require an object beyond any memory. */
clpt_status clpti_job_check_extent(const clpti_job *j)
{
    if (!clpti_job_starts_from(j->v, "flat") && !clpti_job_starts_from(j->v, "random")) return CLPT_OK;
    return clpti_scan_check_extent(&j->scan, j->v->object_limit, j->session->arguments->operand, &j->session->message);
}
