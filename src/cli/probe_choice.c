/* SPDX-License-Identifier: Apache-2.0 */
/* --probe: parsing, and the starting probe of a file or a model. */
#include "cli/probe_choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/file_contents.h"
#include "core/memory.h"

/* ---- parsing ---- */

static clpt_status unknown_probe(clpti_session *session, const char *text)
{
    char known[256] = "file";
    for (const clpti_probe_model *m = clpti_probe_models; m->name; ++m) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, ", %s%s%s", m->name, m->numbers ? ":" : "",
                 m->numbers ? m->numbers : "");
    }
    return clpti_session_usage(session, "--probe requires %s or the path of a file, not '%s'", known, text);
}

/* Parses "12" or "12,30"; false for anything else, such as "12,". */
static bool parse_numbers(const char *text, clpti_probe_choice *choice)
{
    int count = 0;
    for (const char *at = text; at; ++count) {
        char *end;
        if (count == 2) return false;
        const double number = strtod(at, &end), size = choice->model->either_sign && count == 0 ? fabs(number) : number;
        if (end == at || !(size > 0 && size < 1e6) || (*end && *end != ',')) return false;
        choice->numbers[count] = number;
        at = *end ? end + 1 : NULL;
    }
    return count >= choice->model->min_numbers && count <= choice->model->max_numbers;
}

clpt_status clpti_probe_choice_parse(clpti_session *session, const char *text, clpti_probe_choice *choice)
{
    *choice = (clpti_probe_choice){.automatic = !text};
    if (!text || !strcmp(text, "file")) return CLPT_OK;
    size_t length = strcspn(text, ":");
    for (const clpti_probe_model *m = clpti_probe_models; m->name; ++m) {
        if (strlen(m->name) != length || memcmp(m->name, text, length)) continue;
        choice->model = m;
        return parse_numbers(text[length] ? text + length + 1 : NULL, choice) ? CLPT_OK : unknown_probe(session, text);
    }
    if (access(text, F_OK) != 0) return unknown_probe(session, text);
    choice->path = text;
    return CLPT_OK;
}

clpt_status clpti_probe_choice_add_optics(clpti_session *session, const clpti_optics_values *optics, const char *text,
                                          clpti_probe_choice *choice)
{
    clpt_status status = clpti_optics_check(optics, &session->message);
    session->usage = status == CLPT_ERROR_ARGUMENT;
    if (status != CLPT_OK || !clpti_optics_given(optics)) return status;
    if (text)
        return clpti_session_usage(session, "--probe %s and %s exclude each other", text,
                                   optics->zone_plate ? "--zone-plate"
                                   : optics->mirrors  ? "--mirrors"
                                                      : "--convergence");
    *choice = (clpti_probe_choice){.optics = optics};
    return CLPT_OK;
}

/* ---- applying ---- */

static clpt_status take_from_file(const char *path, clpti_scan_file *scan, clpt_message *message)
{
    clpti_file_contents parts;
    clpt_status status = clpti_file_contents_load(path, &parts, message);
    if (status != CLPT_OK) return status;
    if (!parts.probe.data) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: contains no probe", path));
    CLPTI_TRY(clpti_file_contents_regrid(&parts, 1, message));
    if (parts.probe.shape[1] != scan->side)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT,
                             "%s: its probe has a side of %lld pixels, the patterns have %lld", path,
                             (long long)parts.probe.shape[1], (long long)scan->side));
    clpti_tensor_destroy(&scan->probe);
    scan->probe = parts.probe;
    scan->modes = parts.probe.shape[0];
    parts.probe = (clpti_tensor){0};
cleanup:
    clpti_file_contents_free(&parts);
    return status;
}

/* √mean of a near field's images with flat phase, propagated back to the sample. */
static clpt_status mean_of_near_field(clpti_session *session, const clpt_propagation *propagation, const double *mean,
                                      int64_t side, double *probe)
{
    for (int64_t i = 0; i < side * side; ++i) {
        probe[2 * i] = sqrt(mean[i]);
        probe[2 * i + 1] = 0;
    }
    clpt_array wave = clpt_array_host(probe, CLPT_TYPE_C128, 3, CLPT_SHAPE(1, side, side));
    return clpti_session_check(session,
                               clpt_propagate(session->context, &wave, propagation, CLPT_DIRECTION_BACKWARD, &wave));
}

static clpt_status make(clpti_session *session, const clpti_probe_model *model, const double *numbers,
                        const clpt_propagation *propagation, clpti_scan_file *scan)
{
    clpt_status status = CLPT_OK;
    clpt_message *message = &session->message;
    bool near_mean = propagation->kind != CLPT_PROPAGATION_FAR_FIELD && model == clpti_probe_models;
    double *mean = clpti_malloc(scan->side * scan->side, sizeof *mean);
    clpti_tensor probe = {0};
    if (!mean) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the mean pattern"));
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C128, 3, CLPT_SHAPE(1, scan->side, scan->side), &probe, message));
    clpti_mean_pattern(scan, mean);
    CLPTI_TRY(near_mean ? mean_of_near_field(session, propagation, mean, scan->side, probe.data)
                        : model->make(numbers, mean, scan->side, probe.data, message));
    clpti_tensor_destroy(&scan->probe);
    scan->probe = probe;
    scan->modes = 1;
    probe.data = NULL;
cleanup:
    clpti_tensor_destroy(&probe);
    free(mean);
    return status;
}

static clpt_status make_optics(const clpti_optics_values *values, clpti_scan_file *scan, clpt_message *message)
{
    const double pixel[2] = {scan->object_pixel_x, scan->object_pixel_y}, wavelength = scan->beam.wavelength;
    clpti_optics optics;
    clpti_tensor probe = {0};
    clpt_status status = CLPT_OK;
    if (!(wavelength > 0 && pixel[0] > 0 && pixel[1] > 0))
        return clpti_fail(
            message, CLPT_ERROR_ARGUMENT, "a probe of optics requires %s; set it with the option, or in the file",
            wavelength > 0 ? "--distance and --detector-pixel, or --object-pixel" : "--energy or --voltage");
    CLPTI_TRY(clpti_optics_parse(values, wavelength, &optics, message));
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C128, 3, CLPT_SHAPE(1, scan->side, scan->side), &probe, message));
    CLPTI_TRY(clpti_optics_probe(&optics, wavelength, pixel, scan->side, probe.data, message));
    clpti_tensor_destroy(&scan->probe);
    scan->probe = probe;
    scan->modes = 1;
    probe.data = NULL;
cleanup:
    clpti_tensor_destroy(&probe);
    return status;
}

clpt_status clpti_probe_choice_apply(clpti_session *session, const clpti_probe_choice *choice,
                                     const clpt_propagation *propagation, clpti_scan_file *scan)
{
    const clpti_probe_model *model = choice->model;
    if (choice->optics) return make_optics(choice->optics, scan, &session->message);
    if (choice->automatic && !scan->probe.data) model = clpti_probe_models;
    if (model) return make(session, model, choice->numbers, propagation, scan);
    return choice->path ? take_from_file(choice->path, scan, &session->message) : CLPT_OK;
}
