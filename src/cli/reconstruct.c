/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho reconstruct: object and probe from a measured scan. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/warning.h"
#include "cli/dump.h"
#include "cli/interrupt.h"
#include "cli/file_contents.h"
#include "cli/reconstruct.h"
#include "cli/result_frames.h"
#include "cli/scan_options.h"
#include "cli/probe_choice.h"
#include "core/memory.h"

typedef clpti_reconstruct_values values;

typedef clpti_job job;

static void warn_of(void *session, const char *code, const char *sentence)
{
    clpti_warn(session, code, "%s", sentence);
}

static clpt_status load_scan(job *j)
{
    const values *v = j->v;
    clpti_scan_options how = {.background = v->background,
                              .need_patterns = true,
                              .need_probe = v->probe && !strcmp(v->probe, "file"),
                              .no_probe = clpti_optics_given(&v->optics) || (v->probe && strcmp(v->probe, "file")),
                              .need_object = clpti_job_starts_from(v, "file")};
    const char *file = j->session->arguments->operand;
    clpti_beam_set(&v->beam, &how);
    clpti_scan_values_set(&v->reading, &how);
    clpt_status status = clpti_scan_load(file, &how, &j->scan, &j->session->message);
    if (status != CLPT_OK) return status;
    clpti_scan_warn_notes(j->session, &j->scan);
    return clpti_beam_propagation(&v->beam, &j->scan, file, &j->propagation, &j->session->message);
}

static clpt_status create_solver(job *j)
{
    clpti_session *session = j->session;
    clpt_measurement measurement = {.size = sizeof measurement,
                                    .amplitude = j->scan.amplitude,
                                    .mask = j->scan.mask,
                                    .mask_per_pattern = j->scan.mask_per_pattern,
                                    .count = j->scan.count,
                                    .side = j->scan.side,
                                    .positions = j->positions,
                                    .background = j->scan.background};
    clpt_solver_options how = j->v->solver;
    const double factor = (double)j->scan.side / (double)j->measured;
    how.size = sizeof how;
    how.position_limit *= factor; /* pixels of the measured grid */
    how.position_range *= factor;
    clpt_array object = clpti_tensor_view(&j->object), probe = clpti_tensor_view(&j->probe);
    clpt_status status = CLPT_OK;
    how.propagation = j->propagation;
    CLPTI_TRY(clpti_job_choose_subpixel(j, &how));
    CLPTI_TRY(clpti_solver_options_resolve(&how, j->scan.count, CLPTI_NAMING_COMMAND, NULL, &session->message));
    CLPTI_TRY(clpti_session_check(
        session, clpt_solver_create(session->context, &measurement, &object, &probe, &how, &j->solver)));
cleanup:
    return status;
}

/* Corrections of the model, if they were refined. */
static clpt_status collect_corrections(job *j)
{
    clpti_session *session = j->session;
    clpti_result *result = &j->result;
    clpt_status status = CLPT_OK;
    int64_t side = j->scan.side;
    if (j->v->solver.intensity_start != CLPT_NEVER) {
        CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_F64, 1, CLPT_SHAPE(j->scan.frames), &result->amplitude_factors,
                                      &session->message));
        CLPTI_TRY(
            clpti_session_check(session, clpt_solver_get_amplitude_factors(j->solver, result->amplitude_factors.data)));
    }
    if (j->scan.background || j->v->solver.background_start != CLPT_NEVER) {
        CLPTI_TRY(
            clpti_tensor_create(CLPT_TYPE_F64, 2, CLPT_SHAPE(side, side), &result->background, &session->message));
        CLPTI_TRY(clpti_session_check(session, clpt_solver_get_background(j->solver, result->background.data)));
    }
    if (j->v->solver.opr_modes > 0) {
        CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 3, CLPT_SHAPE(j->v->solver.opr_modes, side, side),
                                      &result->opr_modes, &session->message));
        CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 2, CLPT_SHAPE(j->scan.frames, j->v->solver.opr_modes),
                                      &result->opr_coefficients, &session->message));
        clpt_array modes = clpti_tensor_view(&result->opr_modes);
        clpt_array by = clpt_array_host(result->opr_coefficients.data, CLPT_TYPE_C64, 2,
                                        CLPT_SHAPE(j->scan.count, j->v->solver.opr_modes));
        CLPTI_TRY(clpti_session_check(session, clpt_solver_get_opr_modes(j->solver, &modes)));
        CLPTI_TRY(clpti_session_check(session, clpt_solver_get_opr_coefficients(j->solver, &by)));
    }
cleanup:
    return status;
}

