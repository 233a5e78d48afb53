/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho simulate: a simulated scan, from given or built-in object, probe and positions. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/document.h"
#include "cli/warning.h"
#include "cli/predict.h"
#include "cli/sample.h"
#include "cli/simulate.h"
#include "core/memory.h"

typedef clpti_simulate_values values;
typedef clpti_simulation job;

enum { OBJECT_FILE = 2, PROBE_FILE = 3, POSITIONS_FILE = 3 };

static const clpt_option options[] = {
    {.name = "out",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE.npz",
     .offset = offsetof(values, out),
     .help = "scan file to write (required)"},
    {.name = "from",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, from),
     .help = "use object, probe, positions and mask of this scan or result, as far as present"},
    {.name = "object",
     .kind = CLPT_OPTION_CHOICE,
     .value = CLPTI_SAMPLE_OBJECTS "|file",
     .offset = offsetof(values, object),
     .help = "a Siemens star or overlapping cells (default: --from's object, else star)"},
    {.name = "probe",
     .kind = CLPT_OPTION_CHOICE,
     .value = CLPTI_SAMPLE_PROBES "|file",
     .offset = offsetof(values, probe),
     .help = "a soft disc, a Gaussian, or a defocused round lens (default: --from's probe, else focus)"},
    {.name = "pupil",
     .kind = CLPT_OPTION_REAL,
     .value = "FRACTION",
     .offset = offsetof(values, pupil),
     .minimum = 0.05,
     .maximum = 1,
     .default_text = "0.4",
     .help = "radius of the lens's pupil for --probe focus, as a fraction of half the detector"},
    {.name = "positions",
     .kind = CLPT_OPTION_CHOICE,
     .value = CLPTI_SAMPLE_SCANS "|file",
     .offset = offsetof(values, positions),
     .help = "scan pattern (default: --from's positions, else grid)"},
    {.name = "size",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, size),
     .minimum = 4,
     .maximum = 65536,
     .help = "side of the patterns in pixels (default: the probe's, else 64; with --pad twice the probe's, else 128)"},
    {.name = "pad",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, pad),
     .help = "zero-pad the probe to --size; a built-in one has half of that"},
    {.name = "object-size",
     .kind = CLPT_OPTION_INTEGER,
     .value = "PIXELS",
     .offset = offsetof(values, object_size),
     .minimum = 4,
     .maximum = 1e6,
     .help = "side of a built-in object (default: that required by the scan)"},
    {.name = "count",
     .kind = CLPT_OPTION_INTEGER,
     .value = "S",
     .offset = offsetof(values, count),
     .minimum = 1,
     .maximum = 1e9,
     .help = "number of positions (default: as many as fit the object, 100 without a given size)"},
    {.name = "step",
     .kind = CLPT_OPTION_REAL,
     .value = "PIXELS",
     .offset = offsetof(values, step),
     .minimum = 1e-3,
     .maximum = 1e6,
     .help = "distance of neighbours on a grid; spiral and random: one position per step^2 (default: N/8)"},
    {.name = "jitter",
     .kind = CLPT_OPTION_REAL,
     .value = "PIXELS",
     .offset = offsetof(values, jitter),
     .maximum = 1e6,
     .default_text = "0",
     .help = "standard deviation of random displacements of all positions"},
    {.name = "photons",
     .kind = CLPT_OPTION_REAL,
     .value = "P",
     .offset = offsetof(values, photons),
     .maximum = 1e15,
     .default_text = "1e6",
     .help = "mean counts per pattern, with Poisson noise; 0: noise-free"},
    {.name = "position-error",
     .kind = CLPT_OPTION_REAL,
     .value = "PIXELS",
     .offset = offsetof(values, position_error),
     .maximum = 1e6,
     .default_text = "0",
     .help = "maximum error of xcoords and ycoords in x and y; the exact positions are xcoords_true and ycoords_true"},
    {.name = "dead",
     .kind = CLPT_OPTION_REAL,
     .value = "FRACTION",
     .offset = offsetof(values, dead),
     .maximum = 0.99,
     .default_text = "0",
     .help = "fraction of dead detector pixels, which read 0 in every pattern; they are masked"},
    {.name = "background",
     .kind = CLPT_OPTION_REAL,
     .value = "COUNTS",
     .offset = offsetof(values, background),
     .maximum = 1e12,
     .default_text = "0",
     .help = "additive background: mean counts per pixel, with their own noise"},
    {.name = "intensity-jitter",
     .kind = CLPT_OPTION_REAL,
     .value = "FRACTION",
     .offset = offsetof(values, intensity_jitter),
     .maximum = 10,
     .default_text = "0",
     .help = "relative standard deviation of each pattern's illumination; the factors are intensity_true"},
    {.name = "modes",
     .kind = CLPT_OPTION_INTEGER,
     .value = "P",
     .offset = offsetof(values, modes),
     .minimum = 1,
     .maximum = 1000,
     .help = "incoherent probe modes (default: the file's, else 1)"},
    {.name = "seed",
     .kind = CLPT_OPTION_SEED,
     .value = "N",
     .offset = offsetof(values, seed),
     .default_text = "0",
     .help = "seed of texture, random positions, jitter, errors, dead pixels, illumination and counts"},
    {.name = NULL}};
