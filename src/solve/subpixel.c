/* SPDX-License-Identifier: Apache-2.0 */
/* Fractions of a pixel by moving the probe: exact Fourier shifts, or a bank of shifted copies. */
#include "solve/subpixel_state.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "cl/runtime.h"

/* ---- life ---- */

enum { largest_bank = 8 };

/* K; 0: no bank. */
static int64_t bank_of(clpt_subpixel model)
{
    return model < CLPT_SUBPIXEL_BANK_2 ? 0 : (int64_t)2 << (model - CLPT_SUBPIXEL_BANK_2);
}

static clpt_status create_positions(clpti_subpixel *m)
{
    int64_t count = m->positions->count;
    double *xy = clpti_malloc(2 * count, sizeof *xy);
    if (!xy)
        return clpti_fail(&m->context->message, CLPT_ERROR_MEMORY, "no host memory for %lld positions",
                          (long long)count);
    for (int64_t i = 0; i < 2 * count; i++) xy[i] = rint(m->positions->xy[i]);
    clpt_status status = clpti_positions_create(m->context, xy, count, &m->whole);
    free(xy);
    return status;
}

static clpt_status create_fractions(clpti_subpixel *m)
{
    double xy[2 * (largest_bank + 1) * (largest_bank + 1)];
    int64_t bank = m->bank, count = (bank + 1) * (bank + 1);
    for (int64_t i = 0; i < count; i++) {
        xy[2 * i] = (double)(i % (bank + 1)) / (double)bank - 0.5;
        xy[2 * i + 1] = (double)(i / (bank + 1)) / (double)bank - 0.5;
    }
    return clpti_positions_create(m->context, xy, count, &m->fractions);
}

clpt_status clpti_subpixel_create(clpt_context *context, clpt_subpixel model, const clpti_positions *positions,
                                  int64_t side, int64_t modes, clpti_subpixel **made)
{
    clpt_status status = CLPT_OK;
    if (model == CLPT_SUBPIXEL_BILINEAR) return CLPT_OK;
    clpti_subpixel *m = *made = calloc(1, sizeof *m);
    if (!m) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for a model of fractions");
    *m = (clpti_subpixel){.context = context,
                          .positions = positions,
                          .side = side,
                          .modes = modes,
                          .bank = bank_of(model),
                          .version = -1,
                          .copies_version = -1};
    m->in_lines = clpti_shift_fields_in_lines(context, side);
    CLPTI_TRY(create_positions(m));
    if (m->bank) CLPTI_TRY(create_fractions(m));
cleanup:
    return status;
}

void clpti_subpixel_destroy(clpti_subpixel **made)
{
    clpti_subpixel *m = *made;
    if (!m) return;
    clpti_positions_destroy(&m->whole);
    clpti_positions_destroy(&m->fractions);
    clpti_fft_destroy(&m->probes);
    clpti_fft_destroy(&m->fields);
    clpti_fft_destroy(&m->copies);
    free(m);
    *made = NULL;
}

enum { cache_bytes = 512 << 10, items_per_unit = 4 }; /* per compute unit: second-level cache, patterns at least */

int64_t clpti_subpixel_chunk(const clpti_subpixel *m, int64_t chunk)
{
    if (clpti_is_reference(m->context) || !clpti_capabilities_of(m->context)->cpu_shaped) return chunk;
    int64_t units = (int64_t)m->context->device.compute_units;
    int64_t fit = cache_bytes / (m->modes * m->side * m->side * 8);
    int64_t limit = units * (fit > items_per_unit ? fit : items_per_unit);
    return chunk < limit ? chunk : limit;
}

/* ---- positions ---- */

const clpti_positions *clpti_subpixel_positions(const clpti_subpixel *m)
{
    return &m->whole;
}

clpt_status clpti_subpixel_moved(clpti_subpixel *m)
{
    return clpti_round_positions(
        m->context,
        &(clpti_round_positions_args){.positions = m->positions, .whole = &m->whole, .count = m->positions->count});
}

clpti_selection clpti_subpixel_with_fractions(const clpti_subpixel *m, const clpti_selection *at)
{
    clpti_selection same = *at;
    same.positions = m->positions;
    return same;
}

clpti_selection clpti_subpixel_copies(const clpti_subpixel *m)
{
    return (clpti_selection){.positions = &m->fractions, .count = m->fractions.count};
}

/* ---- shifts ---- */

clpt_status clpti_subpixel_grow(clpti_subpixel *m, int64_t count, clpti_fft **fft)
{
    if (*fft && (*fft)->capacity >= count) return CLPT_OK;
    clpti_fft_destroy(fft);
    return clpti_fft_create(m->context, m->side, count, fft);
}

/* out[k, p] = F[field_p]·R_k·factor, or with the derivative of R_k along `axis`, or conj(R_k). */
static clpt_status multiply_spectra(clpti_subpixel *m, const clpti_selection *at, clpti_view spectra, int64_t stride,
                                    int64_t modes, clpti_axis axis, bool back, clpti_view out)
{
    return clpti_shift_waves(m->context, &(clpti_shift_waves_args){.spectra = spectra,
                                                                   .stride = stride,
                                                                   .at = *at,
                                                                   .modes = modes,
                                                                   .size = m->side,
                                                                   .axis = axis,
                                                                   .conjugate = back,
                                                                   .factor = 1.0 / (double)(m->side * m->side),
                                                                   .out = out});
}

