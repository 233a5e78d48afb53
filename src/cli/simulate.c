/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho simulate: a scan as it would be measured, from a given or built-in object, probe and positions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/beam.h"
#include "cli/commands.h"
#include "cli/modes.h"
#include "cli/parts.h"
#include "cli/predict.h"
#include "cli/sample.h"
#include "cli/session.h"
#include "cli/start.h"
#include "core/memory.h"
#include "core/poisson.h"

typedef struct values {
    const char *out, *from;
    int object, probe, positions; /* indices into the words; the last one is "file" */
    int64_t size, count, modes, object_size;
    double step, jitter, photons;
    uint64_t seed;
    clpti_beam_values beam;
} values;

enum { OBJECT_FILE = 2, PROBE_FILE = 3, POSITIONS_FILE = 3 };
static const int64_t default_side = 64;
static const double added_mode_factor = 0.3;

static const clpti_option options[] = {
    {"out", CLPTI_OPTION_TEXT, "FILE.npz", offsetof(values, out), "the scan to write (needed)", NULL, 0, 0},
    {"from", CLPTI_OPTION_TEXT, "FILE", offsetof(values, from),
     "take object, probe and positions (and mask) from this scan or result, each where it is there", NULL, 0, 0},
    {"object", CLPTI_OPTION_CHOICE, CLPTI_SAMPLE_OBJECTS "|file", offsetof(values, object),
     "a Siemens star or overlapping cells (default: --from's object, else star)", NULL, 0, 0},
    {"probe", CLPTI_OPTION_CHOICE, CLPTI_SAMPLE_PROBES "|file", offsetof(values, probe),
     "a soft disc, a Gaussian, or a round lens out of focus (default: --from's probe, else focus)", NULL, 0, 0},
    {"positions", CLPTI_OPTION_CHOICE, CLPTI_SAMPLE_SCANS "|file", offsetof(values, positions),
     "scan pattern (default: --from's positions, else grid)", NULL, 0, 0},
    {"size", CLPTI_OPTION_INTEGER, "N", offsetof(values, size),
     "pixels a side of pattern and probe (default: the probe's, else 64)", NULL, 4, 65536},
    {"object-size", CLPTI_OPTION_INTEGER, "PIXELS", offsetof(values, object_size),
     "side of a built-in object (default: what the scan needs)", NULL, 4, 1e6},
    {"count", CLPTI_OPTION_INTEGER, "S", offsetof(values, count),
     "positions (default: as many as the object holds, 100 where its size is open)", NULL, 1, 1e9},
    {"step", CLPTI_OPTION_REAL, "PIXELS", offsetof(values, step),
     "distance of neighbours on a grid; spiral and random have a position to every step^2 (default: N/8)", NULL, 1e-3,
     1e6},
    {"jitter", CLPTI_OPTION_REAL, "PIXELS", offsetof(values, jitter),
     "standard deviation of a random move of every position", "0", 0, 1e6},
    {"photons", CLPTI_OPTION_REAL, "P", offsetof(values, photons),
     "mean counts of a pattern, Poisson noise on; 0 is noise-free", "1e6", 0, 1e15},
    {"modes", CLPTI_OPTION_INTEGER, "P", offsetof(values, modes),
     "incoherent probe modes (default: the file's, else 1)", NULL, 1, 1000},
    {"seed", CLPTI_OPTION_SEED, "N", offsetof(values, seed), "of texture, random positions, jitter and counts", "0", 0,
     0},
    CLPTI_BEAM_OPTIONS(values, beam),
    {NULL, CLPTI_OPTION_FLAG, NULL, 0, NULL, NULL, 0, 0}};

typedef struct job {
    clpti_session *session;
    const values *v;
    clpti_parts parts; /* what is simulated from: first the file's, then completed */
    double *nominal;   /* [count, 2] before jitter; NULL: the positions themselves */
    float *amplitude;  /* [count, N, N] */
    bool object_given; /* by the file */
    clpt_propagation propagation;
} job;

