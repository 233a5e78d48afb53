/* SPDX-License-Identifier: Apache-2.0 */
/* State of a model of fractions, and what its files share: subpixel.c has positions and probes, subpixel_gradient.c the
 * probe's gradients. */
#ifndef CLPTI_SOLVE_SUBPIXEL_STATE_H
#define CLPTI_SOLVE_SUBPIXEL_STATE_H

#include "ops/subpixel.h"
#include "solve/subpixel.h"

struct clpti_subpixel {
    clpt_context *context;
    const clpti_positions *positions;
    int64_t side, modes;
    int64_t bank;              /* K; 0: exact */
    bool in_lines;             /* exact sums are fields, not spectra: see clpti_shift_fields_in_lines */
    clpti_positions whole;     /* rounded */
    clpti_positions fractions; /* of the copies of a bank */
    clpti_fft *probes;         /* whose memory has the moved probes of a selection */
    clpti_fft *fields;         /* the same for other fields and gradients */
    clpti_fft *copies;         /* of a bank; exact: spectra of the modes */
    clpti_selection at;        /* of the probes */
    int64_t version;           /* of the probes; −1: none */
    int64_t copies_version;    /* the same for the copies of the probe */
};

/* Elements of a pattern's fields: [modes, side, side]. */
static inline int64_t clpti_subpixel_elements(const clpti_subpixel *m)
{
    return m->modes * m->side * m->side;
}

/* The same patterns with their fractions. */
clpti_selection clpti_subpixel_with_fractions(const clpti_subpixel *m, const clpti_selection *at);
/* The fractions of all copies of a bank. */
clpti_selection clpti_subpixel_copies(const clpti_subpixel *m);

/* A plan with a capacity of `count` waves; its contents are lost if it grows. */
clpt_status clpti_subpixel_grow(clpti_subpixel *m, int64_t count, clpti_fft **fft);
/* Moves fields of each pattern, `modes` of them, or one pattern's for all with a stride of 0, into the memory of `fft`.
 */
clpt_status clpti_subpixel_move(clpti_subpixel *m, const clpti_selection *at, clpti_view fields, int64_t stride,
                                int64_t modes, bool back, clpti_fft *fft);

#endif
