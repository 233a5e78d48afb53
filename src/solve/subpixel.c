/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/subpixel.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "ops/subpixel.h"

struct clpti_subpixel {
    int64_t bank;              /* K; 0: exact */
    clpti_positions whole;     /* rounded */
    clpti_positions fractions; /* of the copies of a bank */
    clpti_fft *probes;         /* whose memory has the moved probes of a selection */
    clpti_fft *fields;         /* the same for other fields and gradients */
    clpti_fft *copies;         /* of a bank; exact: spectra of the modes */
    clpti_selection at;        /* of the probes */
    int64_t version;           /* of solver and probes; −1: none */
    int64_t copies_version;    /* the same for the copies of the probe */
};

/* ---- life ---- */

enum { largest_bank = 8 };

/* K; 0: no bank. */
static int64_t bank_of(clpt_subpixel model)
{
    return model < CLPT_SUBPIXEL_BANK_2 ? 0 : (int64_t)2 << (model - CLPT_SUBPIXEL_BANK_2);
}

static clpt_status create_positions(clpt_solver *s)
{
    double *xy = clpti_malloc(2 * s->count, sizeof *xy);
    if (!xy)
        return clpti_fail(&s->context->message, CLPT_ERROR_MEMORY, "clpt_solver_create: no host memory for %lld",
                          (long long)s->count);
    for (int64_t i = 0; i < 2 * s->count; i++) xy[i] = rint(s->positions.xy[i]);
    clpt_status status = clpti_positions_create(s->context, xy, s->count, &s->subpixel->whole);
    free(xy);
    return status;
}

static clpt_status create_fractions(clpt_solver *s)
{
    double xy[2 * (largest_bank + 1) * (largest_bank + 1)];
    int64_t bank = s->subpixel->bank, count = (bank + 1) * (bank + 1);
    for (int64_t i = 0; i < count; i++) {
        xy[2 * i] = (double)(i % (bank + 1)) / (double)bank - 0.5;
        xy[2 * i + 1] = (double)(i / (bank + 1)) / (double)bank - 0.5;
    }
    return clpti_positions_create(s->context, xy, count, &s->subpixel->fractions);
}

clpt_status clpti_subpixel_create(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    if (s->options.subpixel == CLPT_SUBPIXEL_BILINEAR) return CLPT_OK;
    if (!(s->subpixel = calloc(1, sizeof *s->subpixel)))
        return clpti_fail(&s->context->message, CLPT_ERROR_MEMORY, "clpt_solver_create: no host memory");
    *s->subpixel = (struct clpti_subpixel){.bank = bank_of(s->options.subpixel), .version = -1, .copies_version = -1};
    CLPTI_TRY(create_positions(s));
    if (s->subpixel->bank) CLPTI_TRY(create_fractions(s));
cleanup:
    return status;
}

void clpti_subpixel_destroy(clpt_solver *s)
{
    struct clpti_subpixel *m = s->subpixel;
    if (!m) return;
    clpti_positions_destroy(&m->whole);
    clpti_positions_destroy(&m->fractions);
    clpti_fft_destroy(&m->probes);
    clpti_fft_destroy(&m->fields);
    clpti_fft_destroy(&m->copies);
    free(m);
    s->subpixel = NULL;
}

/* ---- positions ---- */

const clpti_positions *clpti_subpixel_positions(const clpt_solver *s)
{
    return s->subpixel ? &s->subpixel->whole : &s->positions;
}

clpt_status clpti_subpixel_moved(clpt_solver *s)
{
    if (!s->subpixel) return CLPT_OK;
    s->version++;
    return clpti_round_positions(
        s->context,
        &(clpti_round_positions_args){.positions = &s->positions, .whole = &s->subpixel->whole, .count = s->count});
}

/* The same patterns with their fractions. */
static clpti_selection with_fractions(const clpt_solver *s, const clpti_selection *at)
{
    clpti_selection same = *at;
    same.positions = &s->positions;
    return same;
}

static clpti_selection all_fractions(const struct clpti_subpixel *m)
{
    return (clpti_selection){.positions = &m->fractions, .count = m->fractions.count};
}

/* ---- shifts ---- */

static int64_t elements_of(const clpt_solver *s)
{
    return s->modes * s->side * s->side;
}

/* A plan with a capacity of `count` waves; what its memory had is lost where it grows. */
static clpt_status grow(clpt_solver *s, int64_t count, clpti_fft **fft)
{
    if (*fft && (*fft)->capacity >= count) return CLPT_OK;
    clpti_fft_destroy(fft);
    return clpti_fft_create(s->context, s->side, count, fft);
}

