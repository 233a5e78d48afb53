/* SPDX-License-Identifier: Apache-2.0 */
/* Scans in CXI files (Maia, Nature Methods 9, 854, 2012; cxidb.org/cxi.html): HDF5 with fixed paths. Read from entry_1:
 * frames of counts [S, H, W]; the sample's translation [S, 3] in metres; a mask, [H, W] or [S, H, W], whose pixels are
 * good where it is 0; the detector's distance, pixel sizes and basis_vectors; the source's energy in joules or
 * wavelength.
 *
 * Axes: successive columns of a CXI frame lie in direction b_x and successive rows in direction b_y, the columns 1 and
 * 0 of basis_vectors [3, 2] (default: −x and −y of the laboratory). The beam is fixed and the sample moves by t, so the
 * beam illuminates the sample at −t: patch centres are x = −t·b_x/(|b_x|·pixel), y = −t·b_y/(|b_y|·pixel), with the
 * object's pixel size. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "io/scan_internal.h"

/* Paths used by files of the field, in order of preference. */
static const char *const frames[] = {"entry_1/instrument_1/detector_1/data", "entry_1/data_1/data", NULL};
static const char *const translations[] = {"entry_1/sample_1/geometry_1/translation", "entry_1/data_1/translation",
                                           "entry_1/instrument_1/detector_1/translation", NULL};
static const char *const masks[] = {"entry_1/instrument_1/detector_1/mask", "entry_1/data_1/mask", NULL};
static const char *const bases[] = {"entry_1/instrument_1/detector_1/basis_vectors", NULL};
static const char *const distances[] = {"entry_1/instrument_1/detector_1/distance", NULL};
static const char *const pixels_x[] = {"entry_1/instrument_1/detector_1/x_pixel_size", NULL};
static const char *const pixels_y[] = {"entry_1/instrument_1/detector_1/y_pixel_size", NULL};
/* NXcxi_ptycho has the photons' in beam_1, and there the source's are those of the machine. */
static const char *const beam_wavelengths[] = {"entry_1/instrument_1/beam_1/incident_wavelength",
                                               "entry_1/instrument_1/beam_1/wavelength", NULL};
static const char *const beam_energies[] = {"entry_1/instrument_1/beam_1/energy",
                                            "entry_1/instrument_1/beam_1/incident_beam_energy",
                                            "entry_1/instrument_1/beam_1/incident_energy", NULL};
static const char *const source_wavelengths[] = {"entry_1/instrument_1/source_1/wavelength", NULL};
static const char *const source_energies[] = {"entry_1/instrument_1/source_1/energy", NULL};
static const double largest_energy = 1e7 * CLPTI_ELECTRONVOLT; /* of photons: gamma rays */

/* The first path that exists; otherwise the first of the list. */
static const char *place_of(const clpti_store *store, const char *const *places)
{
    for (int i = 0; places[i]; i++)
        if (clpti_store_has(store, places[i])) return places[i];
    return places[0];
}

static bool matches(const clpti_store *store)
{
    return clpti_store_has(store, place_of(store, translations)) || clpti_store_has(store, "cxi_version");
}

/* ---- the beam ---- */

/* Reads a positive number, in metres or joules, into a field that is still unknown. */
static clpt_status load_number(clpti_scan_loader *l, const char *const *places, clpti_quantity quantity, double *field)
{
    clpti_tensor number = {0};
    double unit;
    const char *name = place_of(l->store, places);
    if (*field != 0 || !clpti_store_has(l->store, name)) return CLPT_OK;
    clpt_status status = clpti_store_read(l->store, name, CLPT_TYPE_F64, &number, l->message);
    if (status != CLPT_OK) return status;
    double value = clpti_tensor_count(&number) > 0 ? *(const double *)number.data : NAN;
    clpti_tensor_destroy(&number);
    if (!(value > 0 && isfinite(value)))
        return clpti_fail(l->message, CLPT_ERROR_FILE,
                          "%s: '%s' is %g; it must be positive: --energy, --distance and --detector-pixel replace it",
                          l->path, name, value);
    status = clpti_unit_of(l->store, l->path, name, quantity, &unit, l->message);
    *field = value * unit;
    return status;
}