/* Lets go of the parts of the file that the options replace, and says so where one is asked for that is not there. */
static clpt_status take_file(job *j)
{
    const clpti_arguments *arguments = j->session->arguments;
    const values *v = j->v;
    bool asked[3] = {clpti_arguments_have(arguments, "object"), clpti_arguments_have(arguments, "probe"),
                     clpti_arguments_have(arguments, "positions")};
    bool file[3] = {asked[0] && v->object == OBJECT_FILE, asked[1] && v->probe == PROBE_FILE,
                    asked[2] && v->positions == POSITIONS_FILE};
    static const char *const names[3] = {"object", "probe", "positions"};
    if (v->from) {
        clpt_status status = clpti_parts_load(v->from, &j->parts, &j->session->message);
        if (status != CLPT_OK) return status;
    }
    bool there[3] = {j->parts.object.data != NULL, j->parts.probe.data != NULL, j->parts.positions != NULL};
    for (int k = 0; k < 3; ++k)
        if (file[k] && !v->from)
            return clpti_session_usage(j->session, "--%s file needs --from FILE", names[k]);
        else if (file[k] && !there[k])
            return clpti_fail(&j->session->message, CLPT_ERROR_FILE, "%s: holds no %s", v->from, names[k]);
    if (asked[0] && !file[0]) clpti_tensor_destroy(&j->parts.object);
    if (asked[1] && !file[1]) clpti_tensor_destroy(&j->parts.probe);
    if (asked[2] && !file[2]) {
        free(j->parts.positions);
        j->parts.positions = NULL;
        j->parts.count = 0;
    }
    j->object_given = j->parts.object.data != NULL;
    if (j->object_given && v->object_size)
        return clpti_session_usage(j->session, "--object-size is for built-in objects; this one comes from %s",
                                   v->from);
    if (j->parts.positions && (v->count || clpti_arguments_have(arguments, "step")))
        return clpti_session_usage(j->session,
                                   "--count and --step are for built-in positions; these come from %s (give "
                                   "--positions grid, spiral or random to replace them)",
                                   v->from);
    return CLPT_OK;
}

/* The probe with the modes asked for. */
static clpt_status complete_probe(job *j)
{
    const values *v = j->v;
    clpti_tensor *probe = &j->parts.probe;
    clpt_message *message = &j->session->message;
    if (!probe->data) {
        clpti_sample_probe kind =
            clpti_arguments_have(j->session->arguments, "probe") ? (clpti_sample_probe)v->probe : CLPTI_SAMPLE_FOCUS;
        return clpti_sample_probe_make(kind, v->modes ? v->modes : 1, v->size ? v->size : default_side, probe, message);
    }
    if (v->size && v->size != probe->shape[1])
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--size %lld, but the probe of %s has %lld pixels a side",
                          (long long)v->size, v->from, (long long)probe->shape[1]);
    if (!v->modes || v->modes == probe->shape[0]) return CLPT_OK;
    clpti_tensor whole = {0};
    int64_t shape[3] = {v->modes, probe->shape[1], probe->shape[2]};
    int64_t have = probe->shape[0] < v->modes ? probe->shape[0] : v->modes;
    clpt_status status = clpti_tensor_create(CLPT_C128, 3, shape, &whole, message);
    if (status != CLPT_OK) return status;
    memcpy(whole.data, probe->data, (size_t)(have * shape[1] * shape[2]) * 2 * sizeof(double));
    clpti_modes_add(whole.data, have, v->modes, shape[1], added_mode_factor);
    clpti_tensor_destroy(probe);
    *probe = whole;
    return CLPT_OK;
}

static void move_positions(double *positions, int64_t count, double x, double y)
{
    for (int64_t k = 0; k < count; ++k) {
        positions[2 * k] += x;
        positions[2 * k + 1] += y;
    }
}

/* Built-in positions, around (0, 0). */
static clpt_status make_positions(job *j)
{
    const values *v = j->v;
    const clpti_arguments *arguments = j->session->arguments;
    const int64_t *shape = j->object_given ? j->parts.object.shape : (const int64_t[]){v->object_size, v->object_size};
    int64_t side = j->parts.probe.shape[1], height = shape[0], width = shape[1];
    clpti_sample_scan_options how = {
        .kind = clpti_arguments_have(arguments, "positions") ? (clpti_sample_scan)v->positions : CLPTI_SAMPLE_GRID,
        .count = v->count,
        .step = clpti_arguments_have(arguments, "step") ? v->step : (double)side / 8,
        .jitter = v->jitter,
        .seed = v->seed};
    if (height) { /* room for the patch, its bilinear neighbour, and nearly all of the jitter */
        double edge = (double)side + 2 * CLPTI_START_MARGIN + 6 * v->jitter;
        how.span_x = fmax((double)width - edge, 1e-6);
        how.span_y = fmax((double)height - edge, 1e-6);
    }
    return clpti_sample_scan_make(&how, &j->parts.positions, &j->nominal, &j->parts.count, &j->session->message);
}

