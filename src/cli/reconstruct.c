/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho reconstruct: object and probe from a measured scan. */
#include <stdlib.h>
#include <string.h>

#include "cli/beam.h"
#include "cli/commands.h"
#include "cli/parts.h"
#include "cli/progress.h"
#include "cli/result.h"
#include "cli/session.h"
#include "cli/start.h"
#include "core/memory.h"

typedef struct values {
    const char *out, *engine;
    int64_t iterations, batch, modes, probe_start, crop, bin;
    uint64_t seed;
    double alpha, step, momentum;
    int probe_scale;
    bool fftshift, object_from_file;
    clpti_beam_values beam;
} values;

static const clpti_option options[] = {
    {"out", CLPTI_OPTION_TEXT, "FILE.npz", offsetof(values, out),
     "result (default: FILE's name with _reconstruction.npz); pictures go beside it", NULL, 0, 0},
    {"iterations", CLPTI_OPTION_INTEGER, "N", offsetof(values, iterations), "times that every pattern is used", "64", 1,
     1e6},
    {"batch", CLPTI_OPTION_INTEGER, "N", offsetof(values, batch),
     "patterns per update of object and probe (default: the engine's, a tenth of the scan, at least 16)", NULL, 1, 1e9},
    {"modes", CLPTI_OPTION_INTEGER, "P", offsetof(values, modes),
     "incoherent probe modes (default: as many as probeGuess holds)", NULL, 1, 1000},
    {"alpha", CLPTI_OPTION_REAL, "A", offsetof(values, alpha),
     "rPIE's alpha for object and probe, over 0 to 1: smaller goes faster, larger is steadier (default: the engine's, "
     "0.2)",
     NULL, 1e-6, 1},
    {"step", CLPTI_OPTION_REAL, "F", offsetof(values, step),
     "factor on every step of object and probe, over 0 to 2 (default: the engine's)", NULL, 1e-6, 2},
    {"momentum", CLPTI_OPTION_REAL, "M", offsetof(values, momentum),
     "part of an iteration's change that goes on in the next, below 1; -1 for none (default: the engine's)", NULL, -1,
     0.999},
    {"engine", CLPTI_OPTION_TEXT, "NAME", offsetof(values, engine), "reconstruction engine", "rpie", 0, 0},
    {"seed", CLPTI_OPTION_SEED, "N", offsetof(values, seed), "of the order in which patterns are used", "0", 0, 0},
    {"probe-start", CLPTI_OPTION_INTEGER, "N", offsetof(values, probe_start),
     "first iteration, from 0, that updates the probe; -1 never does (default: the engine's, 1)", NULL, -1, 1e6},
    {"probe-scale", CLPTI_OPTION_CHOICE, "auto|data|file", offsetof(values, probe_scale),
     "scale of the starting probe: 'data' so that its power is the mean count of a pattern, 'file' as it is, 'auto' as "
     "it "
     "is where its power is half to four times that count, else 'data'",
     "auto", 0, 0},
    {"object-from-file", CLPTI_OPTION_FLAG, NULL, offsetof(values, object_from_file),
     "start from objectGuess, with the positions as they are, instead of from ones", NULL, 0, 0},
    {"crop", CLPTI_OPTION_INTEGER, "N", offsetof(values, crop), "keep the central N x N pixels of each pattern", NULL,
     1, 1e6},
    {"bin", CLPTI_OPTION_INTEGER, "K", offsetof(values, bin), "then sum K x K pixels into one", NULL, 1, 1e6},
    {"fftshift", CLPTI_OPTION_FLAG, NULL, offsetof(values, fftshift),
     "patterns have their zero frequency at pixel [0, 0]: move it to the centre", NULL, 0, 0},
    CLPTI_BEAM_OPTIONS(values, beam),
    {NULL, CLPTI_OPTION_FLAG, NULL, 0, NULL, NULL, 0, 0}};

typedef struct job {
    clpti_session *session;
    const values *v;
    clpti_scan_file scan;
    clpt_propagation propagation;
    double *positions;          /* [S, 2] in the pixels of the object */
    clpti_tensor object, probe; /* starting values, C128 */
    clpt_solver *solver;
    double *errors;
    clpti_result result;
    double seconds; /* spent iterating */
} job;