/* The wavelength of photons, by whichever of two lists the file has; the first is preferred. */
static clpt_status load_wavelength(clpti_scan_loader *l, const char *const *wavelengths, const char *const *energies)
{
    clpt_status status = CLPT_OK;
    double energy = 0;
    CLPTI_TRY(load_number(l, wavelengths, CLPTI_LENGTH, &l->beam.wavelength));
    if (l->beam.wavelength > 0) return CLPT_OK;
    CLPTI_TRY(load_number(l, energies, CLPTI_ENERGY, &energy));
    if (energy > largest_energy)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE,
                             "%s: '%s' is %.6g eV (numbers without the attribute 'units' are in joules): not an energy "
                             "of photons, perhaps that of the machine; give --energy EV",
                             l->path, place_of(l->store, energies), energy / CLPTI_ELECTRONVOLT));
    if (energy > 0) l->beam.wavelength = clpti_wavelength_of(energy);
cleanup:
    return status;
}

static clpt_status load_beam(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(load_number(l, distances, CLPTI_LENGTH, &l->beam.distance));
    CLPTI_TRY(load_number(l, pixels_x, CLPTI_LENGTH, &l->beam.pixel_x));
    CLPTI_TRY(load_number(l, pixels_y, CLPTI_LENGTH, &l->beam.pixel_y));
    CLPTI_TRY(load_wavelength(l, beam_wavelengths, beam_energies));
    CLPTI_TRY(load_wavelength(l, source_wavelengths, source_energies));
cleanup:
    return status;
}

static clpt_status fail_beam(const clpti_scan_loader *l)
{
    const clpti_beam *b = &l->beam;
    bool far = !l->options->near_field;
    return clpti_fail(
        l->message, CLPT_ERROR_FILE,
        "%s: translations in metres require the object's pixel size, which the file does not determine: give%s%s%s",
        l->path, far && b->wavelength == 0 ? " --energy EV" : "", far && b->distance == 0 ? " --distance M" : "",
        b->pixel_x == 0 || b->pixel_y == 0 ? " --detector-pixel M" : "");
}

/* ---- positions ---- */

/* Unit vectors of successive columns (to[0]) and rows (to[1]). */
static clpt_status load_axes(clpti_scan_loader *l, double to[2][3])
{
    static const double usual[2][3] = {{-1, 0, 0}, {0, -1, 0}};
    clpti_tensor basis = {0};
    const char *name = place_of(l->store, bases);
    for (int k = 0; k < 6; k++) to[k / 3][k % 3] = usual[k / 3][k % 3];
    if (!clpti_store_has(l->store, name)) return CLPT_OK;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_store_read(l->store, name, CLPT_TYPE_F64, &basis, l->message));
    const double *b = basis.data;
    if (basis.rank != 2 || basis.shape[0] != 3 || basis.shape[1] != 2)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE, "%s: '%s' must be 3×2", l->path, name));
    for (int k = 0; k < 2; k++) {
        int column = 1 - k;
        double length = sqrt(b[column] * b[column] + b[2 + column] * b[2 + column] + b[4 + column] * b[4 + column]);
        if (!(length > 0 && isfinite(length)))
            CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE, "%s: '%s' contains a vector of length %g", l->path, name,
                                 length));
        for (int i = 0; i < 3; i++) to[k][i] = b[2 * i + column] / length;
    }
cleanup:
    clpti_tensor_destroy(&basis);
    return status;
}