static const clpti_option_table shared[] = {{clpti_solver_option_table, offsetof(values, solver), "subpixel"},
                                            {clpti_propagation_option_table, offsetof(values, beam.propagation), NULL},
                                            {clpti_beam_options, offsetof(values, beam), NULL},
                                            {clpti_optics_options, offsetof(values, optics), NULL},
                                            {clpti_scan_value_options, offsetof(values, reading), "object-pixel"},
                                            {clpti_simulate_fine_options, 0, NULL},
                                            {NULL, 0, NULL}};

/* Removes the data of the file that the options replace, and reports requested data that it does not contain. */
static clpt_status take_file(job *j)
{
    const clpti_arguments *arguments = j->session->arguments;
    const values *v = j->v;
    bool requested[3] = {clpti_arguments_have(arguments, "object"), clpti_arguments_have(arguments, "probe"),
                         clpti_arguments_have(arguments, "positions")};
    bool file[3] = {requested[0] && v->object == OBJECT_FILE, requested[1] && v->probe == PROBE_FILE,
                    requested[2] && v->positions == POSITIONS_FILE};
    static const char *const names[3] = {"object", "probe", "positions"};
    if (v->from) {
        clpt_status status = clpti_file_contents_load(v->from, &j->parts, &j->session->message);
        if (status != CLPT_OK) return status;
    }
    bool there[3] = {j->parts.object.data != NULL, j->parts.probe.data != NULL, j->parts.positions != NULL};
    for (int k = 0; k < 3; ++k)
        if (file[k] && !v->from)
            return clpti_session_usage(j->session, "--%s file requires --from FILE", names[k]);
        else if (file[k] && !there[k])
            return clpti_fail(&j->session->message, CLPT_ERROR_FILE, "%s: contains no %s", v->from, names[k]);
    if (clpti_optics_given(&v->optics)) {
        if (requested[1])
            return clpti_session_usage(j->session,
                                       "--probe and a pupil (--convergence, --zone-plate, --mirrors) exclude "
                                       "each other");
        clpti_tensor_destroy(&j->parts.probe);
    }
    if (requested[0] && !file[0]) clpti_tensor_destroy(&j->parts.object);
    if (requested[1] && !file[1]) clpti_tensor_destroy(&j->parts.probe);
    if (requested[2] && !file[2]) {
        free(j->parts.positions);
        j->parts.positions = NULL;
        j->parts.count = 0;
    }
    j->object_given = j->parts.object.data != NULL;
    if (j->object_given && v->object_size)
        return clpti_session_usage(j->session, "--object-size applies to built-in objects; this one comes from %s",
                                   v->from);
    if (j->parts.positions && (v->count || clpti_arguments_have(arguments, "step")))
        return clpti_session_usage(j->session,
                                   "--count and --step apply to built-in positions; these come from %s (replace them "
                                   "with --positions grid, spiral or random)",
                                   v->from);
    return CLPT_OK;
}

static clpt_status check_scan(job *j)
{
    const clpti_file_contents *parts = &j->parts;
    int64_t side = parts->probe.shape[1], count = parts->count;
    clpt_status status = clpti_positions_check(j->session, j->v->from ? j->v->from : "built-in scan", parts->positions,
                                               count, j->illuminated, &parts->object);
    if (status != CLPT_OK) return status;
    const clpti_tensor *mask = &parts->mask;
    if (mask->data && (mask->shape[mask->rank - 1] != side || mask->shape[mask->rank - 2] != side ||
                       (mask->rank == 3 && mask->shape[0] != count))) {
        clpti_warn(j->session, "W008", "the mask of %s does not match this scan and is ignored", j->v->from);
        clpti_tensor_destroy(&j->parts.mask);
    }
    return CLPT_OK;
}

/* Scales the probe so that the mean pattern has --photons counts: object and probe then predict the data without a
 * scale. */