/* Positions of a file, moved by --jitter. */
static clpt_status jitter_positions(job *j)
{
    int64_t numbers = 2 * j->parts.count;
    if (!(j->v->jitter > 0)) return CLPT_OK;
    j->nominal = clpti_malloc(numbers, sizeof(double));
    if (!j->nominal) return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for positions");
    memcpy(j->nominal, j->parts.positions, (size_t)numbers * sizeof(double));
    for (int64_t i = 0; i < numbers; ++i)
        j->parts.positions[i] += j->v->jitter * clpti_normal(j->v->seed, CLPTI_STREAM_JITTER, (uint64_t)i);
    return CLPT_OK;
}

/* Positions and object, one fitted to the other: positions of a file mean pixels of a file's object; all else is
 * centred. */
static clpt_status complete_scan(job *j)
{
    const values *v = j->v;
    clpti_parts *parts = &j->parts;
    bool positions_given = parts->positions != NULL;
    clpt_status status = positions_given ? jitter_positions(j) : make_positions(j);
    if (status != CLPT_OK) return status;
    if (positions_given && j->object_given) return CLPT_OK;
    clpti_layout layout = clpti_layout_of(parts->positions, parts->count, parts->probe.shape[1]);
    int64_t height = j->object_given ? parts->object.shape[0] : v->object_size ? v->object_size : layout.height;
    int64_t width = j->object_given ? parts->object.shape[1] : v->object_size ? v->object_size : layout.width;
    double x = floor(0.5 * (double)(width - layout.width)) + layout.shift_x;
    double y = floor(0.5 * (double)(height - layout.height)) + layout.shift_y;
    move_positions(parts->positions, parts->count, x, y);
    if (j->nominal) move_positions(j->nominal, parts->count, x, y);
    if (j->object_given) return CLPT_OK;
    clpti_sample_object kind =
        clpti_arguments_have(j->session->arguments, "object") ? (clpti_sample_object)v->object : CLPTI_SAMPLE_STAR;
    return clpti_sample_object_make(kind, v->seed, height, width, &parts->object, &j->session->message);
}

static clpt_status check_scan(job *j)
{
    const clpti_parts *parts = &j->parts;
    int64_t side = parts->probe.shape[1], count = parts->count;
    clpt_status status = clpti_positions_check(j->v->from ? j->v->from : "built-in scan", parts->positions, count, side,
                                               &parts->object, &j->session->message);
    if (status != CLPT_OK) return status;
    const clpti_tensor *mask = &parts->mask;
    if (mask->data && (mask->shape[mask->rank - 1] != side || mask->shape[mask->rank - 2] != side ||
                       (mask->rank == 3 && mask->shape[0] != count))) {
        clpti_warn("the mask of %s does not fit this scan and is left out", j->v->from);
        clpti_tensor_destroy(&j->parts.mask);
    }
    return CLPT_OK;
}

/* Scales the probe so that the mean pattern has --photons counts: object and probe then predict the data as they are.
 */
static clpt_status scale_probe(job *j)
{
    clpti_session *session = j->session;
    clpt_array object = clpti_tensor_view(&j->parts.object), probe = clpti_tensor_view(&j->parts.probe);
    clpt_scan *scan = NULL;
    double scale = 1;
    clpt_status status =
        clpti_session_said(session, clpt_scan_create(session->context, j->parts.positions, j->parts.count, &scan));
    if (status == CLPT_OK)
        status = clpti_session_said(
            session, clpt_photon_scale(session->context, &object, scan, &probe, NULL, j->v->photons, &scale));
    clpt_scan_destroy(&scan);
    double *numbers = j->parts.probe.data;
    for (int64_t i = 0; status == CLPT_OK && i < 2 * clpti_tensor_count(&j->parts.probe); ++i) numbers[i] *= scale;
    return status;
}

/* Draws counts where asked for. The draw is a function of pattern and pixel alone, so that pieces make no difference.
 */
static void take_patterns(void *user, int64_t first, int64_t count, const float *patterns)
{
    job *j = user;
    int64_t pixels = j->parts.probe.shape[1] * j->parts.probe.shape[2];
    for (int64_t k = 0; k < count; ++k)
        for (int64_t i = 0; i < pixels; ++i) {
            float rate = patterns[k * pixels + i];
            double counts =
                j->v->photons > 0 ? clpti_poisson(j->v->seed, (uint64_t)(first + k), (uint64_t)i, rate) : (double)rate;
            j->amplitude[(first + k) * pixels + i] = (float)sqrt(counts);
        }
}