/* out[k, p] = F[field_p]·R_k·factor, or with conj(R_k), transformed back, in the memory of `fft`. */
static clpt_status move_spectra(clpt_solver *s, const clpti_selection *at, clpti_view spectra, int64_t stride,
                                int64_t modes, bool back, clpti_fft *fft)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_shift_waves(s->context, &(clpti_shift_waves_args){.spectra = spectra,
                                                                      .stride = stride,
                                                                      .at = *at,
                                                                      .modes = modes,
                                                                      .size = s->side,
                                                                      .conjugate = back,
                                                                      .factor = 1.0 / (double)(s->side * s->side),
                                                                      .out = clpti_view_of(fft->waves)}));
    CLPTI_TRY(clpti_fft_run(fft, at->count * modes, CLPTI_INVERSE));
cleanup:
    return status;
}

/* Fields of their own for each pattern, `modes` of them, into the memory of `fft`, moved. */
static clpt_status move_each(clpt_solver *s, const clpti_selection *at, clpti_view fields, int64_t modes, bool back,
                             clpti_fft *fft)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = s->side * s->side;
    clpti_view waves = clpti_view_of(fft->waves);
    CLPTI_TRY(clpti_copy(fields, waves, at->count * modes * pixels));
    CLPTI_TRY(clpti_fft_run(fft, at->count * modes, CLPTI_FORWARD));
    CLPTI_TRY(move_spectra(s, at, waves, modes * pixels, modes, back, fft));
cleanup:
    return status;
}

/* Spectra of a field's modes, or its bank of copies, in the memory of `copies`. */
static clpt_status make_copies(clpt_solver *s, clpti_view field)
{
    struct clpti_subpixel *m = s->subpixel;
    clpt_status status = CLPT_OK;
    int64_t fields = clpti_subpixel_terms(s);
    CLPTI_TRY(grow(s, (fields > 1 ? fields + 1 : 1) * s->modes, &m->copies));
    CLPTI_TRY(clpti_copy(field, clpti_view_of(m->copies->waves), elements_of(s)));
    CLPTI_TRY(clpti_fft_run(m->copies, s->modes, CLPTI_FORWARD));
    if (!m->bank) return CLPT_OK;
    clpti_selection all = all_fractions(m);
    clpti_view waves = clpti_view_of(m->copies->waves), spectra = clpti_view_at(waves, fields * elements_of(s));
    CLPTI_TRY(clpti_copy(waves, spectra, elements_of(s)));
    CLPTI_TRY(move_spectra(s, &all, spectra, 0, s->modes, false, m->copies));
cleanup:
    return status;
}

/* From the copies into the memory of `fft`. */
static clpt_status from_copies(clpt_solver *s, const clpti_selection *at, clpti_fft *fft)
{
    struct clpti_subpixel *m = s->subpixel;
    if (!m->bank) return move_spectra(s, at, clpti_view_of(m->copies->waves), 0, s->modes, false, fft);
    return clpti_bank_probes(s->context, &(clpti_bank_probes_args){.copies = clpti_view_of(m->copies->waves),
                                                                   .bank = m->bank,
                                                                   .at = *at,
                                                                   .modes = s->modes,
                                                                   .size = s->side,
                                                                   .out = clpti_view_of(fft->waves)});
}

/* ---- probes ---- */

static clpti_pattern_probes found(const clpt_solver *s, const clpti_fft *fft)
{
    return (clpti_pattern_probes){.probe = clpti_view_of(fft->waves), .stride = elements_of(s)};
}

bool clpti_subpixel_find(const clpt_solver *s, const clpti_selection *at, clpti_pattern_probes *probes)
{
    const struct clpti_subpixel *m = s->subpixel;
    if (!m || m->version != s->version) return false;
    if (m->at.order != at->order || m->at.first != at->first || m->at.count != at->count) return false;
    *probes = found(s, m->probes);
    return true;
}

clpt_status clpti_subpixel_probes(clpt_solver *s, const clpti_selection *at, clpti_pattern_probes *probes)
{
    struct clpti_subpixel *m = s->subpixel;
    clpt_status status = CLPT_OK;
    clpti_selection fractions = with_fractions(s, at);
    m->version = -1;
    CLPTI_TRY(grow(s, at->count * s->modes, &m->probes));
    if (probes->stride) {
        CLPTI_TRY(move_each(s, &fractions, probes->probe, s->modes, false, m->probes));
    } else {
        if (m->copies_version != s->version) CLPTI_TRY(make_copies(s, probes->probe));
        m->copies_version = s->version;
        CLPTI_TRY(from_copies(s, &fractions, m->probes));
    }
    *probes = found(s, m->probes);
    m->at = *at;
    m->version = s->version;
cleanup:
    return status;
}

clpt_status clpti_subpixel_shift(clpt_solver *s, const clpti_selection *at, clpti_view field,
                                 clpti_pattern_probes *shifted)
{
    struct clpti_subpixel *m = s->subpixel;
    clpt_status status = CLPT_OK;
    clpti_selection fractions = with_fractions(s, at);
    m->copies_version = -1;
    CLPTI_TRY(grow(s, at->count * s->modes, &m->fields));
    CLPTI_TRY(make_copies(s, field));
    CLPTI_TRY(from_copies(s, &fractions, m->fields));
    *shifted = found(s, m->fields);
cleanup:
    return status;
}

