/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho reconstruct: object and probe from a measured scan. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/doubts.h"
#include "cli/dump.h"
#include "cli/interrupt.h"
#include "cli/parts.h"
#include "cli/reconstruct.h"
#include "cli/start_choice.h"
#include "core/memory.h"

typedef clpti_reconstruct_values values;

static const clpt_option options[] = {
    {.name = "out",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, out),
     .flags = CLPTI_OPTION_OUTPUT,
     .help = "result, an NPZ or, with a name that ends in .h5, HDF5 (default: FILE's name with _reconstruction.npz); "
             "pictures "
             "go beside it"},
    {.name = "output",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, out),
     .flags = CLPTI_OPTION_OUTPUT,
     .help = "the same as --out"},
    {.name = "iterations",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, iterations),
     .minimum = 1,
     .maximum = 1e6,
     .default_text = "64",
     .flags = CLPTI_OPTION_LENGTH,
     .help = "times that every pattern is used"},
    {.name = "batch",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, batch),
     .minimum = 1,
     .maximum = 1e9,
     .help = "patterns per update of object and probe (default: the engine's, a tenth of the scan, at least 16)"},
    {.name = "modes",
     .kind = CLPT_OPTION_INTEGER,
     .value = "P",
     .offset = offsetof(values, modes),
     .minimum = 1,
     .maximum = 1000,
     .help = "incoherent probe modes (default: as many as probeGuess holds)"},
    {.name = "alpha",
     .kind = CLPT_OPTION_REAL,
     .value = "A",
     .offset = offsetof(values, alpha),
     .minimum = 1e-6,
     .maximum = 1,
     .help = "the regularisation of object and probe updates, over 0 to 1: smaller goes faster, larger is steadier; "
             "not for "
             "epie (default: the engine's, rpie's 0.2)"},
    {.name = "step",
     .kind = CLPT_OPTION_REAL,
     .value = "F",
     .offset = offsetof(values, step),
     .minimum = 1e-6,
     .maximum = 2,
     .help = "factor on every step of object and probe, over 0 to 2 (default: the engine's)"},
    {.name = "momentum",
     .kind = CLPT_OPTION_REAL,
     .value = "M",
     .offset = offsetof(values, momentum),
     .minimum = -1,
     .maximum = 0.999,
     .help =
         "part of an iteration's change that goes on in the next, below 1; 0 or -1 for none (default: the engine's)"},
    {.name = "relaxation",
     .kind = CLPT_OPTION_REAL,
     .value = "B",
     .offset = offsetof(values, relaxation),
     .minimum = 1e-6,
     .maximum = 1,
     .help = "beta of raar and dm, over 0 to 1 (default: 0.8 of raar, 0.9 of dm, whose published map has 1)"},
    {.name = "batches",
     .kind = CLPT_OPTION_CHOICE,
     .value = "random|compact",
     .offset = offsetof(values, batches),
     .default_text = "random",
     .help = "patterns that share an update: others in every iteration, or neighbours; for rpie and lsqml"},
    {.name = "likelihood",
     .kind = CLPT_OPTION_CHOICE,
     .value = "amplitude|poisson",
     .offset = offsetof(values, likelihood),
     .default_text = "amplitude",
     .help =
         "what is maximised: that of square roots of counts with equal errors, or that of counts, for patterns of few; "
         "poisson "
         "for ml and lsqml alone"},
    {.name = "position-start",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, position_start),
     .maximum = 1e6,
     .default_text = "0",
     .help = "first iteration, from 1, that refines the positions; 0 never does"},
    {.name = "position-step",
     .kind = CLPT_OPTION_REAL,
     .value = "F",
     .offset = offsetof(values, position_step),
     .minimum = 1e-6,
     .maximum = 10,
     .default_text = "1",
     .help = "factor on the best displacement of each pattern"},
    {.name = "position-limit",
     .kind = CLPT_OPTION_REAL,
     .value = "PIXELS",
     .offset = offsetof(values, position_limit),
     .minimum = 1e-6,
     .maximum = 100,
     .default_text = "0.5",
     .help = "most that a position moves in an iteration"},
    {.name = "position-range",
     .kind = CLPT_OPTION_REAL,
     .value = "PIXELS",
     .offset = offsetof(values, position_range),
     .minimum = 1e-6,
     .maximum = 1000,
     .default_text = "10",
     .help = "most that a position ends up from where it was, or from where an affine map of all puts it"},
    {.name = "position-stretch",
     .kind = CLPT_OPTION_REAL,
     .value = "F",
     .offset = offsetof(values, position_stretch),
     .minimum = -1,
     .maximum = 10,
     .default_text = "0.5",
     .help = "factor on the stretch and turn of all positions that explain most; 0 or -1 for none, and for "
             "displacements free "
             "of such an affine map"},
    {.name = "position-dilation",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, position_dilation),
     .help = "refine the dilation of all positions too: for a probe that is known, and many photons"},
    {.name = "position-affine",
     .kind = CLPT_OPTION_REAL,
     .value = "PART",
     .offset = offsetof(values, position_affine),
     .maximum = 1,
     .default_text = "0",
     .help = "part of the displacements that no affine map explains which each iteration takes back, 0 to 1"},
    {.name = "intensity-start",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, intensity_start),
     .maximum = 1e6,
     .default_text = "0",
     .help = "first iteration, from 1, that refines a factor on the probe's amplitude for each pattern; 0 never does"},
    {.name = "background",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, background),
     .flags = CLPTI_OPTION_SOURCE,
     .help = "counts that every pattern holds besides: array 'background' of this file, a scan or a result; 'none' "
             "leaves the "
             "scan's own out"},
    {.name = "background-start",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, background_start),
     .maximum = 1e6,
     .default_text = "0",
     .help = "first iteration, from 1, that refines the background, from what is given or from 0; 0 never does"},
    {.name = "background-smooth",
     .kind = CLPT_OPTION_REAL,
     .value = "PIXELS",
     .offset = offsetof(values, background_smooth),
     .maximum = 100,
     .default_text = "0",
     .help = "standard deviation of a Gaussian over which pixels share what the refined background becomes; 0: every "
             "pixel for "
             "itself"},
    {.name = "opr-modes",
     .kind = CLPT_OPTION_INTEGER,
     .value = "J",
     .offset = offsetof(values, opr_modes),
     .maximum = 64,
     .default_text = "0",
     .help = "variable modes that the first probe mode of each pattern has besides, for rpie and lsqml; 0: one probe "
             "for all"},
    {.name = "opr-start",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, opr_start),
     .minimum = 1,
     .maximum = 1e6,
     .default_text = "1",
     .help = "first iteration, from 1, with variable modes"},
    {.name = "orthogonalise",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .offset = offsetof(values, orthogonalise),
     .maximum = 1e6,
     .default_text = "0",
     .help = "make probe modes orthogonal every K iterations, for rpie, epie and lsqml; 0: only in the result"},
    {.name = "probe-centre",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .offset = offsetof(values, probe_centre),
     .maximum = 1e6,
     .default_text = "0",
     .help = "bring the probe back to the middle of its array every K iterations, the object with it; 0 never does"},
    {.name = "object-start",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, object_start),
     .minimum = -1,
     .maximum = 1e6,
     .default_text = "0",
     .help = "first iteration, from 0, that updates the object; -1 never does"},
    {.name = "object-smooth",
     .kind = CLPT_OPTION_REAL,
     .value = "PART",
     .offset = offsetof(values, object_smooth),
     .maximum = 1,
     .default_text = "0",
     .help = "part of the object that is smoothed over a pixel after each iteration, 0 to 1"},
    {.name = "object-tv",
     .kind = CLPT_OPTION_REAL,
     .value = "W",
     .offset = offsetof(values, object_tv),
     .maximum = 1e6,
     .default_text = "0",
     .help = "weight of total variation after each iteration: about the size of noise to remove"},
    {.name = "object-least",
     .kind = CLPT_OPTION_REAL,
     .value = "A",
     .offset = offsetof(values, object_least),
     .maximum = 1e6,
     .default_text = "0",
     .help = "least amplitude of the object"},
    {.name = "object-most",
     .kind = CLPT_OPTION_REAL,
     .value = "A",
     .offset = offsetof(values, object_most),
     .maximum = 1e6,
     .default_text = "0",
     .help = "most amplitude of the object; 0: no limit"},
    {.name = "probe-support",
     .kind = CLPT_OPTION_REAL,
     .value = "R",
     .offset = offsetof(values, probe_support),
     .maximum = 1,
     .default_text = "0",
     .help = "radius of a round support of the probe, as a part of its side; 0: none"},
    {.name = "probe-power",
     .kind = CLPT_OPTION_REAL,
     .value = "COUNTS",
     .offset = offsetof(values, probe_power),
     .maximum = 1e30,
     .default_text = "0",
     .help = "power that the probe is brought to after each iteration; 0: free"},
    {.name = "engine",
     .kind = CLPT_OPTION_TEXT,
     .value = "NAME",
     .offset = offsetof(values, engine),
     .default_text = "rpie",
     .help = "rpie, epie, lsqml, ml, dm or raar (docs/engines.md)"},
    {.name = "seed",
     .kind = CLPT_OPTION_SEED,
     .value = "N",
     .offset = offsetof(values, seed),
     .default_text = "0",
     .help = "of the order in which patterns are used, and of --object random"},
    {.name = "probe-start",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, probe_start),
     .minimum = -1,
     .maximum = 1e6,
     .default_text = "1",
     .help = "first iteration, from 0, that updates the probe; -1 never does"},
    {.name = "probe-scale",
     .kind = CLPT_OPTION_CHOICE,
     .value = "auto|data|file",
     .offset = offsetof(values, probe_scale),
     .default_text = "auto",
     .help = "scale of the starting probe: 'data' so that its power is the mean count of a pattern, 'file' as it is, "
             "'auto' as "
             "it "
             "is where its power is half to four times that count, else 'data'"},
    {.name = "probe",
     .kind = CLPT_OPTION_TEXT,
     .value = "KIND",
     .offset = offsetof(values, probe),
     .flags = CLPTI_OPTION_SOURCE,
     .help =
         "starting probe: 'file' (the scan's), 'mean' (the mean pattern's root, flat in phase, brought to the sample), "
         "'disc:R' or 'gaussian:S' (radius or standard deviation, pixels), 'defocus:R[,A]' (a lens out of focus: spot "
         "of "
         "radius R, pupil of A detector pixels), or the path of a result or scan (default: the scan's, else 'mean')"},
    {.name = "object",
     .kind = CLPT_OPTION_TEXT,
     .value = "KIND",
     .offset = offsetof(values, object),
     .default_text = "flat",
     .flags = CLPTI_OPTION_SOURCE,
     .help = "starting object: 'flat' (ones), 'random' (phases from the seed), 'file' (the scan's objectGuess, with "
             "positions "
             "as they are), or the path of a result or scan, with its positions"},
    {.name = "object-from-file",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, object_from_file),
     .flags = CLPTI_OPTION_SOURCE,
     .help = "the same as --object file"},
    {.name = "orientation",
     .kind = CLPT_OPTION_TEXT,
     .value = "auto|LIST",
     .offset = offsetof(values, orientation),
     .default_text = "none",
     .help = "how positions lie to patterns: 'auto' tries flips and transposes on the middle of the scan and takes "
             "what fits "
             "best; or some of transpose, flip-x, flip-y (positions), pattern-transpose, pattern-flip-x, "
             "pattern-flip-y, with "
             "commas"},
    {.name = "checkpoint",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .offset = offsetof(values, checkpoint),
     .minimum = 1,
     .maximum = 1e6,
     .flags = CLPTI_OPTION_OUTPUT,
     .help = "write the state beside the result every K iterations"},
    {.name = "resume",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, resume),
     .flags = CLPTI_OPTION_OUTPUT,
     .help = "go on from this checkpoint of the same scan and options, to the same bits as without a break"},
    {.name = "dump",
     .kind = CLPT_OPTION_TEXT,
     .value = "DIR",
     .offset = offsetof(values, dump),
     .flags = CLPTI_OPTION_OUTPUT,
     .help = "write the start, the first patterns' stages from it, and object, probe and errors into a folder that "
             "'parity' "
             "compares with another"},
    {.name = "mask",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, mask),
     .flags = CLPTI_OPTION_SOURCE,
     .help =
         "bad pixels besides the scan's own: array 'mask' [H, W] of this file, 1 = good, or the mask of a CXI file"},
    {.name = "crop",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, crop),
     .minimum = 1,
     .maximum = 1e6,
     .help = "keep the central N x N pixels of each pattern"},
    {.name = "bin",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .offset = offsetof(values, bin),
     .minimum = 1,
     .maximum = 1e6,
     .help = "then sum K x K pixels into one"},
    {.name = "fftshift",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, fftshift),
     .help = "patterns have their zero frequency at pixel [0, 0]: move it to the centre"},
    {.name = NULL}};
