/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho forward: predicted patterns of object and probe, compared with the measured ones. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/beam.h"
#include "cli/document.h"
#include "cli/commands.h"
#include "cli/dump.h"
#include "cli/orient.h"
#include "cli/file_contents.h"
#include "cli/fraction_model.h"
#include "cli/grid.h"
#include "cli/predict.h"
#include "cli/result_frames.h"
#include "cli/scan_options.h"
#include "cli/session.h"
#include "core/memory.h"

typedef struct values {
    const char *from, *out, *dump, *orientation;
    int64_t worst;
    clpt_solver_options solver; /* subpixel alone */
    clpti_beam_values beam;
    clpti_scan_values reading;
} values;

static const clpt_option options[] = {
    {.name = "from",
     .kind = CLPT_OPTION_TEXT,
     .value = "RESULT",
     .offset = offsetof(values, from),
     .help = "use object, probe and positions of this result of 'reconstruct', instead of FILE's objectGuess and "
             "probeGuess"},
    {.name = "worst",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .offset = offsetof(values, worst),
     .maximum = 1e9,
     .default_text = "10",
     .help = "number of worst patterns to list"},
    {.name = "out",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE.npz",
     .offset = offsetof(values, out),
     .help = "write the predicted amplitudes as diff3d, with xcoords and ycoords"},
    {.name = "dump",
     .kind = CLPT_OPTION_TEXT,
     .value = "DIR",
     .offset = offsetof(values, dump),
     .help = "write all stages of the first patterns into a folder, for comparison by 'parity'"},
    {.name = "orientation",
     .kind = CLPT_OPTION_TEXT,
     .value = "LIST",
     .offset = offsetof(values, orientation),
     .help = "orient the patterns as 'reconstruct' did for RESULT: its --orientation, or that chosen by 'auto'"},
    {.name = NULL}};
static const clpti_option_table shared[] = {{clpti_solver_option_table, offsetof(values, solver), "subpixel"},
                                            {clpti_propagation_option_table, offsetof(values, beam.propagation), NULL},
                                            {clpti_beam_options, offsetof(values, beam), NULL},
                                            {clpti_scan_value_options, offsetof(values, reading), NULL},
                                            {NULL, 0, NULL}};

/* One pattern's sums over good pixels. */
typedef struct pattern_error {
    int64_t index;
    double misfit, total;
} pattern_error;

typedef struct comparison {
    clpti_scan_file *scan; /* its amplitudes are successively replaced by the predicted ones */
    pattern_error *errors;
} comparison;

static double ratio(const pattern_error *e)
{
    return e->total > 0 ? e->misfit / e->total : e->misfit > 0 ? INFINITY : 0;
}

