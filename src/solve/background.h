/* SPDX-License-Identifier: Apache-2.0 */
/* A background that adds to every pattern's intensity, given or found, the same for every engine: the detector sees it
 * beside the waves' power (clpti_seen). Refinement compares, once an iteration, what all patterns have left at each
 * pixel (clpti_background_sums). */
#ifndef CLPTI_SOLVE_BACKGROUND_H
#define CLPTI_SOLVE_BACKGROUND_H

#include "solve/solver.h"

/* With no background and the option off nothing is made and the calls do nothing. */
clpt_status clpti_background_create(clpt_solver *solver);
void clpti_background_destroy(clpt_solver *solver);
clpt_status clpti_background_after(clpt_solver *solver);
int clpti_background_states(clpt_solver *solver, clpti_state_row *rows, int room);
/* Real [side, side]; not given where there is none, nor from nothing before the first iteration that refines it. */
clpti_view clpti_background_of(const clpt_solver *solver);

#endif