/* The same without a derivative, transformed back, in the memory of `fft`. */
static clpt_status move_spectra(clpti_subpixel *m, const clpti_selection *at, clpti_view spectra, int64_t stride,
                                int64_t modes, bool back, clpti_fft *fft)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(multiply_spectra(m, at, spectra, stride, modes, CLPTI_AXIS_NONE, back, clpti_view_of(fft->waves)));
    CLPTI_TRY(clpti_fft_run(fft, at->count * modes, CLPTI_INVERSE));
cleanup:
    return status;
}

clpt_status clpti_subpixel_move(clpti_subpixel *m, const clpti_selection *at, clpti_view fields, int64_t stride,
                                int64_t modes, bool back, clpti_fft *fft)
{
    return clpti_shift_fields(
        m->context,
        &(clpti_shift_fields_args){
            .fields = fields, .stride = stride, .at = *at, .modes = modes, .size = m->side, .back = back, .fft = fft});
}

/* Spectra of a field's modes, or its bank of copies, in the memory of `copies`. */
static clpt_status make_copies(clpti_subpixel *m, clpti_view field)
{
    clpt_status status = CLPT_OK;
    int64_t fields = clpti_subpixel_terms(m);
    CLPTI_TRY(clpti_subpixel_grow(m, (fields > 1 ? fields + 1 : 1) * m->modes, &m->copies));
    if (m->in_lines && m->bank) {
        clpti_selection fractions = clpti_subpixel_copies(m);
        return clpti_subpixel_move(m, &fractions, field, 0, m->modes, false, m->copies);
    }
    CLPTI_TRY(clpti_copy(field, clpti_view_of(m->copies->waves), clpti_subpixel_elements(m)));
    CLPTI_TRY(clpti_fft_run(m->copies, m->modes, CLPTI_FORWARD));
    if (!m->bank) return CLPT_OK;
    clpti_selection all = clpti_subpixel_copies(m);
    clpti_view waves = clpti_view_of(m->copies->waves),
               spectra = clpti_view_at(waves, fields * clpti_subpixel_elements(m));
    CLPTI_TRY(clpti_copy(waves, spectra, clpti_subpixel_elements(m)));
    CLPTI_TRY(move_spectra(m, &all, spectra, 0, m->modes, false, m->copies));
cleanup:
    return status;
}

static clpt_status blend_copies(clpti_subpixel *m, const clpti_selection *at, clpti_axis axis, clpti_view out)
{
    return clpti_bank_probes(m->context, &(clpti_bank_probes_args){.copies = clpti_view_of(m->copies->waves),
                                                                   .bank = m->bank,
                                                                   .at = *at,
                                                                   .modes = m->modes,
                                                                   .size = m->side,
                                                                   .axis = axis,
                                                                   .out = out});
}

/* From the copies into the memory of `fft`. */
static clpt_status from_copies(clpti_subpixel *m, const clpti_selection *at, clpti_fft *fft)
{
    if (m->bank) return blend_copies(m, at, CLPTI_AXIS_NONE, clpti_view_of(fft->waves));
    return move_spectra(m, at, clpti_view_of(m->copies->waves), 0, m->modes, false, fft);
}

/* The copies of a version of the probe. */
static clpt_status keep_copies(clpti_subpixel *m, int64_t version, clpti_view probe)
{
    if (m->copies_version == version) return CLPT_OK;
    clpt_status status = make_copies(m, probe);
    m->copies_version = status == CLPT_OK ? version : -1;
    return status;
}

/* Moves one field for all patterns into the memory of `fft`; `version` is that of `field`, −1: none. */
static clpt_status move_common(clpti_subpixel *m, int64_t version, const clpti_selection *at, clpti_view field,
                               clpti_fft *fft)
{
    clpt_status status = CLPT_OK;
    if (m->in_lines && !m->bank) return clpti_subpixel_move(m, at, field, 0, m->modes, false, fft);
    if (version < 0 || m->copies_version != version) CLPTI_TRY(make_copies(m, field));
    m->copies_version = version;
    CLPTI_TRY(from_copies(m, at, fft));
cleanup:
    return status;
}

/* ---- probes ---- */

static clpti_pattern_probes found(const clpti_subpixel *m, const clpti_fft *fft)
{
    return (clpti_pattern_probes){.probe = clpti_view_of(fft->waves), .stride = clpti_subpixel_elements(m)};
}

bool clpti_subpixel_find(const clpti_subpixel *m, int64_t version, const clpti_selection *at,
                         clpti_pattern_probes *probes)
{
    if (!m || m->version != version) return false;
    if (m->at.order != at->order || m->at.first != at->first || m->at.count != at->count) return false;
    *probes = found(m, m->probes);
    return true;
}