static const clpti_option_table shared[] = {{clpti_beam_options, offsetof(values, beam)}, {NULL, 0}};

typedef clpti_job job;

static void warn_of(const char *sentence)
{
    clpti_warn("%s", sentence);
}

static clpt_status load_scan(job *j)
{
    const values *v = j->v;
    clpti_scan_options how = {.crop = v->crop,
                              .bin = v->bin,
                              .fftshift = v->fftshift,
                              .background = v->background,
                              .mask = v->mask,
                              .need_patterns = true,
                              .need_probe = v->probe && !strcmp(v->probe, "file"),
                              .no_probe = v->probe && strcmp(v->probe, "file"),
                              .need_object = clpti_job_starts_from(v, "file")};
    const char *file = j->session->arguments->operand;
    clpti_beam_set(&v->beam, &how);
    clpt_status status = clpti_scan_load(file, &how, &j->scan, &j->session->message);
    if (status != CLPT_OK) return status;
    return clpti_beam_propagation(&v->beam, &j->scan, file, &j->propagation, &j->session->message);
}

/* A 0 that was asked for is none; to the library 0 is the engine's own. */
static double or_none(const job *j, const char *option, double value)
{
    return value == 0 && clpti_arguments_have(j->session->arguments, option) ? -1 : value;
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
                                    .positions = j->positions,
                                    .background = j->scan.background};
    clpt_solver_options how = clpt_solver_options_default();
    how.engine = v->engine;
    how.seed = v->seed;
    how.propagation = j->propagation;
    how.step = v->step;
    how.momentum = or_none(j, "momentum", v->momentum);
    how.batches = (clpt_batches)v->batches;
    how.likelihood = (clpt_likelihood)v->likelihood;
    how.relaxation = v->relaxation;
    how.object_start = v->object_start;
    how.object_smooth = v->object_smooth;
    how.object_tv = v->object_tv;
    how.object_least = v->object_least;
    how.object_most = v->object_most;
    how.probe_support = v->probe_support;
    how.probe_power = v->probe_power;
    how.position_start = v->position_start;
    how.intensity_start = v->intensity_start;
    how.background_start = v->background_start;
    how.background_smooth = v->background_smooth;
    how.opr_modes = v->opr_modes;
    how.opr_start = v->opr_modes > 0 ? v->opr_start : 0;
    how.orthogonalise = v->orthogonalise;
    how.probe_centre = v->probe_centre;
    how.position_step = v->position_step;
    how.position_limit = v->position_limit;
    how.position_range = v->position_range;
    how.position_stretch = or_none(j, "position-stretch", v->position_stretch);
    how.position_dilation = v->position_dilation;
    how.position_affine = v->position_affine;
    if (v->batch) how.batch = v->batch;
    if (clpti_arguments_have(arguments, "alpha")) how.object_alpha = how.probe_alpha = v->alpha;
    if (clpti_arguments_have(arguments, "probe-start")) how.probe_start = v->probe_start;
    clpt_array object = clpti_tensor_view(&j->object), probe = clpti_tensor_view(&j->probe);
    return clpti_session_said(j->session,
                              clpt_solver_create(j->session->context, &measurement, &object, &probe, &how, &j->solver));
}