/* Copies the final state from the solver. */
static clpt_status collect(job *j)
{
    clpti_session *session = j->session;
    clpti_result *result = &j->result;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 2, j->object.shape, &result->object, &session->message));
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 3, j->probe.shape, &result->probe, &session->message));
    clpt_array object = clpti_tensor_view(&result->object), probe = clpti_tensor_view(&result->probe);
    if (!j->continues) CLPTI_TRY(clpti_job_remove_lattice(j)); /* it changes the solver's object */
    CLPTI_TRY(clpti_session_check(session, clpt_solver_evaluate_r_factor(j->solver, &result->r_factor, NULL)));
    if (!isfinite(result->r_factor))
        CLPTI_TRY(clpti_fail(&session->message, CLPT_ERROR_ARGUMENT,
                             "%s: the R-factor became %g after iteration %lld and no result was written; a smaller "
                             "--step or a larger --alpha is more stable",
                             session->arguments->operand, result->r_factor, (long long)j->done));
    CLPTI_TRY(
        clpti_session_check(session, clpt_solver_evaluate_loss(j->solver, CLPT_LOSS_POISSON, &result->poisson, NULL)));
    CLPTI_TRY(clpti_session_check(session, clpt_solver_get_object(j->solver, &object)));
    CLPTI_TRY(clpti_session_check(session, clpt_solver_get_probe(j->solver, &probe)));
    /* Variable modes belong to the first mode before any rotation. */
    if (probe.shape[0] > 1 && j->v->solver.opr_modes == 0)
        CLPTI_TRY(clpti_session_check(session, clpt_orthogonalise(session->context, &probe)));
    CLPTI_TRY(clpti_session_check(session, clpt_solver_get_positions(j->solver, j->positions)));
    CLPTI_TRY(collect_corrections(j));
    CLPTI_TRY(clpti_result_spread(&j->scan, j->positions, result, &session->message));
    result->subpixel = clpt_solver_get_options(j->solver)->subpixel;
    result->pad_detector = (double)j->scan.side / (double)j->measured;
    result->errors = j->errors;
    result->iterations = j->done;
    result->origin = (clpti_origin){.scan = session->arguments->operand,
                                    .arguments = session->arguments,
                                    .device = clpt_context_get_device(session->context),
                                    .data = &j->scan,
                                    .orientation = clpti_orientation_text(&j->orientation, j->orientation_words),
                                    .photons = clpti_mean_counts(&j->scan, NULL),
                                    .used = *clpt_solver_get_options(j->solver)};
cleanup:
    return status;
}

static void print_summary(const job *j)
{
    double patterns = (double)j->scan.count * (double)(j->done - j->first);
    const clpti_building *building = &j->session->building;
    clpti_run_log(j->session, "R-factor %.6f after %lld iterations in %.2f s; wrote %s", j->result.r_factor,
                  (long long)j->done, j->seconds, j->path);
    printf("Poisson likelihood %.8g\n", j->result.poisson);
    if (building->count)
        printf("Kernels built in %.2f s%s\n", building->seconds, building->uncached ? "" : " (first run only)");
    printf("R-factor %.4f after %lld iterations in %.2f s (%.0f patterns/s) on %s; wrote %s\n", j->result.r_factor,
           (long long)j->done, j->seconds, j->seconds > 0 ? patterns / j->seconds : 0,
           clpt_context_get_device(j->session->context)->name, j->path);
}

/* Reports how to continue a run that a signal stopped; the command ends with a status of its own. */
static clpt_status report_stop(const job *j)
{
    char *path = clpti_checkpoint_path(j);
    fprintf(stderr, "clptycho: stopped%s after %lld of %lld iterations; %s%s\n", j->timed_out ? " by --time-limit" : "",
            (long long)j->done, (long long)j->v->iterations,
            j->unsaved ? "there is no checkpoint to continue from" : "continue with --resume ",
            j->unsaved || !path ? "" : path);
    free(path);
    j->session->stopped = true;
    return CLPT_ERROR_CANCELLED;
}

static void free_result(clpti_result *result)
{
    clpti_tensor_destroy(&result->object);
    clpti_tensor_destroy(&result->probe);
    clpti_tensor_destroy(&result->used);
    clpti_tensor_destroy(&result->amplitude_factors);
    clpti_tensor_destroy(&result->background);
    clpti_tensor_destroy(&result->opr_modes);
    clpti_tensor_destroy(&result->opr_coefficients);
}

/* A copy of the job owns positions and result: those of the job identify the run in later checkpoints. */
clpt_status clpti_job_save_result(const clpti_job *j)
{
    job now = *j;
    now.continues = true;
    clpt_status status = CLPT_OK;
    now.positions = clpti_malloc(j->scan.frames, 2 * sizeof *now.positions);
    if (!now.positions)
        return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for %lld positions",
                          (long long)j->scan.frames);
    memcpy(now.positions, j->positions, (size_t)j->scan.frames * 2 * sizeof *now.positions);
    CLPTI_TRY(collect(&now));
    CLPTI_TRY(clpti_result_save(j->path, &now.result, &j->session->message));
cleanup:
    free_result(&now.result);
    free(now.positions);
    return status;
}

static void free_job(job *j)
{
    clpti_good_state_free(&j->good);
    clpt_solver_destroy(&j->solver);
    free_result(&j->result);
    clpti_tensor_destroy(&j->object);
    clpti_tensor_destroy(&j->probe);
    clpti_scan_free(&j->scan);
    free(j->positions);
    free(j->errors);
    free(j->path);
    free(j->resume);
}