clpt_status clpti_subpixel_probes(clpti_subpixel *m, int64_t version, const clpti_selection *at,
                                  clpti_pattern_probes *probes)
{
    clpt_status status = CLPT_OK;
    clpti_selection fractions = clpti_subpixel_with_fractions(m, at);
    m->version = -1;
    CLPTI_TRY(clpti_subpixel_grow(m, at->count * m->modes, &m->probes));
    if (probes->stride)
        CLPTI_TRY(clpti_subpixel_move(m, &fractions, probes->probe, probes->stride, m->modes, false, m->probes));
    else
        CLPTI_TRY(move_common(m, version, &fractions, probes->probe, m->probes));
    *probes = found(m, m->probes);
    m->at = *at;
    m->version = version;
cleanup:
    return status;
}

clpt_status clpti_subpixel_shift(clpti_subpixel *m, const clpti_selection *at, clpti_view field,
                                 clpti_pattern_probes *shifted)
{
    clpt_status status = CLPT_OK;
    clpti_selection fractions = clpti_subpixel_with_fractions(m, at);
    CLPTI_TRY(clpti_subpixel_grow(m, at->count * m->modes, &m->fields));
    CLPTI_TRY(move_common(m, -1, &fractions, field, m->fields));
    *shifted = found(m, m->fields);
cleanup:
    return status;
}

clpt_status clpti_subpixel_shift_back(clpti_subpixel *m, const clpti_selection *at, clpti_view fields)
{
    clpt_status status = CLPT_OK;
    clpti_selection fractions = clpti_subpixel_with_fractions(m, at);
    CLPTI_TRY(clpti_subpixel_grow(m, at->count, &m->fields));
    CLPTI_TRY(clpti_subpixel_move(m, &fractions, fields, m->side * m->side, 1, true, m->fields));
    CLPTI_TRY(clpti_copy(clpti_view_of(m->fields->waves), fields, at->count * m->side * m->side));
cleanup:
    return status;
}

/* ---- slopes ---- */

/* Derivatives along x, then y, of the probes of a selection, in the memory of `fields`. Those of individual probes of
 * patterns are computed in place. */
static clpt_status derive_shifts(clpti_subpixel *m, const clpti_selection *fractions,
                                 const clpti_subpixel_slopes_args *a)
{
    clpt_status status = CLPT_OK;
    int64_t elements = fractions->count * clpti_subpixel_elements(m);
    clpti_view by_x = clpti_view_of(m->fields->waves), by_y = clpti_view_at(by_x, elements), spectra = by_x;
    if (a->probes.stride) {
        CLPTI_TRY(clpti_copy(a->probes.probe, by_x, elements));
        CLPTI_TRY(clpti_fft_run(m->fields, fractions->count * m->modes, CLPTI_FORWARD));
    } else {
        CLPTI_TRY(keep_copies(m, a->version, a->probes.probe));
        spectra = clpti_view_of(m->copies->waves);
    }
    CLPTI_TRY(multiply_spectra(m, fractions, spectra, a->probes.stride, m->modes, CLPTI_AXIS_Y, false, by_y));
    CLPTI_TRY(multiply_spectra(m, fractions, spectra, a->probes.stride, m->modes, CLPTI_AXIS_X, false, by_x));
    CLPTI_TRY(clpti_fft_run(m->fields, 2 * fractions->count * m->modes, CLPTI_INVERSE));
cleanup:
    return status;
}

static clpt_status derive_blends(clpti_subpixel *m, const clpti_selection *fractions,
                                 const clpti_subpixel_slopes_args *a)
{
    clpt_status status = CLPT_OK;
    clpti_view by_x = clpti_view_of(m->fields->waves);
    CLPTI_TRY(keep_copies(m, a->version, a->probes.probe));
    CLPTI_TRY(blend_copies(m, fractions, CLPTI_AXIS_X, by_x));
    CLPTI_TRY(
        blend_copies(m, fractions, CLPTI_AXIS_Y, clpti_view_at(by_x, fractions->count * clpti_subpixel_elements(m))));
cleanup:
    return status;
}

clpt_status clpti_subpixel_slopes(clpti_subpixel *m, const clpti_subpixel_slopes_args *a)
{
    clpt_status status = CLPT_OK;
    clpti_selection fractions = clpti_subpixel_with_fractions(m, &a->at);
    CLPTI_TRY(clpti_subpixel_grow(m, 2 * a->at.count * m->modes, &m->fields));
    CLPTI_TRY((m->bank ? derive_blends : derive_shifts)(m, &fractions, a));
    clpti_view by_x = clpti_view_of(m->fields->waves);
    CLPTI_TRY(clpti_fraction_slope(
        m->context, &(clpti_fraction_slope_args){.object = a->object,
                                                 .height = a->height,
                                                 .width = a->width,
                                                 .at = a->at,
                                                 .by_x = by_x,
                                                 .by_y = clpti_view_at(by_x, a->at.count * clpti_subpixel_elements(m)),
                                                 .waves = a->waves,
                                                 .modes = m->modes,
                                                 .size = m->side,
                                                 .stride = a->stride,
                                                 .slopes = a->slopes}));
cleanup:
    return status;
}