clpt_status clpti_subpixel_shift_back(clpt_solver *s, const clpti_selection *at, clpti_view fields)
{
    struct clpti_subpixel *m = s->subpixel;
    clpt_status status = CLPT_OK;
    clpti_selection fractions = with_fractions(s, at);
    CLPTI_TRY(grow(s, at->count, &m->fields));
    CLPTI_TRY(move_each(s, &fractions, fields, 1, true, m->fields));
    CLPTI_TRY(clpti_copy(clpti_view_of(m->fields->waves), fields, at->count * s->side * s->side));
cleanup:
    return status;
}

/* ---- gradients ---- */

int64_t clpti_subpixel_terms(const clpt_solver *s)
{
    return s->subpixel && s->subpixel->bank ? s->subpixel->fractions.count : 1;
}

/* Sums of the spectra of every pattern's gradient, moved back. */
static clpt_status add_spectra(clpt_solver *s, const clpti_selection *at, clpti_view waves, int64_t slots,
                               clpti_view sums, clpti_view patch_power)
{
    struct clpti_subpixel *m = s->subpixel;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(grow(s, at->count * s->modes, &m->fields));
    CLPTI_TRY(clpti_patch_products(s->context, &(clpti_patch_products_args){.object = clpti_view_of(s->object),
                                                                            .height = s->height,
                                                                            .width = s->width,
                                                                            .at = *at,
                                                                            .waves = waves,
                                                                            .modes = s->modes,
                                                                            .size = s->side,
                                                                            .slots = slots,
                                                                            .out = clpti_view_of(m->fields->waves),
                                                                            .patch_power = patch_power}));
    CLPTI_TRY(clpti_fft_run(m->fields, at->count * s->modes, CLPTI_FORWARD));
    CLPTI_TRY(clpti_shift_sums(s->context, &(clpti_shift_sums_args){.spectra = clpti_view_of(m->fields->waves),
                                                                    .at = with_fractions(s, at),
                                                                    .modes = s->modes,
                                                                    .size = s->side,
                                                                    .slots = slots,
                                                                    .factor = 1.0 / (double)(s->side * s->side),
                                                                    .sums = sums}));
cleanup:
    return status;
}

clpt_status clpti_subpixel_add(clpt_solver *s, const clpti_selection *at, clpti_view waves, int64_t slots,
                               clpti_view sums, clpti_view patch_power)
{
    struct clpti_subpixel *m = s->subpixel;
    if (!m->bank) return add_spectra(s, at, waves, slots, sums, patch_power);
    return clpti_bank_sums(s->context, &(clpti_bank_sums_args){.object = clpti_view_of(s->object),
                                                               .height = s->height,
                                                               .width = s->width,
                                                               .at = *at,
                                                               .fractions = &s->positions,
                                                               .bank = m->bank,
                                                               .waves = waves,
                                                               .modes = s->modes,
                                                               .size = s->side,
                                                               .slots = slots,
                                                               .sums = sums,
                                                               .patch_power = patch_power});
}

/* The spectrum of the gradient from the sums of every copy of a bank. */
static clpt_status fold_bank(clpt_solver *s, clpti_view terms, clpti_view spectrum)
{
    struct clpti_subpixel *m = s->subpixel;
    clpt_status status = CLPT_OK;
    clpti_selection all = all_fractions(m);
    CLPTI_TRY(grow(s, all.count * s->modes, &m->fields));
    CLPTI_TRY(clpti_copy(terms, clpti_view_of(m->fields->waves), all.count * elements_of(s)));
    CLPTI_TRY(clpti_fft_run(m->fields, all.count * s->modes, CLPTI_FORWARD));
    CLPTI_TRY(clpti_zero(spectrum, elements_of(s)));
    CLPTI_TRY(clpti_shift_sums(s->context, &(clpti_shift_sums_args){.spectra = clpti_view_of(m->fields->waves),
                                                                    .at = all,
                                                                    .modes = s->modes,
                                                                    .size = s->side,
                                                                    .slots = 1,
                                                                    .factor = 1.0 / (double)(s->side * s->side),
                                                                    .sums = spectrum}));
cleanup:
    return status;
}

clpt_status clpti_subpixel_probe_gradient(clpt_solver *s, clpti_view terms, clpti_view gradient)
{
    struct clpti_subpixel *m = s->subpixel;
    clpt_status status = CLPT_OK;
    if (m->bank) CLPTI_TRY(fold_bank(s, terms, gradient));
    CLPTI_TRY(grow(s, s->modes, &m->fields));
    clpti_view waves = clpti_view_of(m->fields->waves);
    CLPTI_TRY(clpti_copy(m->bank ? gradient : terms, waves, elements_of(s)));
    CLPTI_TRY(clpti_fft_run(m->fields, s->modes, CLPTI_INVERSE));
    CLPTI_TRY(clpti_copy(waves, gradient, elements_of(s)));
cleanup:
    return status;
}