/* What the model was corrected by, where it was. */
static clpt_status collect_corrections(job *j)
{
    clpti_session *session = j->session;
    clpti_result *result = &j->result;
    clpt_status status = CLPT_OK;
    int64_t side = j->scan.side;
    if (j->v->intensity_start > 0) {
        CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_F64, 1, CLPT_SHAPE(j->scan.count), &result->amplitude_factors,
                                      &session->message));
        CLPTI_TRY(
            clpti_session_said(session, clpt_solver_get_amplitude_factors(j->solver, result->amplitude_factors.data)));
    }
    if (j->scan.background || j->v->background_start > 0) {
        CLPTI_TRY(
            clpti_tensor_create(CLPT_TYPE_F64, 2, CLPT_SHAPE(side, side), &result->background, &session->message));
        CLPTI_TRY(clpti_session_said(session, clpt_solver_get_background(j->solver, result->background.data)));
    }
    if (j->v->opr_modes > 0) {
        CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 3, CLPT_SHAPE(j->v->opr_modes, side, side), &result->opr_modes,
                                      &session->message));
        CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 2, CLPT_SHAPE(j->scan.count, j->v->opr_modes),
                                      &result->opr_coefficients, &session->message));
        clpt_array modes = clpti_tensor_view(&result->opr_modes), by = clpti_tensor_view(&result->opr_coefficients);
        CLPTI_TRY(clpti_session_said(session, clpt_solver_get_opr_modes(j->solver, &modes)));
        CLPTI_TRY(clpti_session_said(session, clpt_solver_get_opr_coefficients(j->solver, &by)));
    }
