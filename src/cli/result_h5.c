/* SPDX-License-Identifier: Apache-2.0 */
/* A result as HDF5: the arrays of an NPZ result, and beside them what makes the file a product file of Ptychodus
 * (https://github.com/AdvancedPhotonSource/ptychodus, read by `load_product` of its src/ptychodus/api/io.py). The names
 * and meanings are those of version 1.7.0; photon_energy_eV and mass_attenuation_m2_per_kg were called probe_energy_eV
 * and mass_attenuation_m2_kg before, and both names are written.
 *
 * Ptychodus places pixel (N − 1)/2 of an array of N at its centre, for objects and for probes alike, so a patch centre
 * there is x − N/2 + (N − 1)/2 of ours (integer division first). The object's centre is the origin. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fraction_model.h"
#include "cli/record.h"
#include "core/memory.h"
#include "io/h5.h"

typedef struct real_note {
    const char *array, *name;
    double value;
} real_note;

/* Lengths in metres if beam and detector are known; otherwise a pixel counts as a metre. */
static double pixel_or_one(double pixel)
{
    return pixel > 0 ? pixel : 1;
}

static clpt_status write_arrays(clpti_h5_writer *w, const clpti_result *r, clpt_message *m)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_h5_add(w, "object", r->object.type, r->object.rank, r->object.shape, r->object.data, m));
    CLPTI_TRY(clpti_h5_add(w, "probe", r->probe.type, r->probe.rank, r->probe.shape, r->probe.data, m));
    CLPTI_TRY(clpti_h5_add(w, "positions", CLPT_TYPE_F64, 2, CLPT_SHAPE(r->count, 2), r->positions, m));
    CLPTI_TRY(clpti_h5_add(w, "used", r->used.type, 1, r->used.shape, r->used.data, m));
    CLPTI_TRY(clpti_h5_add(w, "errors", CLPT_TYPE_F64, 1, CLPT_SHAPE(r->iterations), r->errors, m));
    CLPTI_TRY(clpti_h5_add(w, "r_factor", CLPT_TYPE_F64, 0, NULL, &r->r_factor, m));
    CLPTI_TRY(clpti_h5_add(w, "poisson", CLPT_TYPE_F64, 0, NULL, &r->poisson, m));
    const double subpixel = clpti_fraction_number(r->subpixel);
    if (subpixel != 0) CLPTI_TRY(clpti_h5_add(w, "subpixel", CLPT_TYPE_F64, 0, NULL, &subpixel, m));
    if (r->pad_detector != 1) CLPTI_TRY(clpti_h5_add(w, "pad_detector", CLPT_TYPE_F64, 0, NULL, &r->pad_detector, m));
    const double pixel[2] = {r->origin.data->object_pixel_x, r->origin.data->object_pixel_y};
    if (pixel[0] > 0) CLPTI_TRY(clpti_h5_add(w, "object_pixel", CLPT_TYPE_F64, 1, CLPT_SHAPE(2), pixel, m));
    const char *name = NULL;
    const clpti_tensor *extra;
    for (int i = 0; (extra = clpti_result_extra(r, i, &name)); ++i)
        if (extra->data) CLPTI_TRY(clpti_h5_add(w, name, extra->type, extra->rank, extra->shape, extra->data, m));
    CLPTI_TRY(clpti_h5_add(w, "object_layer_spacing_m", CLPT_TYPE_F64, 1, CLPT_SHAPE(0), NULL, m));
    CLPTI_TRY(clpti_h5_add(w, "loss_values", CLPT_TYPE_F64, 1, CLPT_SHAPE(r->iterations), r->errors, m));
cleanup:
    return status;
}

static bool is_used(const clpti_result *r, int64_t s)
{
    return ((const double *)r->used.data)[s] != 0;
}

/* One coordinate of each position in use, in metres from the object's centre. */
static void to_metres(const clpti_result *r, int axis, double *metres)
{
    const clpti_scan_file *data = r->origin.data;
    double pixel = pixel_or_one(axis ? data->object_pixel_y : data->object_pixel_x);
    int64_t side = r->probe.shape[1], length = r->object.shape[1 - axis];
    double shift = 0.5 * (double)(side - 1) - (double)(side / 2) - 0.5 * (double)(length - 1);
    for (int64_t s = 0; s < r->count; ++s)
        if (is_used(r, s)) *metres++ = pixel * (r->positions[2 * s + axis] + shift);
}