static clpt_status scale_probe(job *j)
{
    clpti_session *session = j->session;
    clpt_array object = clpti_tensor_view(&j->parts.object), probe = clpti_tensor_view(&j->parts.probe);
    clpt_scan *scan = NULL;
    double scale = 1;
    clpt_forward_options how = clpt_forward_options_default();
    how.subpixel = j->v->solver.subpixel;
    clpt_status status =
        clpti_session_check(session, clpt_scan_create(session->context, j->parts.positions, j->parts.count, &scan));
    if (status == CLPT_OK)
        status = clpti_session_check(
            session, clpt_photon_scale(session->context, &object, scan, &probe, &how, j->v->photons, &scale));
    clpt_scan_destroy(&scan);
    double *numbers = j->parts.probe.data;
    for (int64_t i = 0; status == CLPT_OK && i < 2 * clpti_tensor_count(&j->parts.probe); ++i) numbers[i] *= scale;
    return status;
}

/* Built-in samples have no beam: a near field requires all its numbers as options. */
static clpt_status find_propagation(job *j)
{
    clpti_scan_options how = {0};
    clpti_beam_set(&j->v->beam, &how);
    return clpti_beam_propagation(&j->v->beam, &(clpti_scan_file){.beam = how.beam}, NULL, &j->propagation,
                                  &j->session->message);
}

static clpt_status expose(job *j)
{
    int64_t pixels = j->parts.probe.shape[1] * j->parts.probe.shape[2], total;
    if (!clpti_multiply(j->parts.count, pixels, &total) || !(j->amplitude = clpti_malloc(total, sizeof(float))))
        return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for %lld patterns of %lld pixels",
                          (long long)j->parts.count, (long long)pixels);
    if (clpti_simulate_is_fine(j)) return clpti_simulate_expose_fine(j);
    clpt_status status = clpti_session_open(j->session);
    if (status == CLPT_OK && j->v->photons > 0) status = scale_probe(j);
    clpti_model model = {.object = &j->parts.object,
                         .probe = &j->parts.probe,
                         .positions = j->parts.positions,
                         .count = j->parts.count,
                         .propagation = j->propagation,
                         .subpixel = j->v->solver.subpixel};
    return status == CLPT_OK ? clpti_predict(j->session, &model, "simulate", clpti_simulate_measure, j) : status;
}

static clpt_status run(clpti_session *session, const void *given)
{
    job j = {.session = session, .v = given};
    clpt_status status = CLPT_OK;
    if (!j.v->out) CLPTI_TRY(clpti_session_usage(session, "--out FILE.npz is missing"));
    CLPTI_TRY(clpti_output_check_npz(j.v->out, &session->message));
    CLPTI_TRY(clpti_output_refuse_overwrite(j.v->out, "--out", j.v->from, &session->message));
    status = clpti_optics_check(&j.v->optics, &session->message);
    session->usage = status != CLPT_OK;
    CLPTI_TRY(status);
    CLPTI_TRY(take_file(&j));
    CLPTI_TRY(clpti_simulate_check_fine(&j));
    CLPTI_TRY(find_propagation(&j));
    CLPTI_TRY(clpti_simulate_probe(&j));
    CLPTI_TRY(clpti_simulate_scan(&j));
    CLPTI_TRY(check_scan(&j));
    CLPTI_TRY(clpti_simulate_defects(&j));
    CLPTI_TRY(expose(&j));
    CLPTI_TRY(clpti_simulate_write(&j));
    clpti_document_output(session, j.v->out);
    printf("%lld patterns of %lld x %lld pixels from an object of %lld rows x %lld columns; wrote %s\n",
           (long long)j.parts.count, (long long)j.parts.probe.shape[1], (long long)j.parts.probe.shape[2],
           (long long)j.parts.object.shape[0], (long long)j.parts.object.shape[1], j.v->out);
cleanup:
    clpti_file_contents_free(&j.parts);
    clpti_tensor_destroy(&j.slices);
    free(j.motion);
    free(j.nominal);
    free(j.reported);
    free(j.intensity);
    free(j.amplitude);
    return status;
}

const clpti_command clpti_command_simulate = {
    .name = "simulate",
    .summary = "simulates a scan by the forward model or by finer physics, from a file or built-in samples",
    .details = "Writes diff3d (amplitude), xcoords, ycoords, xcoords_start and ycoords_start (before jitter), "
               "scan_index, probeGuess and objectGuess, scaled so that these two predict the data; if requested, a "
               "mask, and the true values of a scan with errors. Positions are patch centres in pixels of the object.",
    .example = "clptycho simulate --object cells --positions spiral --count 200 --photons 1e5 --seed 7 --out scan.npz",
    .options = options,
    .shared = shared,
    .values_size = sizeof(values),
    .run = run};