static clpt_status check_engine(clpti_session *session, const char *name)
{
    char known[256] = "";
    for (size_t k = 0; clpt_engine_name(k); ++k) {
        if (!strcmp(clpt_engine_name(k), name)) return CLPT_OK;
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", clpt_engine_name(k));
    }
    return clpti_session_usage(session, "unknown engine '%s'; there is: %s", name, known);
}

static clpt_status load_scan(job *j)
{
    const values *v = j->v;
    clpti_scan_options how = {.crop = v->crop,
                              .bin = v->bin,
                              .fftshift = v->fftshift,
                              .need_patterns = true,
                              .need_probe = true,
                              .need_object = v->object_from_file};
    const char *file = j->session->arguments->operand;
    clpti_beam_set(&v->beam, &how);
    clpt_status status = clpti_scan_load(file, &how, &j->scan, &j->session->message);
    if (status != CLPT_OK) return status;
    return clpti_beam_propagation(&v->beam, &j->scan, file, &j->propagation, &j->session->message);
}

static clpt_status start_from_file(job *j)
{
    clpt_status status = clpti_positions_check(j->session->arguments->operand, j->positions, j->scan.count,
                                               j->scan.side, &j->scan.object, &j->session->message);
    if (status != CLPT_OK) return status;
    j->object = j->scan.object; /* taken over */
    j->scan.object = (clpti_tensor){0};
    return CLPT_OK;
}

static clpt_status start_from_ones(job *j)
{
    clpti_layout layout = clpti_layout_of(j->scan.positions, j->scan.count, j->scan.side);
    for (int64_t k = 0; k < j->scan.count; ++k) {
        j->positions[2 * k] += layout.shift_x;
        j->positions[2 * k + 1] += layout.shift_y;
    }
    return clpti_start_object(layout.height, layout.width, &j->object, &j->session->message);
}

static clpt_status start(job *j)
{
    const values *v = j->v;
    size_t bytes = (size_t)j->scan.count * 2 * sizeof(double);
    clpt_status status = CLPT_OK;
    j->positions = clpti_malloc(j->scan.count, 2 * sizeof(double));
    j->errors = clpti_calloc(v->iterations, sizeof(double));
    if (!j->positions || !j->errors)
        return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for %lld positions",
                          (long long)j->scan.count);
    memcpy(j->positions, j->scan.positions, bytes);
    CLPTI_TRY(v->object_from_file ? start_from_file(j) : start_from_ones(j));
    status = clpti_start_probe(&j->scan, v->modes ? v->modes : j->scan.modes, (clpti_probe_scale)v->probe_scale,
                               &j->probe, &j->session->message);
    if (status != CLPT_OK) clpti_message_prefix(&j->session->message, "%s", j->session->arguments->operand);
cleanup:
    return status;
}

static clpt_status create_solver(job *j)
{
    const values *v = j->v;
    const clpti_arguments *arguments = j->session->arguments;
    clpt_measurement measurement = {.amplitude = j->scan.amplitude,
                                    .mask = j->scan.mask,
                                    .mask_per_pattern = j->scan.mask_per_pattern,
                                    .count = j->scan.count,
                                    .side = j->scan.side,
                                    .positions = j->positions};
    clpt_solver_options how = clpt_solver_options_default();
    how.engine = v->engine;
    how.seed = v->seed;
    how.propagation = j->propagation;
    how.step = v->step;
    how.momentum = v->momentum;
    if (v->batch) how.batch = v->batch;
    if (clpti_arguments_have(arguments, "alpha")) how.object_alpha = how.probe_alpha = v->alpha;
    if (clpti_arguments_have(arguments, "probe-start")) how.probe_start = v->probe_start;
    clpt_array object = clpti_tensor_view(&j->object), probe = clpti_tensor_view(&j->probe);
    return clpti_session_said(j->session,
                              clpt_solver_create(j->session->context, &measurement, &object, &probe, &how, &j->solver));
}