static clpt_status write_positions(clpti_h5_writer *w, const clpti_result *r, clpt_message *m)
{
    static const char *const names[2] = {"probe_position_x_m", "probe_position_y_m"};
    clpt_status status = CLPT_OK;
    int64_t maximum = r->count > r->iterations ? r->count : r->iterations, used = 0;
    double *metres = clpti_malloc(r->count, sizeof *metres);
    int64_t *indices = clpti_malloc(maximum, sizeof *indices);
    if (!metres || !indices)
        CLPTI_TRY(clpti_fail(m, CLPT_ERROR_MEMORY, "no memory for %lld positions", (long long)r->count));
    for (int64_t s = 0; s < r->count; ++s)
        if (is_used(r, s)) indices[used++] = s;
    for (int axis = 0; axis < 2; ++axis) {
        to_metres(r, axis, metres);
        CLPTI_TRY(clpti_h5_add(w, names[axis], CLPT_TYPE_F64, 1, CLPT_SHAPE(used), metres, m));
    }
    CLPTI_TRY(clpti_h5_add_integers(w, "probe_position_indexes", used, indices, m));
    for (int64_t i = 0; i < r->iterations; ++i) indices[i] = i;
    CLPTI_TRY(clpti_h5_add_integers(w, "loss_epochs", r->iterations, indices, m));
cleanup:
    free(metres);
    free(indices);
    return status;
}

static clpt_status write_numbers(clpti_h5_writer *w, const clpti_result *r, clpt_message *m)
{
    const clpti_scan_file *data = r->origin.data;
    double x = pixel_or_one(data->object_pixel_x), y = pixel_or_one(data->object_pixel_y);
    double energy = data->beam.wavelength > 0 && !(data->beam.voltage > 0)
                        ? clpti_wavelength_of(data->beam.wavelength) / CLPTI_ELECTRONVOLT
                        : 0;
    const real_note notes[] = {{NULL, "detector_object_distance_m", data->beam.distance},
                               /* position of the focus along the beam, the sample at 0 */
                               {NULL, "focus_object_distance_m", -data->beam.source_distance},
                               {NULL, "photon_energy_eV", energy},
                               {NULL, "probe_energy_eV", energy},
                               {NULL, "probe_photon_count", r->origin.photons},
                               {NULL, "exposure_time_s", 0},
                               {NULL, "mass_attenuation_m2_per_kg", 0},
                               {NULL, "mass_attenuation_m2_kg", 0},
                               {NULL, "tomography_angle_deg", 0},
                               {NULL, "tilt_angle_deg", 0},
                               {"object", "center_x_m", 0},
                               {"object", "center_y_m", 0},
                               {"object", "pixel_width_m", x},
                               {"object", "pixel_height_m", y},
                               {"probe", "pixel_width_m", x},
                               {"probe", "pixel_height_m", y}};
    clpt_status status = CLPT_OK;
    for (size_t i = 0; i < sizeof notes / sizeof *notes; ++i)
        CLPTI_TRY(clpti_h5_note_real(w, notes[i].array, notes[i].name, notes[i].value, m));
    status = clpti_h5_note_flag(w, NULL, "far_field", !data->near_field, m);
cleanup:
    return status;
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static clpt_status note_text(void *writer, const char *name, const char *text, clpt_message *m)
{
    return clpti_h5_note_text(writer, NULL, name, text, m);
}

static clpt_status note_number(void *writer, const char *name, double number, clpt_message *m)
{
    return clpti_h5_note_real(writer, NULL, name, number, m);
}

static clpt_status write_texts(clpti_h5_writer *w, const clpti_result *r, clpt_message *m)
{
    const clpti_origin *o = &r->origin;
    bool known = o->data->object_pixel_x > 0;
    char comments[512];
    clpt_status status = CLPT_OK;
    snprintf(comments, sizeof comments, "clptycho %s, %s: R-factor %.6g after %lld iterations.%s", clpt_version(),
             o->device->name, r->r_factor, (long long)r->iterations,
             known ? "" : " The scan does not contain the object's pixel size: lengths are in pixels, not in metres.");
    CLPTI_TRY(note_text(w, "name", file_name(o->scan), m));
    CLPTI_TRY(note_text(w, "comments", comments, m));
    CLPTI_TRY(clpti_record_texts(r, note_text, w, m));
    CLPTI_TRY(clpti_record_numbers(r, note_number, w, m));
cleanup:
    return status;
}

clpt_status clpti_result_write_h5(const char *path, const clpti_result *result, clpt_message *message)
{
    clpti_h5_writer *writer = NULL;
    clpt_status status = clpti_h5_create(path, &writer, message);
    CLPTI_TRY(status);
    CLPTI_TRY(write_arrays(writer, result, message));
    CLPTI_TRY(write_positions(writer, result, message));
    CLPTI_TRY(write_numbers(writer, result, message));
    CLPTI_TRY(write_texts(writer, result, message));
    CLPTI_TRY(clpti_result_write_plots(writer, result, message));
    if (clpti_result_is_ptypy(path)) CLPTI_TRY(clpti_result_write_ptypy(writer, result, message));
    status = clpti_h5_commit(&writer, message);
cleanup:
    clpti_h5_discard(&writer);
    return status;
}