cleanup:
    return status;
}

/* Takes the final state out of the solver. */
static clpt_status collect(job *j)
{
    clpti_session *session = j->session;
    clpti_result *result = &j->result;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 2, j->object.shape, &result->object, &session->message));
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 3, j->probe.shape, &result->probe, &session->message));
    clpt_array object = clpti_tensor_view(&result->object), probe = clpti_tensor_view(&result->probe);
    CLPTI_TRY(clpti_session_said(session, clpt_solver_evaluate_r_factor(j->solver, &result->r_factor, NULL)));
    if (!isfinite(result->r_factor))
        CLPTI_TRY(clpti_fail(&session->message, CLPT_ERROR_ARGUMENT,
                             "%s: the R-factor became %g after iteration %lld and no result was written; a smaller "
                             "--step or a larger --alpha is steadier",
                             session->arguments->operand, result->r_factor, (long long)j->done));
    CLPTI_TRY(
        clpti_session_said(session, clpt_solver_evaluate_loss(j->solver, CLPT_LOSS_POISSON, &result->poisson, NULL)));
    CLPTI_TRY(clpti_session_said(session, clpt_solver_get_object(j->solver, &object)));
    CLPTI_TRY(clpti_session_said(session, clpt_solver_get_probe(j->solver, &probe)));
    /* Variable modes belong to the first mode as it is. */
    if (probe.shape[0] > 1 && j->v->opr_modes == 0)
        CLPTI_TRY(clpti_session_said(session, clpt_orthogonalise(session->context, &probe)));
    CLPTI_TRY(clpti_session_said(session, clpt_solver_get_positions(j->solver, j->positions)));
    CLPTI_TRY(collect_corrections(j));
    result->positions = j->positions;
    result->count = j->scan.count;
    result->errors = j->errors;
    result->iterations = j->done;
    result->origin = (clpti_origin){.scan = session->arguments->operand,
                                    .arguments = session->arguments,
                                    .device = clpt_context_get_device(session->context),
                                    .data = &j->scan,
                                    .orientation = clpti_orientation_text(&j->orientation, j->orientation_words),
                                    .photons = clpti_mean_counts(&j->scan, NULL),
                                    .used = clpt_solver_get_options(j->solver)};
