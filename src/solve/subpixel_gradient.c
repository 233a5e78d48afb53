/* SPDX-License-Identifier: Apache-2.0 */
/* Gradients of a probe that moves by fractions of a pixel. */
#include "cl/runtime.h"
#include "solve/subpixel_state.h"

int64_t clpti_subpixel_terms(const clpti_subpixel *m)
{
    return m && m->bank ? m->fractions.count : 1;
}

/* Sums of every pattern's gradient, moved back. */
static clpt_status add_fields(clpti_subpixel *m, const clpti_probe_gradient_args *a)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_subpixel_grow(m, a->at.count * m->modes, &m->fields));
    CLPTI_TRY(clpti_shift_fields(m->context, &(clpti_shift_fields_args){.fields = a->waves,
                                                                        .stride = clpti_subpixel_elements(m),
                                                                        .at = clpti_subpixel_with_fractions(m, &a->at),
                                                                        .modes = m->modes,
                                                                        .size = m->side,
                                                                        .back = true,
                                                                        .whole = a->at.positions,
                                                                        .object = a->object,
                                                                        .height = a->height,
                                                                        .width = a->width,
                                                                        .fft = m->fields}));
    CLPTI_TRY(clpti_slot_sums(m->context, &(clpti_slot_sums_args){.object = a->object,
                                                                  .height = a->height,
                                                                  .width = a->width,
                                                                  .at = a->at,
                                                                  .fields = clpti_view_of(m->fields->waves),
                                                                  .modes = m->modes,
                                                                  .size = m->side,
                                                                  .slots = a->slots,
                                                                  .sums = a->gradient,
                                                                  .patch_power = a->patch_power,
                                                                  .fresh = a->fresh}));
cleanup:
    return status;
}

/* Sums of the spectra of every pattern's gradient, moved back. */
static clpt_status add_spectra(clpti_subpixel *m, const clpti_probe_gradient_args *a)
{
    clpt_status status = CLPT_OK;
    if (a->fresh) CLPTI_TRY(clpti_zero(a->gradient, a->slots * clpti_subpixel_elements(m)));
    if (a->fresh) CLPTI_TRY(clpti_zero(a->patch_power, a->slots * m->side * m->side));
    CLPTI_TRY(clpti_subpixel_grow(m, a->at.count * m->modes, &m->fields));
    CLPTI_TRY(clpti_patch_products(m->context, &(clpti_patch_products_args){.object = a->object,
                                                                            .height = a->height,
                                                                            .width = a->width,
                                                                            .at = a->at,
                                                                            .waves = a->waves,
                                                                            .modes = m->modes,
                                                                            .size = m->side,
                                                                            .slots = a->slots,
                                                                            .out = clpti_view_of(m->fields->waves),
                                                                            .patch_power = a->patch_power}));
    CLPTI_TRY(clpti_fft_run(m->fields, a->at.count * m->modes, CLPTI_FORWARD));
    CLPTI_TRY(clpti_shift_sums(m->context, &(clpti_shift_sums_args){.spectra = clpti_view_of(m->fields->waves),
                                                                    .at = clpti_subpixel_with_fractions(m, &a->at),
                                                                    .modes = m->modes,
                                                                    .size = m->side,
                                                                    .slots = a->slots,
                                                                    .factor = 1.0 / (double)(m->side * m->side),
                                                                    .sums = a->gradient}));
cleanup:
    return status;
}

clpt_status clpti_subpixel_add(clpti_subpixel *m, const clpti_probe_gradient_args *a)
{
    if (!m->bank) return m->in_lines ? add_fields(m, a) : add_spectra(m, a);
    return clpti_bank_sums(m->context, &(clpti_bank_sums_args){.object = a->object,
                                                               .height = a->height,
                                                               .width = a->width,
                                                               .at = a->at,
                                                               .fractions = m->positions,
                                                               .bank = m->bank,
                                                               .waves = a->waves,
                                                               .modes = m->modes,
                                                               .size = m->side,
                                                               .slots = a->slots,
                                                               .sums = a->gradient,
                                                               .patch_power = a->patch_power,
                                                               .fresh = a->fresh});
}

/* The spectrum of the gradient from the sums of every copy of a bank. */
static clpt_status fold_bank(clpti_subpixel *m, clpti_view terms, clpti_view spectrum)
{
    clpt_status status = CLPT_OK;
    clpti_selection all = clpti_subpixel_copies(m);
    CLPTI_TRY(clpti_subpixel_grow(m, all.count * m->modes, &m->fields));
    CLPTI_TRY(clpti_copy(terms, clpti_view_of(m->fields->waves), all.count * clpti_subpixel_elements(m)));
    CLPTI_TRY(clpti_fft_run(m->fields, all.count * m->modes, CLPTI_FORWARD));
    CLPTI_TRY(clpti_zero(spectrum, clpti_subpixel_elements(m)));
    CLPTI_TRY(clpti_shift_sums(m->context, &(clpti_shift_sums_args){.spectra = clpti_view_of(m->fields->waves),
                                                                    .at = all,
                                                                    .modes = m->modes,
                                                                    .size = m->side,
                                                                    .slots = 1,
                                                                    .factor = 1.0 / (double)(m->side * m->side),
                                                                    .sums = spectrum}));
cleanup:
    return status;
}

/* The gradient from the sums of every copy of a bank. */
static clpt_status fold_fields(clpti_subpixel *m, clpti_view terms, clpti_view gradient)
{
    clpt_status status = CLPT_OK;
    clpti_selection all = clpti_subpixel_copies(m);
    CLPTI_TRY(clpti_subpixel_grow(m, all.count * m->modes, &m->fields));
    CLPTI_TRY(clpti_subpixel_move(m, &all, terms, clpti_subpixel_elements(m), m->modes, true, m->fields));
    CLPTI_TRY(clpti_fold(m->context, &(clpti_fold_args){.slots = clpti_view_of(m->fields->waves),
                                                        .complex = true,
                                                        .slot_count = all.count,
                                                        .count = clpti_subpixel_elements(m),
                                                        .out = gradient,
                                                        .fresh = true}));
cleanup:
    return status;
}

/* `terms` may be `gradient`. */
static clpt_status finish_fields(clpti_subpixel *m, clpti_view terms, clpti_view gradient)
{
    if (m->bank) return fold_fields(m, terms, gradient);
    return terms.buffer == gradient.buffer ? CLPT_OK : clpti_copy(terms, gradient, clpti_subpixel_elements(m));
}

clpt_status clpti_subpixel_probe_gradient(clpti_subpixel *m, clpti_view terms, clpti_view gradient)
{
    clpt_status status = CLPT_OK;
    if (m->in_lines) return finish_fields(m, terms, gradient);
    if (m->bank) CLPTI_TRY(fold_bank(m, terms, gradient));
    CLPTI_TRY(clpti_subpixel_grow(m, m->modes, &m->fields));
    clpti_view waves = clpti_view_of(m->fields->waves);
    CLPTI_TRY(clpti_copy(m->bank ? gradient : terms, waves, clpti_subpixel_elements(m)));
    CLPTI_TRY(clpti_fft_run(m->fields, m->modes, CLPTI_INVERSE));
    CLPTI_TRY(clpti_copy(waves, gradient, clpti_subpixel_elements(m)));
cleanup:
    return status;
}
