/* SPDX-License-Identifier: Apache-2.0 */
/* Sums over any number of patterns for the updates of object and probe: Σ_k conj(P)·w_k moved to position k with its
 * Σ_k |P|² (summed over modes), and Σ_k conj(O_k)·w_k of each mode with Σ_k |O_k|², where w are waves such as the
 * change of exit waves. They accumulate over calls in ascending k, so splitting the patterns changes no bit. */
#ifndef CLPTI_SOLVE_UPDATE_SUMS_H
#define CLPTI_SOLVE_UPDATE_SUMS_H

#include "solve/solver.h"

typedef struct clpti_update_sums {
    clpt_buffer *object_step, *object_power; /* complex, real [height, width] */
    clpt_buffer *probe_step, *probe_power;   /* complex [modes, side, side], real [side, side]: after _fold */
    clpt_buffer *weight;                     /* real [side, side]: Σ_p |P_p|², since _start */
    clpt_buffer *largest;                    /* real [1] */
    int64_t slots;                           /* of the probe's sums */
    int64_t terms;                           /* of each slot: clpti_subpixel_terms */
    clpt_buffer *step_slots, *power_slots;   /* NULL for one slot: the sums themselves */
    clpt_buffer *step_terms;                 /* sum of the slots if there are several terms */
    bool fresh_object, fresh_probe;          /* nothing was added since the start: sums are undefined */
} clpti_update_sums;

clpt_status clpti_update_sums_create(clpt_solver *solver, clpti_update_sums *sums);
void clpti_update_sums_destroy(clpti_update_sums *sums);

/* Starts the sums selected by `what`, to which at least one selection is to be added, and sets `weight` to that of the
 * current probe. */
clpt_status clpti_update_sums_start(clpt_solver *solver, clpti_update_sums *sums, clpti_updates what);
/* Adds the patterns of a selection with their waves [at->count, modes, side, side]. */
clpt_status clpti_update_sums_add(clpt_solver *solver, clpti_update_sums *sums, clpti_updates what, clpti_view waves,
                                  const clpti_selection *at);
/* Adds only to the object's sums, for patterns whose waves were added to the probe's already: other quantities taken
 * from them, such as positions, do not count twice. */
clpt_status clpti_update_sums_add_object(clpt_solver *solver, clpti_update_sums *sums, clpti_view waves,
                                         const clpti_selection *at);
/* Completes probe_step and probe_power. */
clpt_status clpti_update_sums_fold(clpt_solver *solver, clpti_update_sums *sums);

/* Converts the steps selected by `what` into directions, in place: step / ((1 − α)·power + α·max power). */
clpt_status clpti_update_sums_precondition(clpt_solver *solver, clpti_update_sums *sums, clpti_updates what);

/* field += step / ((1 − α)·power + α·max power), with the solver's α for each. */
clpt_status clpti_update_sums_update_object(clpt_solver *solver, clpti_update_sums *sums);
clpt_status clpti_update_sums_update_probe(clpt_solver *solver, clpti_update_sums *sums);

#endif
