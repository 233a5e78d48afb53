/* SPDX-License-Identifier: Apache-2.0 */
/* Models of the fraction of a pixel other than bilinear sampling of the object: exit waves are P_f·O_n, with position n
 * + f rounded to whole pixels and the probe moved by f. Exact: a Fourier shift of each pattern's probe. Bank of K: each
 * pattern's probe is blended from copies at multiples of 1/K (src/ops/subpixel.h). Engines take positions, probes and
 * sums from engine_steps.c and update_sums.c, which call the functions below. */
#ifndef CLPTI_SOLVE_SUBPIXEL_H
#define CLPTI_SOLVE_SUBPIXEL_H

#include "fft/fft.h"
#include "ops/ops.h"

typedef struct clpti_subpixel clpti_subpixel;

/* NULL if the model is bilinear. `positions` must outlive it. */
clpt_status clpti_subpixel_create(clpt_context *context, clpt_subpixel model, const clpti_positions *positions,
                                  int64_t side, int64_t modes, clpti_subpixel **made);
void clpti_subpixel_destroy(clpti_subpixel **m);

/* At most `chunk` patterns; on a CPU as many as keep their moved probes in its cache. */
int64_t clpti_subpixel_chunk(const clpti_subpixel *m, int64_t chunk);

/* Positions rounded to whole pixels. */
const clpti_positions *clpti_subpixel_positions(const clpti_subpixel *m);
/* To be called when positions have changed. */
clpt_status clpti_subpixel_moved(clpti_subpixel *m);

/* The probes of a selection: one for all patterns with a stride of 0, otherwise one per pattern. */
typedef struct clpti_pattern_probes {
    clpti_view probe;
    int64_t stride;
} clpti_pattern_probes;

/* The probes computed for a selection from the same version of probe and positions; false: none. */
bool clpti_subpixel_find(const clpti_subpixel *m, int64_t version, const clpti_selection *at,
                         clpti_pattern_probes *probes);
/* Moves the probes of a selection by the patterns' fractions; valid until the next call. */
clpt_status clpti_subpixel_probes(clpti_subpixel *m, int64_t version, const clpti_selection *at,
                                  clpti_pattern_probes *probes);
/* The same for another field [modes, side, side]; valid until the next call of this or of the functions below. */
clpt_status clpti_subpixel_shift(clpti_subpixel *m, const clpti_selection *at, clpti_view field,
                                 clpti_pattern_probes *shifted);
/* Moves one field [side, side] for each pattern of a selection by minus its fraction, in place. */
clpt_status clpti_subpixel_shift_back(clpti_subpixel *m, const clpti_selection *at, clpti_view fields);

/* Derivatives with respect to the positions of a selection of Re Σ conj(ψ)·waves, from its probes before they are
 * moved, through the fractions alone: elements 0 and 1 of the entries of `slopes` [.., stride]. */
typedef struct clpti_subpixel_slopes_args {
    int64_t version; /* of probe and positions */
    clpti_selection at;
    clpti_pattern_probes probes;
    clpti_view object; /* complex [height, width] */
    int64_t height, width;
    clpti_view waves; /* complex [at.count, modes, side, side] */
    int64_t stride;
    clpti_view slopes;
} clpti_subpixel_slopes_args;
clpt_status clpti_subpixel_slopes(clpti_subpixel *m, const clpti_subpixel_slopes_args *args);

/* Fields [modes, side, side] per slot of the probe's sums; 1 for NULL. */
int64_t clpti_subpixel_terms(const clpti_subpixel *m);
/* Adds the probe's gradients of a selection as probe_gradient does; `sums` [slots, terms, modes, side, side] are terms
 * of the gradient until _probe_gradient. */
clpt_status clpti_subpixel_add(clpti_subpixel *m, const clpti_probe_gradient_args *args);
/* gradient = the sum of the probe's gradients [modes, side, side] whose terms are given. */
clpt_status clpti_subpixel_probe_gradient(clpti_subpixel *m, clpti_view terms, clpti_view gradient);

#endif
