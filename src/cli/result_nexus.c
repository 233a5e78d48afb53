/* SPDX-License-Identifier: Apache-2.0 */
/* Plots of an HDF5 result for viewers of NeXus files, such as silx view and h5web: an NXentry with one NXdata group for
 * each of the object's phase (the default), object, probe and errors, see
 * https://manual.nexusformat.org/classes/base_classes/NXdata.html. Arrays of the result are linked; the phase is the
 * only copy. Axes are centred on the arrays as the positions of a Ptychodus product are. */
#include <math.h>
#include <stdlib.h>

#include "cli/result.h"
#include "core/memory.h"
#include "io/h5.h"

#define ENTRY "entry"

typedef struct plot {
    const char *group, *title;
    const char *signal; /* name in the group */
    const char *source; /* array of the result that it links; NULL: it exists */
    const char *axes[3];
    int rank;
} plot;

static const plot plots[] = {{"object_phase", "Phase of the object", "phase", NULL, {"y", "x"}, 2},
                             {"object", "Object", "object", "object", {"y", "x"}, 2},
                             {"probe", "Probe, by modes", "probe", "probe", {".", "y", "x"}, 3},
                             {"errors", "Error by iteration", "errors", "errors", {"iteration"}, 1}};

static clpt_status add_phase(clpti_h5_writer *w, const clpti_tensor *object, clpt_message *m)
{
    const int64_t count = clpti_tensor_count(object);
    const float *values = object->data;
    float *phase = clpti_malloc(count, sizeof *phase);
    if (!phase) return clpti_fail(m, CLPT_ERROR_MEMORY, "no memory for a picture of the phase");
    for (int64_t i = 0; i < count; ++i) phase[i] = atan2f(values[2 * i + 1], values[2 * i]);
    clpt_status status = clpti_h5_add(w, ENTRY "/object_phase/phase", CLPT_TYPE_F32, 2, object->shape, phase, m);
    free(phase);
    return status == CLPT_OK ? clpti_h5_note_text(w, ENTRY "/object_phase/phase", "units", "rad", m) : status;
}

/* Coordinates of pixels in micrometres, or in pixels if their size is unknown; of iterations from 1. */
static clpt_status add_axis(clpti_h5_writer *w, const char *group, const char *name, int64_t count, double pixel,
                            clpt_message *m)
{
    const bool iterations = name[0] == 'i', known = pixel > 0 && !iterations;
    const double step = known ? 1e6 * pixel : 1, first = iterations ? 1 : -0.5 * (double)(count - 1) * step;
    char path[128];
    double *values = clpti_malloc(count, sizeof *values);
    if (!values) return clpti_fail(m, CLPT_ERROR_MEMORY, "no memory for an axis of %lld points", (long long)count);
    for (int64_t i = 0; i < count; ++i) values[i] = first + step * (double)i;
    snprintf(path, sizeof path, ENTRY "/%s/%s", group, name);
    clpt_status status = clpti_h5_add(w, path, CLPT_TYPE_F64, 1, &count, values, m);
    free(values);
    return status == CLPT_OK && !iterations ? clpti_h5_note_text(w, path, "units", known ? "um" : "px", m) : status;
}

static clpt_status add_plot(clpti_h5_writer *w, const plot *p, const int64_t *shape, const clpti_scan_file *data,
                            clpt_message *m)
{
    char group[64], signal[128];
    clpt_status status = CLPT_OK;
    snprintf(group, sizeof group, ENTRY "/%s", p->group);
    snprintf(signal, sizeof signal, "%s/%s", group, p->signal);
    if (p->source) CLPTI_TRY(clpti_h5_add_link(w, signal, p->source, m));
    CLPTI_TRY(clpti_h5_note_text(w, group, "NX_class", "NXdata", m));
    CLPTI_TRY(clpti_h5_note_text(w, group, "signal", p->signal, m));
    CLPTI_TRY(clpti_h5_note_text(w, group, "title", p->title, m));
    CLPTI_TRY(clpti_h5_note_texts(w, group, "axes", p->rank, p->axes, m));
    for (int k = 0; k < p->rank; ++k)
        if (p->axes[k][0] != '.')
            CLPTI_TRY(add_axis(w, p->group, p->axes[k], shape[k],
                               p->axes[k][0] == 'y' ? data->object_pixel_y : data->object_pixel_x, m));
cleanup:
    return status;
}

clpt_status clpti_result_write_plots(clpti_h5_writer *writer, const clpti_result *r, clpt_message *message)
{
    const int64_t *shapes[] = {r->object.shape, r->object.shape, r->probe.shape, &r->iterations};
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_phase(writer, &r->object, message));
    for (size_t i = 0; i < sizeof plots / sizeof *plots; ++i)
        CLPTI_TRY(add_plot(writer, &plots[i], shapes[i], r->origin.data, message));
    CLPTI_TRY(clpti_h5_note_text(writer, NULL, "NX_class", "NXroot", message));
    CLPTI_TRY(clpti_h5_note_text(writer, NULL, "default", ENTRY, message));
    CLPTI_TRY(clpti_h5_note_text(writer, ENTRY, "NX_class", "NXentry", message));
    CLPTI_TRY(clpti_h5_note_text(writer, ENTRY, "default", plots[0].group, message));
cleanup:
    return status;
}
