/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho info: contents of a file, and checks of a scan. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/beam.h"
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/scan_options.h"
#include "cli/session.h"
#include "cli/start.h"
#include "cli/warning.h"
#include "io/layout.h"

typedef struct values {
    clpti_beam_values beam;
    clpti_scan_values reading;
} values;

static const clpt_option options[] = {{.name = NULL}};
static const clpti_option_table shared[] = {{clpti_propagation_option_table, offsetof(values, beam.propagation), NULL},
                                            {clpti_beam_options, offsetof(values, beam), NULL},
                                            {clpti_scan_value_options, offsetof(values, reading), NULL},
                                            {NULL, 0, NULL}};

static void shape_text(int rank, const int64_t *shape, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "[");
    for (int axis = 0; axis < rank && used < size; ++axis)
        used += (size_t)snprintf(text + used, size - used, "%s%lld", axis ? ", " : "", (long long)shape[axis]);
    if (used < size) snprintf(text + used, size - used, "]");
}

/* The length of the longest name, within limits. */
static int name_width(clpti_store *store)
{
    size_t width = 20;
    clpti_npy_info info;
    for (int64_t k = 0; k < clpti_store_count(store); ++k)
        if (clpti_store_info(store, k, &info, NULL) == CLPT_OK && strlen(info.name) > width) width = strlen(info.name);
    return width < 60 ? (int)width : 60;
}

static clpt_status print_arrays(clpti_store *store, clpt_message *message)
{
    int width = name_width(store);
    printf("%-*s %-10s %-22s %s\n", width, "array", "type", "shape", "order");
    for (int64_t k = 0; k < clpti_store_count(store); ++k) {
        clpti_npy_info info;
        char shape[200];
        clpt_status status = clpti_store_info(store, k, &info, message);
        if (status != CLPT_OK) return status;
        shape_text(info.rank, info.shape, shape, sizeof shape);
        printf("%-*s %-10s %-22s %s%s\n", width, info.name, info.descr, shape, info.fortran ? "Fortran" : "C",
               info.readable ? "" : "  (not a number type: cannot be read)");
    }
    return CLPT_OK;
}

static void print_extent(const char *label, const double *positions, int64_t count, int axis)
{
    double minimum = INFINITY, maximum = -INFINITY;
    for (int64_t k = 0; k < count; ++k) {
        minimum = fmin(minimum, positions[2 * k + axis]);
        maximum = fmax(maximum, positions[2 * k + axis]);
    }
    printf("%-20s %.3f to %.3f pixels\n", label, minimum, maximum);
}

static void print_warning(void *session, const char *code, const char *sentence)
{
    if (clpti_warn_quietly(session, code, sentence)) printf("warning: %s [%s]\n", sentence, code);
}

static double bad_share(const clpti_scan_file *scan)
{
    int64_t count = scan->side * scan->side * (scan->mask_per_pattern ? scan->count : 1), bad = 0;
    for (int64_t i = 0; i < count; ++i) bad += scan->mask[i] == 0;
    return (double)bad / (double)count;
}

static void print_patterns(const clpti_scan_file *scan)
{
    double maximum, mean = clpti_mean_counts(scan, &maximum), peak = 0;
    for (int64_t i = 0; i < scan->count * scan->side * scan->side; ++i)
        if (isfinite(scan->amplitude[i])) peak = fmax(peak, (double)scan->amplitude[i]);
    printf("%-20s mean %.6g, maximum %.6g; brightest pixel %.6g\n", "counts per pattern", mean, maximum, peak * peak);
}

/* Excluded frames, and the spacing of patterns. */
static void print_selection(const clpti_scan_file *scan)
{
    clpti_scan_spacing spacing;
    if (scan->count < scan->frames)
        printf("%-20s %lld of %lld: %lld excluded, %lld without counts\n", "frames excluded",
               (long long)(scan->frames - scan->count), (long long)scan->frames, (long long)scan->facts.excluded,
               (long long)scan->facts.empty);
    if (clpti_scan_measure_spacing(scan, &spacing, NULL) != CLPT_OK || !(spacing.nearest > 0)) return;
    printf("%-20s %.4g pixels (median)", "nearest neighbour", spacing.nearest);
    if (spacing.diameter > 0)
        printf("; linear overlap %.0f %% of a probe of %.3g pixels", 100 * spacing.overlap, spacing.diameter);
    putchar('\n');
}

static void print_object(clpti_session *session, const clpti_scan_file *scan)
{
    clpt_message message = {.text = ""};
    clpti_layout layout = clpti_layout_of(scan->positions, scan->count, scan->side);
    if (clpti_scan_check_extent(scan, CLPTI_OBJECT_LIMIT, "object", &message) != CLPT_OK)
        print_warning(session, "W011", message.text);
    else
        printf("%-20s %lld rows x %lld columns contain every patch\n", "object", (long long)layout.height,
               (long long)layout.width);
}

