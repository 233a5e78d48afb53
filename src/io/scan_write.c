/* SPDX-License-Identifier: Apache-2.0 */
/* Writer of scans: CXI or NPZ files in the layout that clptycho reads. */
#include "io/scan_write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/memory.h"
#include "io/h5.h"

bool clpti_scan_writes_cxi(const char *path)
{
    const char *dot = strrchr(path, '.');
    return clpti_h5_is_name(path) || (dot && (!strcasecmp(dot, ".cxi") || !strcasecmp(dot, ".nxs")));
}

/* ---- NPZ ---- */

static clpt_status add_images(clpti_npz_writer *writer, const char *name, const float *data, bool stack, int64_t count,
                              int64_t side, clpt_message *message)
{
    int64_t shape[3] = {count, side, side};
    return clpti_npz_add(writer, name, CLPT_TYPE_F32, stack ? 3 : 2, stack ? shape : shape + 1, data, message);
}

static clpt_status add_waves(clpti_npz_writer *writer, const clpti_scan_file *scan, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    const clpti_tensor *probe = &scan->probe, *object = &scan->object;
    int skip = probe->rank == 3 && probe->shape[0] == 1; /* one mode is [N, N] */
    if (probe->data)
        CLPTI_TRY(clpti_npz_add(writer, "probeGuess", probe->type, probe->rank - skip, probe->shape + skip, probe->data,
                                message));
    if (object->data)
        CLPTI_TRY(
            clpti_npz_add(writer, "objectGuess", object->type, object->rank, object->shape, object->data, message));
cleanup:
    return status;
}

/* columns: x, then y, [2, count]; kept until the writer commits. */
static clpt_status add_contract(clpti_npz_writer *writer, const clpti_scan_file *scan, const double *columns,
                                clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int64_t count = scan->count, side = scan->side;
    CLPTI_TRY(add_images(writer, "diff3d", scan->amplitude, true, count, side, message));
    CLPTI_TRY(clpti_npz_add(writer, "xcoords", CLPT_TYPE_F64, 1, &count, columns, message));
    CLPTI_TRY(clpti_npz_add(writer, "ycoords", CLPT_TYPE_F64, 1, &count, columns + count, message));
    if (scan->scan_index) CLPTI_TRY(clpti_npz_add_integers(writer, "scan_index", 1, &count, scan->scan_index, message));
    if (scan->mask) CLPTI_TRY(add_images(writer, "mask", scan->mask, scan->mask_per_pattern, count, side, message));
    if (scan->background) CLPTI_TRY(add_images(writer, "background", scan->background, false, count, side, message));
    CLPTI_TRY(add_waves(writer, scan, message));
cleanup:
    return status;
}

static clpt_status write_contract(const char *path, const clpti_scan_file *scan, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_npz_writer *writer = NULL;
    double *columns = clpti_malloc(scan->count, 2 * sizeof *columns);
    if (!columns) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for its positions", path));
    for (int64_t i = 0; i < 2 * scan->count; i++) columns[i % 2 * scan->count + i / 2] = scan->positions[i];
    CLPTI_TRY(clpti_npz_create(path, &writer, message));
    CLPTI_TRY(add_contract(writer, scan, columns, message));
    status = clpti_npz_commit(&writer, message);
cleanup:
    clpti_npz_discard(&writer);
    free(columns);
    return status;
}

/* ---- CXI ---- */

#define DETECTOR "entry_1/instrument_1/detector_1/"

static clpt_status add_number(clpti_h5_writer *writer, const char *name, double value, const char *unit,
                              clpt_message *message)
{
    clpt_status status = clpti_h5_add(writer, name, CLPT_TYPE_F64, 0, NULL, &value, message);
    return status == CLPT_OK ? clpti_h5_note_text(writer, name, "units", unit, message) : status;
}

static clpt_status add_beam(clpti_h5_writer *writer, const clpti_scan_file *scan, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    const clpti_beam *b = &scan->beam;
    double energy = clpti_wavelength_of(b->wavelength); /* hc/E and hc/λ are one formula */
    CLPTI_TRY(add_number(writer, "entry_1/instrument_1/source_1/energy", energy, "J", message));
    CLPTI_TRY(add_number(writer, "entry_1/instrument_1/beam_1/energy", energy, "J", message));
    CLPTI_TRY(add_number(writer, DETECTOR "distance", b->distance, "m", message));
    CLPTI_TRY(add_number(writer, DETECTOR "x_pixel_size", b->pixel_x, "m", message));
    CLPTI_TRY(add_number(writer, DETECTOR "y_pixel_size", b->pixel_y, "m", message));
cleanup:
    return status;
}