/* Built-in samples know no beam: a near field takes all its numbers from the options. */
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
    clpt_status status = clpti_session_open(j->session);
    if (status == CLPT_OK && j->v->photons > 0) status = scale_probe(j);
    clpti_model model = {&j->parts.object, &j->parts.probe, j->parts.positions, j->parts.count, false, j->propagation};
    return status == CLPT_OK ? clpti_predict(j->session, &model, "simulate", take_patterns, j) : status;
}

static clpt_status add_tensor(clpti_npz_writer *writer, const char *name, const clpti_tensor *t, clpt_message *message)
{
    int skip = t->rank == 3 && t->shape[0] == 1; /* one mode is [N, N], as the contract has it */
    return clpti_npz_add(writer, name, t->type, t->rank - skip, t->shape + skip, t->data, message);
}

/* x or y of pairs as a column. */
static void split(const double *pairs, int64_t count, int axis, double *column)
{
    for (int64_t k = 0; k < count; ++k) column[k] = pairs[2 * k + axis];
}

static clpt_status write_scan(const job *j)
{
    static const char *const names[4] = {"xcoords", "ycoords", "xcoords_start", "ycoords_start"};
    clpt_message *message = &j->session->message;
    const clpti_parts *parts = &j->parts;
    int64_t shape[3] = {parts->count, parts->probe.shape[1], parts->probe.shape[2]};
    clpti_npz_writer *writer = NULL;
    clpt_status status = CLPT_OK;
    double *columns = clpti_malloc(parts->count, 4 * sizeof *columns);
    int64_t *scan_index = clpti_calloc(parts->count, sizeof *scan_index); /* all of one scan: zeros */
    if (!columns || !scan_index)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for %lld positions", (long long)parts->count));
    CLPTI_TRY(clpti_npz_create(j->v->out, &writer, message));
    CLPTI_TRY(clpti_npz_add(writer, "diff3d", CLPT_F32, 3, shape, j->amplitude, message));
    for (int k = 0; k < 4; ++k) {
        double *column = columns + k * parts->count;
        split(k < 2 || !j->nominal ? parts->positions : j->nominal, parts->count, k & 1, column);
        CLPTI_TRY(clpti_npz_add(writer, names[k], CLPT_F64, 1, shape, column, message));
    }
    CLPTI_TRY(clpti_npz_add_integers(writer, "scan_index", 1, shape, scan_index, message));
    CLPTI_TRY(add_tensor(writer, "probeGuess", &parts->probe, message));
    CLPTI_TRY(add_tensor(writer, "objectGuess", &parts->object, message));
    if (parts->mask.data)
        CLPTI_TRY(
            clpti_npz_add(writer, "mask", CLPT_F32, parts->mask.rank, parts->mask.shape, parts->mask.data, message));
    status = clpti_npz_commit(&writer, message);
cleanup:
    clpti_npz_discard(&writer);
    free(columns);
    free(scan_index);
    return status;
}

static clpt_status run(clpti_session *session, const void *given)
{
    job j = {.session = session, .v = given};
    clpt_status status = CLPT_OK;
    if (!j.v->out) CLPTI_TRY(clpti_session_usage(session, "--out FILE.npz is missing"));
    CLPTI_TRY(clpti_output_check_npz(j.v->out, &session->message));
    CLPTI_TRY(clpti_output_spares(j.v->out, "--out", j.v->from, &session->message));
    CLPTI_TRY(find_propagation(&j));
    CLPTI_TRY(take_file(&j));
    CLPTI_TRY(complete_probe(&j));
    CLPTI_TRY(complete_scan(&j));
    CLPTI_TRY(check_scan(&j));
    CLPTI_TRY(expose(&j));
    CLPTI_TRY(write_scan(&j));
    printf("%lld patterns of %lld x %lld pixels from an object of %lld rows x %lld columns; wrote %s\n",
           (long long)j.parts.count, (long long)j.parts.probe.shape[1], (long long)j.parts.probe.shape[2],
           (long long)j.parts.object.shape[0], (long long)j.parts.object.shape[1], j.v->out);
cleanup:
    clpti_parts_free(&j.parts);
    free(j.nominal);
    free(j.amplitude);
    return status;
}

const clpti_command clpti_command_simulate = {
    .name = "simulate",
    .summary = "makes a scan by the forward model, from a file or built-in samples",
    .details =
        "Writes diff3d (amplitude), xcoords, ycoords, xcoords_start and ycoords_start (before jitter), scan_index, "
        "probeGuess and objectGuess, scaled so that these two predict the data. Positions are patch centres in pixels "
        "of "
        "the object.",
    .example = "clptycho simulate --object cells --positions spiral --count 200 --photons 1e5 --seed 7 --out scan.npz",
    .options = options,
    .values_size = sizeof(values),
    .run = run};