static int worse_first(const void *a, const void *b)
{
    const pattern_error *left = a, *right = b;
    double l = ratio(left), r = ratio(right);
    if (l != r) return l < r ? 1 : -1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static void compare(void *user, int64_t first, int64_t count, const float *patterns)
{
    comparison *c = user;
    int64_t pixels = c->scan->side * c->scan->side;
    for (int64_t k = 0; k < count; ++k) {
        float *measured = c->scan->amplitude + (first + k) * pixels;
        const float *predicted = patterns + k * pixels, *mask = c->scan->mask;
        if (mask && c->scan->mask_per_pattern) mask += (first + k) * pixels;
        pattern_error error = {.index = first + k};
        for (int64_t i = 0; i < pixels; ++i)
            if (!mask || mask[i] != 0) {
                error.misfit += fabs((double)predicted[i] - (double)measured[i]);
                error.total += measured[i];
            }
        c->errors[first + k] = error;
        memcpy(measured, predicted, (size_t)pixels * sizeof *measured); /* one copy of the scan in memory, not two */
    }
}

/* Fills `parts` from the file or the result, and checks it against the patterns. */
static clpt_status load_model(clpti_session *session, const values *v, clpti_scan_file *scan,
                              clpti_file_contents *parts)
{
    const char *file = session->arguments->operand;
    clpt_status status = CLPT_OK;
    if (v->from) {
        CLPTI_TRY(clpti_file_contents_load(v->from, parts, &session->message));
        if (!parts->object.data || !parts->probe.data)
            return clpti_fail(&session->message, CLPT_ERROR_FILE, "%s: contains no array '%s'", v->from,
                              parts->object.data ? "probe" : "object");
    } else {
        parts->object = scan->object; /* ownership is taken */
        parts->probe = scan->probe;
        scan->object = scan->probe = (clpti_tensor){0};
        parts->pad_detector = 1;
        CLPTI_TRY(clpti_fraction_model(file, scan->subpixel, &parts->subpixel, &session->message));
        CLPTI_TRY(clpti_corrections_of_scan(scan, &parts->corrections, &session->message));
    }
    CLPTI_TRY(clpti_scan_pad(scan, clpti_padded_side(scan->side, parts->pad_detector), &session->message));
    if (parts->probe.shape[1] != scan->side)
        return clpti_fail(
            &session->message, CLPT_ERROR_ARGUMENT,
            "%s: its probe has a side of %lld pixels, the patterns of %s %lld; use the same --crop and --bin "
            "as for reconstruct",
            v->from ? v->from : file, (long long)parts->probe.shape[1], file, (long long)scan->side);
    clpti_file_contents_pick(parts, scan);
    if (parts->positions && parts->count != scan->count)
        return clpti_fail(&session->message, CLPT_ERROR_ARGUMENT,
                          "%s contains %lld positions, %s contains %lld patterns", v->from, (long long)parts->count,
                          file, (long long)scan->count);
cleanup:
    return status;
}

static double r_factor(const pattern_error *errors, int64_t count)
{
    pattern_error sum = {0};
    for (int64_t k = 0; k < count; ++k) {
        sum.misfit += errors[k].misfit;
        sum.total += errors[k].total;
    }
    return ratio(&sum);
}

/* The index is that of the frame in the file. */
static void print_worst(const clpti_scan_file *scan, pattern_error *errors, const double *positions, int64_t worst)
{
    int64_t count = scan->count;
    if (worst > count) worst = count;
    if (worst == 0) return;
    qsort(errors, (size_t)count, sizeof *errors, worse_first);
    printf("\nworst patterns\n%8s %12s %12s %10s\n", "index", "x", "y", "R");
    for (int64_t k = 0; k < worst; ++k)
        printf("%8lld %12.3f %12.3f %10.4f\n", (long long)scan->frame[errors[k].index], positions[2 * errors[k].index],
               positions[2 * errors[k].index + 1], ratio(&errors[k]));
}

/* The figures in the JSON document of the run; `errors` are in descending order. */
static void describe(clpti_session *session, const clpti_scan_file *scan, const pattern_error *errors,
                     const double *positions, int64_t worst)
{
    cJSON *root = clpti_document(session), *list = root ? cJSON_AddArrayToObject(root, "worst") : NULL;
    clpti_document_number(root, "r_factor", r_factor(errors, scan->count));
    clpti_document_number(root, "patterns", (double)scan->count);
    for (int64_t k = 0; list && k < worst && k < scan->count; ++k) {
        cJSON *entry = cJSON_CreateObject();
        clpti_document_number(entry, "index", (double)scan->frame[errors[k].index]);
        clpti_document_number(entry, "x", positions[2 * errors[k].index]);
        clpti_document_number(entry, "y", positions[2 * errors[k].index + 1]);
        clpti_document_number(entry, "r_factor", ratio(&errors[k]));
        if (entry) cJSON_AddItemToArray(list, entry);
    }
}

/* The measured pixels, with positions on their grid. */
static clpt_status write_predicted(const char *path, const clpti_scan_file *scan, const double *positions,
                                   double factor, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_npz_writer *writer = NULL;
    const int64_t side = (int64_t)rint((double)scan->side / factor), shape[3] = {scan->count, side, side};
    double *columns = clpti_malloc(scan->count, 2 * sizeof *columns);
    if (!columns) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for %lld positions", (long long)scan->count);
    for (int64_t k = 0; k < scan->count; ++k) {
        columns[k] = positions[2 * k] / factor;
        columns[scan->count + k] = positions[2 * k + 1] / factor;
    }
    if (side != scan->side) clpti_patterns_unpad(scan->amplitude, scan->count, scan->side, side);
    CLPTI_TRY(clpti_npz_create(path, &writer, message));
    CLPTI_TRY(clpti_npz_add(writer, "diff3d", CLPT_TYPE_F32, 3, shape, scan->amplitude, message));
    CLPTI_TRY(clpti_npz_add(writer, "xcoords", CLPT_TYPE_F64, 1, shape, columns, message));
    CLPTI_TRY(clpti_npz_add(writer, "ycoords", CLPT_TYPE_F64, 1, shape, columns + scan->count, message));
    status = clpti_npz_commit(&writer, message);
cleanup:
    clpti_npz_discard(&writer);
    free(columns);
    return status;
}

static clpt_status dump(clpti_session *session, const char *folder, const clpti_dump_model *model)
{
    clpt_status status = CLPT_OK;
    clpti_dump d = {.run = {.label = ""}};
    CLPTI_TRY(clpti_dump_make(session, model, &d));
    CLPTI_TRY(clpti_parity_manifest_context(&d.run, session->context, &session->message));
    CLPTI_TRY(
        clpti_parity_manifest_add(&d.run, CLPTI_PARITY_RUN, "scan", session->arguments->operand, &session->message));
    CLPTI_TRY(clpti_dump_write(session, folder, &d));
cleanup:
    clpti_dump_free(&d);
    return status;
}

static clpt_status run(clpti_session *session, const void *given)
{
    const values *v = given;
    const char *file = session->arguments->operand;
    clpti_scan_options how = {
        .need_patterns = true, .need_probe = !v->from, .no_probe = v->from != NULL, .need_object = !v->from};
    clpti_scan_file scan = {0};
    clpti_file_contents parts = {0};
    comparison c = {.scan = &scan};
    clpt_propagation propagation;
    clpt_status status = CLPT_OK;
    if (v->orientation && !v->from)
        return clpti_session_usage(session, "--orientation requires --from RESULT, whose patterns were oriented");
    if (v->out) CLPTI_TRY(clpti_output_check_npz(v->out, &session->message));
    if (v->dump) CLPTI_TRY(clpti_parity_make_folder(v->dump, &session->message));
    CLPTI_TRY(clpti_output_refuse_overwrite(v->out, "--out", file, &session->message));
    CLPTI_TRY(clpti_output_refuse_overwrite(v->out, "--out", v->from, &session->message));
    clpti_beam_set(&v->beam, &how);
    clpti_scan_values_set(&v->reading, &how);
    CLPTI_TRY(clpti_scan_load(file, &how, &scan, &session->message));
    clpti_scan_warn_notes(session, &scan);
    CLPTI_TRY(clpti_beam_propagation(&v->beam, &scan, file, &propagation, &session->message));
    CLPTI_TRY(clpti_orientation_take(session, v->orientation, &scan));
    CLPTI_TRY(load_model(session, v, &scan, &parts));
    const double *positions = parts.positions ? parts.positions : scan.positions;
    CLPTI_TRY(clpti_positions_check(session, parts.positions ? v->from : file, positions, scan.count, scan.side,
                                    &parts.object));
    c.errors = clpti_malloc(scan.count, sizeof *c.errors);
    if (!c.errors)
        CLPTI_TRY(clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no memory for %lld errors", (long long)scan.count));
    CLPTI_TRY(clpti_session_open(session));
    if (v->dump)
        CLPTI_TRY(
            dump(session, v->dump, &(clpti_dump_model){&parts.object, &parts.probe, positions, &scan, propagation}));
    clpti_model model = {.object = &parts.object,
                         .probe = &parts.probe,
                         .positions = positions,
                         .count = scan.count,
                         .amplitude = true,
                         .propagation = propagation,
                         .subpixel = clpti_fraction_chosen(session, &v->solver, parts.subpixel),
                         .corrections = &parts.corrections};
    CLPTI_TRY(clpti_predict(session, &model, "forward", compare, &c));
    printf("R-factor %.4f over %lld patterns\n", r_factor(c.errors, scan.count), (long long)scan.count);
    print_worst(&scan, c.errors, positions, v->worst);
    describe(session, &scan, c.errors, positions, v->worst);
    if (v->out) status = write_predicted(v->out, &scan, positions, parts.pad_detector, &session->message);
    if (v->out && status == CLPT_OK) clpti_document_output(session, v->out);
    if (v->dump) clpti_document_output(session, v->dump);
cleanup:
    free(c.errors);
    clpti_file_contents_free(&parts);
    clpti_scan_free(&scan);
    return status;
}

const clpti_command clpti_command_forward = {
    .name = "forward",
    .summary = "predicts a scan's patterns and compares them with the measured ones",
    .details = "Prints the R-factor, the sum of |predicted - measured| amplitude divided by that of measured amplitude "
               "at good pixels, and the patterns with the largest R-factors.",
    .operand = "FILE",
    .operand_needed = true,
    .example = "clptycho forward scan.npz --from scan_reconstruction.npz",
    .options = options,
    .shared = shared,
    .values_size = sizeof(values),
    .run = run};