static clpt_status load_positions(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    const char *name = place_of(l->store, translations);
    clpti_npy_info info;
    clpti_tensor moves = {0};
    double axes[2][3], pixel[2], unit;
    CLPTI_TRY(clpti_check_rank(l->store, l->path, name, 2, 2, &info, l->message));
    if (info.shape[1] != 3)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE, "%s: '%s' has %lld numbers per row; it must have 3", l->path,
                             name, (long long)info.shape[1]));
    CLPTI_TRY(clpti_store_read(l->store, name, CLPT_TYPE_F64, &moves, l->message));
    CLPTI_TRY(load_axes(l, axes));
    CLPTI_TRY(clpti_unit_of(l->store, l->path, name, CLPTI_LENGTH, &unit, l->message));
    clpti_beam_object_pixel(&l->beam, l->options->near_field, l->geometry.height, l->geometry.width, &pixel[0],
                            &pixel[1]);
    if (!(pixel[0] > 0 && pixel[1] > 0)) CLPTI_TRY(fail_beam(l));
    l->scan->count = info.shape[0];
    CLPTI_TRY(clpti_check_finite_frames(l, name, &moves));
    l->scan->positions = clpti_malloc(l->scan->count, 2 * sizeof *l->scan->positions);
    if (!l->scan->positions)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: out of memory for its positions", l->path));
    for (int64_t s = 0; s < l->scan->count; s++)
        for (int k = 0; k < 2; k++) {
            const double *t = (const double *)moves.data + 3 * s;
            double along = t[0] * axes[k][0] + t[1] * axes[k][1] + t[2] * axes[k][2];
            l->scan->positions[2 * s + k] = -along * unit / pixel[k];
        }
cleanup:
    clpti_tensor_destroy(&moves);
    return status;
}

/* ---- frames ---- */

/* 1 where the file's mask is 0. */
static clpt_status load_mask(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    const char *name = place_of(l->store, masks);
    clpti_npy_info info;
    if (!clpti_store_has(l->store, name)) return CLPT_OK;
    CLPTI_TRY(clpti_check_rank(l->store, l->path, name, 2, 3, &info, l->message));
    if (info.rank == 3)
        CLPTI_TRY(clpti_check_length(l->path, name, info.shape[0], l->scan->count, "the translation", l->message));
    CLPTI_TRY(clpti_check_sides(l->path, &info, &l->geometry, l->message));
    CLPTI_TRY(clpti_read_bad_pixels(l->store, name, &l->mask, l->message));
    clpti_scan_invert_mask(l);
    status = clpti_check_mask(l->path, &l->mask, l->message);
cleanup:
    return status;
}

static clpt_status load(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    const char *name = place_of(l->store, frames);
    clpti_npy_info info;
    clpti_frames counts = {.name = name, .counts = true};
    CLPTI_TRY(clpti_check_rank(l->store, l->path, name, 3, 3, &info, l->message));
    CLPTI_TRY(clpti_geometry_create(l->path, name, info.shape[1], info.shape[2], l->options, &l->geometry, l->message));
    CLPTI_TRY(load_beam(l));
    CLPTI_TRY(load_positions(l));
    CLPTI_TRY(clpti_check_length(l->path, name, info.shape[0], l->scan->count, "the translation", l->message));
    CLPTI_TRY(load_mask(l));
    CLPTI_TRY(clpti_scan_add_mask(l));
    counts.maximum = clpti_type_maximum(&info);
    CLPTI_TRY(clpti_store_read(l->store, name, CLPT_TYPE_F32, &counts.values, l->message));
    CLPTI_TRY(clpti_scan_take_patterns(l, &counts));
    if (l->options->need_probe)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE,
                             "%s: a CXI file contains no starting probe; choose a model with --probe", l->path));
    if (l->options->need_object)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE, "%s: a CXI file contains no starting object", l->path));
cleanup:
    clpti_tensor_destroy(&counts.values);
    return status;
}

const clpti_scan_format clpti_scan_cxi = {"CXI", matches, load};