/* Applies the orientation from the options, or the best one. */
static clpt_status orient(job *j, const clpti_probe_choice *probe)
{
    clpt_status status = CLPT_OK;
    if (!strcmp(j->v->orientation, "auto"))
        CLPTI_TRY(clpti_orientation_find(j->session, &j->scan, &j->propagation, probe, &j->orientation));
    status = clpti_orientation_apply(&j->orientation, &j->scan, &j->session->message);
cleanup:
    return status;
}

static clpt_status check_orientation(job *j)
{
    const char *text = j->v->orientation;
    if (!strcmp(text, "none")) return CLPT_OK;
    if (!clpti_job_starts_from(j->v, "flat") && !clpti_job_starts_from(j->v, "random"))
        return clpti_session_usage(j->session, "--orientation moves positions: it requires --object flat or random");
    return strcmp(text, "auto") ? clpti_orientation_parse(j->session, text, &j->orientation) : CLPT_OK;
}

/* The checkpoint to resume from: --resume FILE, or with --resume auto that of an earlier run, if there is one. */
static clpt_status find_checkpoint(job *j)
{
    const char *given = j->v->resume;
    if (!given) return CLPT_OK;
    j->resume_if_present = !strcmp(given, "auto");
    j->resume = j->resume_if_present ? clpti_checkpoint_path(j) : clpti_strdup(given);
    if (!j->resume) return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for a path");
    if (!j->resume_if_present || access(j->resume, F_OK) == 0) return CLPT_OK;
    free(j->resume);
    j->resume = NULL;
    return CLPT_OK;
}

static clpt_status prepare(job *j)
{
    clpti_session *session = j->session;
    clpti_probe_choice probe;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_job_check_options(j));
    CLPTI_TRY(find_checkpoint(j));
    CLPTI_TRY(clpti_probe_choice_parse(session, j->v->probe, &probe));
    CLPTI_TRY(clpti_probe_choice_add_optics(session, &j->v->optics, j->v->probe, &probe));
    CLPTI_TRY(check_orientation(j));
    CLPTI_TRY(clpti_job_check_outputs(j));
    clpti_session_prepare(session);
    CLPTI_TRY(load_scan(j));
    CLPTI_TRY(clpti_job_check_extent(j));
    CLPTI_TRY(clpti_session_open(session));
    CLPTI_TRY(orient(j, &probe));
    clpti_scan_check_quality(&j->scan, warn_of, session);
    CLPTI_TRY(clpti_job_start(j, &probe));
    clpti_job_warn_of_power(j);
    CLPTI_TRY(create_solver(j));
    if (j->resume) CLPTI_TRY(clpti_checkpoint_read(j->resume, j, &session->message));
    clpti_job_warn_of_late_starts(j);
    CLPTI_TRY(clpti_warnings_refuse(session));
cleanup:
    return status;
}

static clpt_status run(clpti_session *session, const void *given)
{
    job j = {.session = session, .v = given};
    clpt_status status = CLPT_OK;
    clpti_interrupt_watch_saves();
    j.path = j.v->out ? clpti_strdup(j.v->out) : clpti_result_path(session->arguments->operand, "_reconstruction.npz");
    if (!j.path) CLPTI_TRY(clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no memory for a path"));
    CLPTI_TRY(prepare(&j));
    if (j.v->dry_run) {
        status = clpti_job_print_plan(&j);
        goto cleanup;
    }
    CLPTI_TRY(clpti_job_iterate(&j));
    if (j.v->dump && !j.diverged) CLPTI_TRY(clpti_job_dump(&j));
    CLPTI_TRY(collect(&j));
    CLPTI_TRY(clpti_result_save(j.path, &j.result, &session->message));
    clpti_job_describe(&j);
    print_summary(&j);
    if (j.stopped) status = report_stop(&j);
    if (j.diverged) status = clpti_fail(&session->message, CLPT_ERROR_ARGUMENT, "%s", j.divergence);
cleanup:
    clpti_interrupt_release();
    free_job(&j);
    return status;
}

const clpti_command clpti_command_reconstruct = {
    .name = "reconstruct",
    .summary = "reconstructs object and probe from a scan",
    .details =
        "Writes an NPZ or HDF5 file with object [H, W], probe [P, N, N], positions [S, 2] (x, y patch centres "
        "in pixels of that object), errors [iterations], r_factor, poisson (likelihood) and refined corrections "
        "of the model, and six PNGs: amplitude and phase of object and probe, the object in colour, and the errors.",
    .operand = "FILE",
    .operand_needed = true,
    .example = "clptycho reconstruct scan.npz --iterations 100 --modes 3 --out result.npz",
    .options = clpti_reconstruct_options,
    .shared = clpti_reconstruct_shared,
    .main = "out|iterations|engine|batch|likelihood|probe|object|modes|position-start|mask|"
            "crop|checkpoint|resume",
    .groups = "start|optics|engine|probe|object|positions|data|near field|running",
    .values_size = sizeof(values),
    .run = run};