static void print_scan(clpti_session *session, const clpti_scan_file *scan)
{
    printf("\n%-20s %lld patterns of %lld x %lld pixels, %lld probe mode%s\n", "scan", (long long)scan->count,
           (long long)scan->side, (long long)scan->side, (long long)scan->modes, scan->modes == 1 ? "" : "s");
    clpti_beam_print(scan);
    print_extent("x (column)", scan->positions, scan->count, 0);
    print_extent("y (row)", scan->positions, scan->count, 1);
    print_selection(scan);
    print_object(session, scan);
    if (scan->facts.shift[0] || scan->facts.shift[1])
        printf("%-20s %lld columns, %lld rows\n", "patterns moved by", (long long)scan->facts.shift[0],
               (long long)scan->facts.shift[1]);
    if (scan->amplitude) print_patterns(scan);
    if (scan->probe.data)
        printf("%-20s sum |P|^2 = %.6g\n", "probe power", clpti_probe_power(&scan->probe, scan->modes));
    if (scan->background) {
        double counts = 0;
        for (int64_t i = 0; i < scan->side * scan->side; ++i) counts += (double)scan->background[i];
        printf("%-20s %.6g counts per pattern\n", "background", counts);
    }
    if (scan->mask)
        printf("%-20s %.3g %% of pixels are bad (%s)\n", "mask", 100 * bad_share(scan),
               scan->mask_per_pattern ? "one mask per pattern" : "one for all");
    if (scan->facts.light > 0)
        printf("%-20s %.3g %% of all counts are at pixels of the file's mask\n", "masked light",
               100 * scan->facts.masked_light / scan->facts.light);
    if (!scan->amplitude) print_warning(session, "W012", "no diff3d: this file contains no measurement");
    if (!scan->probe.data)
        print_warning(session, "W013", "no probe: reconstruct starts from the mean pattern, or from --probe");
    clpti_scan_check_quality(scan, print_warning, session);
}

static clpt_status print_result(clpti_session *session, clpti_store *store)
{
    clpt_message *message = &session->message;
    cJSON *section = clpti_document_section(session, "result");
    clpt_status status = CLPT_OK;
    clpti_tensor errors = {0}, figure = {0};
    static const struct {
        const char *array, *name;
        bool fraction;
    } figures[] = {{"r_factor", "R-factor", true}, {"poisson", "Poisson likelihood", false}};
    if (clpti_store_has(store, "errors")) {
        CLPTI_TRY(clpti_store_read(store, "errors", CLPT_TYPE_F64, &errors, message));
        int64_t count = clpti_tensor_count(&errors);
        const double *values_of = errors.data;
        printf("\n%-20s %lld iterations", "result", (long long)count);
        if (count > 0) printf(", error %.4f initially, %.4f finally", values_of[0], values_of[count - 1]);
        putchar('\n');
        clpti_document_number(section, "iterations", (double)count);
        clpti_document_numbers(section, "errors", values_of, count);
    }
    for (int k = 0; k < 2; ++k) {
        if (!clpti_store_has(store, figures[k].array)) continue;
        clpti_tensor_destroy(&figure);
        CLPTI_TRY(clpti_store_read(store, figures[k].array, CLPT_TYPE_F64, &figure, message));
        if (clpti_tensor_count(&figure) != 1) continue;
        printf(figures[k].fraction ? "%-20s %.4f\n" : "%-20s %.8g\n", figures[k].name, *(const double *)figure.data);
        clpti_document_number(section, figures[k].array, *(const double *)figure.data);
    }
cleanup:
    clpti_tensor_destroy(&errors);
    clpti_tensor_destroy(&figure);
    return status;
}

/* Attributes of an HDF5 file. */
static void print_notes(clpti_store *store)
{
    char name[256], value[256];
    for (int64_t k = 0; clpti_store_note(store, k, name, value); ++k)
        printf("%s%-30s %s\n", k ? "" : "\n", name, value);
}

/* Arrays of the contract, a layout that is recognised, or options that describe one. */
static bool is_scan(const values *v, const clpti_store *store)
{
    static const char *const signs[] = {"xcoords", "ycoords", "diff3d", "diffraction"};
    clpti_file_layout layout;
    if (v->reading.layout || v->reading.data || v->reading.positions) return true;
    if (clpti_store_has(store, "errors") && clpti_store_has(store, "object")) return false; /* a result */
    for (size_t k = 0; k < sizeof signs / sizeof *signs; ++k)
        if (clpti_store_has(store, signs[k])) return true;
    bool found = clpti_layout_recognise(store, &layout, NULL) == CLPT_OK && layout.count > 0;
    clpti_layout_free(&layout);
    return found;
}