cleanup:
    return status;
}

static void print_summary(const job *j)
{
    double patterns = (double)j->scan.count * (double)(j->done - j->first);
    printf("Poisson likelihood %.8g\n", j->result.poisson);
    printf("R-factor %.4f after %lld iterations in %.2f s (%.0f patterns/s) on %s; wrote %s\n", j->result.r_factor,
           (long long)j->done, j->seconds, j->seconds > 0 ? patterns / j->seconds : 0,
           clpt_context_get_device(j->session->context)->name, j->path);
}

/* A run that a signal stopped says how to go on, and the command ends with a status of its own. */
static clpt_status report_stop(const job *j)
{
    char *path = clpti_checkpoint_path(j);
    fprintf(stderr, "clptycho: stopped after %lld of %lld iterations; %s%s\n", (long long)j->done,
            (long long)j->v->iterations, j->unsaved ? "there is no checkpoint to go on from" : "go on with --resume ",
            j->unsaved || !path ? "" : path);
    free(path);
    j->session->stopped = true;
    return CLPT_ERROR_CANCELLED;
}

static void free_job(job *j)
{
    clpt_solver_destroy(&j->solver);
    clpti_tensor_destroy(&j->result.object);
    clpti_tensor_destroy(&j->result.probe);
    clpti_tensor_destroy(&j->result.amplitude_factors);
    clpti_tensor_destroy(&j->result.background);
    clpti_tensor_destroy(&j->result.opr_modes);
    clpti_tensor_destroy(&j->result.opr_coefficients);
    clpti_tensor_destroy(&j->object);
    clpti_tensor_destroy(&j->probe);
    clpti_scan_free(&j->scan);
    free(j->positions);
    free(j->errors);
    free(j->path);
}