static clpt_status iterate(job *j)
{
    const values *v = j->v;
    clpti_progress progress = clpti_progress_start("iteration", v->iterations);
    double started = clpti_seconds(), before = started;
    clpt_status status = CLPT_OK;
    for (int64_t k = 0; k < v->iterations && status == CLPT_OK; ++k) {
        status = clpti_session_said(j->session, clpt_solver_iterate(j->solver, &j->errors[k]));
        double now = clpti_seconds();
        char note[64];
        snprintf(note, sizeof note, "error %.4f  %.3f s", j->errors[k], now - before);
        before = now;
        if (j->session->arguments->verbose && status == CLPT_OK)
            fprintf(stderr, "clptycho: iteration %lld/%lld  %s\n", (long long)k + 1, (long long)v->iterations, note);
        else
            clpti_progress_show(&progress, k + 1, note);
    }
    j->seconds = clpti_seconds() - started;
    clpti_progress_end(&progress);
    return status;
}

/* Takes the final state out of the solver. */
static clpt_status collect(job *j)
{
    clpti_session *session = j->session;
    clpti_result *result = &j->result;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_tensor_create(CLPT_C64, 2, j->object.shape, &result->object, &session->message));
    CLPTI_TRY(clpti_tensor_create(CLPT_C64, 3, j->probe.shape, &result->probe, &session->message));
    clpt_array object = clpti_tensor_view(&result->object), probe = clpti_tensor_view(&result->probe);
    CLPTI_TRY(clpti_session_said(session, clpt_solver_r_factor(j->solver, &result->r_factor, NULL)));
    CLPTI_TRY(clpti_session_said(session, clpt_solver_object(j->solver, &object)));
    CLPTI_TRY(clpti_session_said(session, clpt_solver_probe(j->solver, &probe)));
    if (probe.shape[0] > 1) CLPTI_TRY(clpti_session_said(session, clpt_orthogonalise(session->context, &probe)));
    result->positions = j->positions;
    result->count = j->scan.count;
    result->errors = j->errors;
    result->iterations = j->v->iterations;
cleanup:
    return status;
}

static void print_summary(const job *j, const char *path)
{
    double patterns = (double)j->scan.count * (double)j->v->iterations;
    printf("R-factor %.4f after %lld iterations in %.2f s (%.0f patterns/s) on %s; wrote %s\n", j->result.r_factor,
           (long long)j->v->iterations, j->seconds, patterns / j->seconds,
           clpt_context_device(j->session->context)->name, path);
}

static void free_job(job *j)
{
    clpt_solver_destroy(&j->solver);
    clpti_tensor_destroy(&j->result.object);
    clpti_tensor_destroy(&j->result.probe);
    clpti_tensor_destroy(&j->object);
    clpti_tensor_destroy(&j->probe);
    clpti_scan_free(&j->scan);
    free(j->positions);
    free(j->errors);
}

static clpt_status run(clpti_session *session, const void *given)
{
    job j = {.session = session, .v = given};
    char *path =
        j.v->out ? clpti_strdup(j.v->out) : clpti_result_path(session->arguments->operand, "_reconstruction.npz");
    clpt_status status = path ? CLPT_OK : clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no memory for a path");
    CLPTI_TRY(status);
    CLPTI_TRY(check_engine(session, j.v->engine));
    CLPTI_TRY(clpti_output_check(path, &session->message));
    CLPTI_TRY(load_scan(&j));
    CLPTI_TRY(start(&j));
    CLPTI_TRY(clpti_session_open(session));
    CLPTI_TRY(create_solver(&j));
    CLPTI_TRY(iterate(&j));
    CLPTI_TRY(collect(&j));
    CLPTI_TRY(clpti_result_write(path, &j.result, &session->message));
    CLPTI_TRY(clpti_result_pictures(path, &j.result, &session->message));
    print_summary(&j, path);
cleanup:
    free_job(&j);
    free(path);
    return status;
}

const clpti_command clpti_command_reconstruct = {
    .name = "reconstruct",
    .summary = "reconstructs object and probe from a scan (mini-batch rPIE)",
    .details =
        "Writes an NPZ with object [H, W], probe [P, N, N], positions [S, 2] (x, y patch centres in pixels of that "
        "object), errors [iterations] and r_factor, and four PNGs beside it: amplitude and phase of object and probe.",
    .operand = "FILE",
    .operand_needed = true,
    .example = "clptycho reconstruct scan.npz --iterations 100 --modes 3 --out result.npz",
    .options = options,
    .values_size = sizeof(values),
    .run = run};