static void print_layout(clpti_session *session, const clpti_scan_file *scan)
{
    printf("\n%-20s %s", "layout", scan->format);
    for (const char *note = scan->notes; note && *note;) {
        char sentence[1024];
        size_t length = strcspn(note, "\n");
        snprintf(sentence, sizeof sentence, "%.*s", (int)length, note);
        if (clpti_warn_quietly(session, "W010", sentence)) printf("\nwarning: %s [W010]", sentence);
        note += length + (note[length] != 0);
    }
}

/* ---- JSON ---- */

static void describe_arrays(clpti_session *session, clpti_store *store)
{
    clpti_npy_info info;
    cJSON *root = clpti_document(session), *list = root ? cJSON_AddArrayToObject(root, "arrays") : NULL;
    for (int64_t k = 0; list && k < clpti_store_count(store); ++k) {
        if (clpti_store_info(store, k, &info, NULL) != CLPT_OK) continue;
        cJSON *entry = cJSON_CreateObject(), *shape = entry ? cJSON_AddArrayToObject(entry, "shape") : NULL;
        clpti_document_text(entry, "name", info.name);
        clpti_document_text(entry, "type", info.descr);
        for (int axis = 0; shape && axis < info.rank; ++axis)
            cJSON_AddItemToArray(shape, cJSON_CreateNumber((double)info.shape[axis]));
        if (entry) cJSON_AddItemToArray(list, entry);
    }
}

static void describe_extent(cJSON *section, const char *name, const clpti_scan_file *scan, int axis)
{
    double range[2] = {INFINITY, -INFINITY};
    for (int64_t k = 0; k < scan->count; ++k) {
        range[0] = fmin(range[0], scan->positions[2 * k + axis]);
        range[1] = fmax(range[1], scan->positions[2 * k + axis]);
    }
    clpti_document_numbers(section, name, range, 2);
}

static void describe_scan(clpti_session *session, const clpti_scan_file *scan)
{
    cJSON *section = clpti_document_section(session, "scan");
    clpti_scan_spacing spacing;
    double maximum;
    if (!section) return;
    clpti_document_text(section, "layout", scan->format);
    clpti_document_number(section, "patterns", (double)scan->count);
    clpti_document_number(section, "frames", (double)scan->frames);
    clpti_document_number(section, "side", (double)scan->side);
    clpti_document_number(section, "modes", (double)scan->modes);
    describe_extent(section, "x", scan, 0);
    describe_extent(section, "y", scan, 1);
    if (clpti_scan_measure_spacing(scan, &spacing, NULL) == CLPT_OK) {
        clpti_document_number(section, "nearest_neighbour", spacing.nearest);
        if (spacing.diameter > 0) clpti_document_number(section, "overlap", spacing.overlap);
    }
    if (scan->amplitude) {
        clpti_document_number(section, "mean_counts", clpti_mean_counts(scan, &maximum));
        clpti_document_number(section, "maximum_counts", maximum);
    }
    if (scan->probe.data) clpti_document_number(section, "probe_power", clpti_probe_power(&scan->probe, scan->modes));
    if (scan->mask) clpti_document_number(section, "masked_fraction", bad_share(scan));
}

static clpt_status run(clpti_session *session, const void *given)
{
    const values *v = given;
    const char *path = session->arguments->operand;
    clpti_store *store = NULL;
    clpti_scan_file scan = {0};
    clpt_status status = clpti_store_open(path, &store, &session->message);
    CLPTI_TRY(status);
    CLPTI_TRY(print_arrays(store, &session->message));
    describe_arrays(session, store);
    print_notes(store);
    if (!is_scan(v, store))
        CLPTI_TRY(clpti_store_has(store, "object") ? print_result(session, store) : CLPT_OK);
    else {
        clpti_scan_options how = {0};
        clpti_beam_set(&v->beam, &how);
        clpti_scan_values_set(&v->reading, &how);
        CLPTI_TRY(clpti_scan_load(path, &how, &scan, &session->message));
        print_layout(session, &scan);
        print_scan(session, &scan);
        describe_scan(session, &scan);
    }
cleanup:
    clpti_scan_free(&scan);
    clpti_store_close(&store);
    return status;
}

const clpti_command clpti_command_info = {.name = "info",
                                          .summary =
                                              "reports the contents of a file: arrays, scan, beam, counts, warnings",
                                          .operand = "FILE",
                                          .operand_needed = true,
                                          .example = "clptycho info scan.npz",
                                          .options = options,
                                          .shared = shared,
                                          .values_size = sizeof(values),
                                          .run = run};