/* Turns the scan as the options say, or as fits best. */
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
        return clpti_session_usage(j->session,
                                   "--orientation moves positions: it goes with --object flat or random only");
    return strcmp(text, "auto") ? clpti_orientation_parse(j->session, text, &j->orientation) : CLPT_OK;
}

static clpt_status prepare(job *j)
{
    clpti_session *session = j->session;
    clpti_probe_choice probe;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_job_check_options(j));
    CLPTI_TRY(clpti_probe_choice_parse(session, j->v->probe, &probe));
    CLPTI_TRY(check_orientation(j));
    CLPTI_TRY(clpti_job_check_outputs(j));
    clpti_session_prepare(session);
    CLPTI_TRY(load_scan(j));
    CLPTI_TRY(clpti_job_check_extent(j));
    CLPTI_TRY(clpti_session_open(session));
    CLPTI_TRY(orient(j, &probe));
    CLPTI_TRY(clpti_job_start(j, &probe));
    clpti_job_warn_of_power(j);
    CLPTI_TRY(create_solver(j));
    if (j->v->resume) CLPTI_TRY(clpti_checkpoint_read(j->v->resume, j, &session->message));
    clpti_scan_doubts(&j->scan, warn_of);
    clpti_job_warn_of_late_starts(j);
cleanup:
    return status;
}

static clpt_status run(clpti_session *session, const void *given)
{
    job j = {.session = session, .v = given};
    clpt_status status = CLPT_OK;
    j.path = j.v->out ? clpti_strdup(j.v->out) : clpti_result_path(session->arguments->operand, "_reconstruction.npz");
    if (!j.path) CLPTI_TRY(clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no memory for a path"));
    CLPTI_TRY(prepare(&j));
    CLPTI_TRY(clpti_job_iterate(&j));
    if (j.v->dump) CLPTI_TRY(clpti_job_dump(&j));
    CLPTI_TRY(collect(&j));
    CLPTI_TRY(clpti_result_save(j.path, &j.result, &session->message));
    print_summary(&j);
    if (j.stopped) status = report_stop(&j);
cleanup:
    clpti_interrupt_release();
    free_job(&j);
    return status;
}

const clpti_command clpti_command_reconstruct = {
    .name = "reconstruct",
    .summary = "reconstructs object and probe from a scan",
    .details =
        "Writes an NPZ or HDF5 file with object [H, W], probe [P, N, N], positions [S, 2] (x, y patch centres in "
        "pixels of that "
        "object), errors [iterations], r_factor, poisson (likelihood) and what the model was corrected by, and four "
        "PNGs beside it: "
        "amplitude and phase of object and probe.",
    .operand = "FILE",
    .operand_needed = true,
    .example = "clptycho reconstruct scan.npz --iterations 100 --modes 3 --out result.npz",
    .options = options,
    .shared = shared,
    .values_size = sizeof(values),
    .run = run};
