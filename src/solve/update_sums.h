/* SPDX-License-Identifier: Apache-2.0 */
/* The sums that updates of object and probe are made of, over any number of patterns: Σ_k conj(P)·w_k moved to place k
 * with its Σ_k |P|² (summed over modes), and Σ_k conj(O_k)·w_k of each mode with Σ_k |O_k|², where w are waves such as
 * the change of exit waves. They go on from call to call in ascending k, so that splitting the patterns changes no
 * bit. */
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
    clpt_buffer *step_slots, *power_slots;   /* NULL when there is one slot of one term: the sums themselves */
    clpt_buffer *step_terms;                 /* sum of the slots where there are several terms */
} clpti_update_sums;

clpt_status clpti_update_sums_create(clpt_solver *solver, clpti_update_sums *sums);
void clpti_update_sums_destroy(clpti_update_sums *sums);

/* Sets the sums that `what` names to zero, and `weight` to that of the present probe. */
clpt_status clpti_update_sums_start(clpt_solver *solver, clpti_update_sums *sums, clpti_updates what);
/* Adds the patterns of a selection, whose waves [at->count, modes, side, side] are given. */
clpt_status clpti_update_sums_add(clpt_solver *solver, clpti_update_sums *sums, clpti_updates what, clpti_view waves,
                                  const clpti_selection *at);
/* The object's sums alone, of patterns whose waves were added to the probe's already: they do not count twice for what
 * else is taken from them, such as positions. */
clpt_status clpti_update_sums_add_object(clpt_solver *solver, clpti_update_sums *sums, clpti_view waves,
                                         const clpti_selection *at);
/* Makes probe_step and probe_power whole. */
clpt_status clpti_update_sums_fold(clpt_solver *solver, clpti_update_sums *sums);

/* Turns the steps that `what` names into directions, in place: step / ((1 − α)·power + α·max power). */
clpt_status clpti_update_sums_precondition(clpt_solver *solver, clpti_update_sums *sums, clpti_updates what);

/* field += step / ((1 − α)·power + α·max power), with the solver's α for each. */
clpt_status clpti_update_sums_update_object(clpt_solver *solver, clpti_update_sums *sums);
clpt_status clpti_update_sums_update_probe(clpt_solver *solver, clpti_update_sums *sums);

#endif
