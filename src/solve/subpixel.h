/* SPDX-License-Identifier: Apache-2.0 */
/* Models of the fraction of a pixel other than bilinear sampling of the object: exit waves are P_f·O_n, with position n
 * + f rounded to whole pixels and the probe moved by f. Exact: a Fourier shift of each pattern's probe. Bank of K: each
 * pattern's probe is blended from copies at multiples of 1/K (src/ops/subpixel.h). Engines take positions, probes and
 * sums from engine_steps.c and update_sums.c, which call the functions below. */
#ifndef CLPTI_SOLVE_SUBPIXEL_H
#define CLPTI_SOLVE_SUBPIXEL_H

#include "solve/solver.h"

clpt_status clpti_subpixel_create(clpt_solver *solver); /* NULL in the solver where the model is bilinear */
void clpti_subpixel_destroy(clpt_solver *solver);

/* Positions rounded to whole pixels. */
const clpti_positions *clpti_subpixel_positions(const clpt_solver *solver);
/* Called where positions have changed. */
clpt_status clpti_subpixel_moved(clpt_solver *solver);

/* The probes that were made for a selection, unless probe or positions have changed since; false: none. */
bool clpti_subpixel_find(const clpt_solver *solver, const clpti_selection *at, clpti_pattern_probes *probes);
/* Moves the probes of a selection, one for all or one for each, by the patterns' fractions. */
clpt_status clpti_subpixel_probes(clpt_solver *solver, const clpti_selection *at, clpti_pattern_probes *probes);
/* The same for another field [modes, side, side]; valid until the next call of this or of the functions below. */
clpt_status clpti_subpixel_shift(clpt_solver *solver, const clpti_selection *at, clpti_view field,
                                 clpti_pattern_probes *shifted);
/* Moves one field [side, side] for each pattern of a selection by minus its fraction, in place. */
clpt_status clpti_subpixel_shift_back(clpt_solver *solver, const clpti_selection *at, clpti_view fields);

/* Fields [modes, side, side] that a slot of the probe's sums has. */
int64_t clpti_subpixel_terms(const clpt_solver *solver);
/* Adds the probe's gradients of a selection, terms of which are kept until _probe_gradient. */
clpt_status clpti_subpixel_add(clpt_solver *solver, const clpti_selection *at, clpti_view waves, int64_t slots,
                               clpti_view sums, clpti_view patch_power);
/* gradient = the sum of the probe's gradients [modes, side, side] whose terms are given. */
clpt_status clpti_subpixel_probe_gradient(clpt_solver *solver, clpti_view terms, clpti_view gradient);

#endif