/* amplitude², rounded where the square root of an integer was. */
static float counts_of(float amplitude)
{
    double counts = (double)amplitude * (double)amplitude, whole = rint(counts);
    return (float)(fabs(counts - whole) <= 1e-6 * counts ? whole : counts);
}

/* work: [count, side, side] or more; 1 = good becomes 0 = good in a mask. */
static clpt_status add_frames(clpti_h5_writer *writer, const clpti_scan_file *scan, float *work, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int64_t shape[3] = {scan->count, scan->side, scan->side}, pixels = scan->side * scan->side;
    for (int64_t i = 0; i < scan->count * pixels; i++) work[i] = counts_of(scan->amplitude[i]);
    CLPTI_TRY(clpti_h5_add(writer, DETECTOR "data", CLPT_TYPE_F32, 3, shape, work, message));
    if (scan->mask) {
        bool stack = scan->mask_per_pattern;
        for (int64_t i = 0; i < (stack ? scan->count : 1) * pixels; i++) work[i] = scan->mask[i] == 0;
        CLPTI_TRY(clpti_h5_add(writer, DETECTOR "mask", CLPT_TYPE_F32, stack ? 3 : 2, stack ? shape : shape + 1, work,
                               message));
    }
    if (scan->background)
        CLPTI_TRY(clpti_h5_add(writer, DETECTOR "data_dark", CLPT_TYPE_F32, 2, shape + 1, scan->background, message));
cleanup:
    return status;
}

static clpt_status add_translation(clpti_h5_writer *writer, const clpti_scan_file *scan, clpt_message *message)
{
    static const char name[] = "entry_1/sample_1/geometry_1/translation";
    double *moves = clpti_calloc(scan->count, 3 * sizeof *moves);
    if (!moves) return clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for positions");
    for (int64_t s = 0; s < scan->count; s++) {
        moves[3 * s] = scan->positions[2 * s] * scan->object_pixel_x;
        moves[3 * s + 1] = scan->positions[2 * s + 1] * scan->object_pixel_y;
    }
    clpt_status status = clpti_h5_add(writer, name, CLPT_TYPE_F64, 2, (int64_t[]){scan->count, 3}, moves, message);
    if (status == CLPT_OK) status = clpti_h5_note_text(writer, name, "units", "m", message);
    free(moves);
    return status;
}

static clpt_status write_cxi(const char *path, const clpti_scan_file *scan, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_h5_writer *writer = NULL;
    const clpti_tensor *probe = &scan->probe;
    float *work = NULL;
    if (!(scan->object_pixel_x > 0 && scan->object_pixel_y > 0 && scan->beam.wavelength > 0 &&
          scan->beam.distance > 0 && scan->beam.pixel_x > 0 && scan->beam.pixel_y > 0))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT,
                             "%s: positions in metres require --energy, --distance and --detector-pixel, which the "
                             "scan lacks; or write an .npz",
                             path));
    if (!(work = clpti_malloc(scan->count * scan->side, (size_t)scan->side * sizeof *work)))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for its frames", path));
    CLPTI_TRY(clpti_h5_create(path, &writer, message));
    CLPTI_TRY(clpti_h5_add_integers(writer, "cxi_version", 1, (int64_t[]){160}, message));
    CLPTI_TRY(add_frames(writer, scan, work, message));
    CLPTI_TRY(add_beam(writer, scan, message));
    CLPTI_TRY(add_translation(writer, scan, message));
    if (probe->data)
        CLPTI_TRY(clpti_h5_add(writer, "entry_1/instrument_1/source_1/illumination", probe->type, probe->rank,
                               probe->shape, probe->data, message));
    status = clpti_h5_commit(&writer, message);
cleanup:
    clpti_h5_discard(&writer);
    free(work);
    return status;
}

clpt_status clpti_scan_write(const char *path, const clpti_scan_file *scan, clpt_message *message)
{
    return clpti_scan_writes_cxi(path) ? write_cxi(path, scan, message) : write_contract(path, scan, message);
}
