/* SPDX-License-Identifier: Apache-2.0 */
/* Refinement of the beam's fluctuation, the same for every engine: pattern k was lit by s_k·P. Exit waves stay those of
 * P, and the detector sees s_k² of their power (clpti_seen), so that engines need not know; an update then counts every
 * pattern alike, not by s_k². After each iteration every pattern's counts give its factor. */
#ifndef CLPTI_SOLVE_INTENSITY_H
#define CLPTI_SOLVE_INTENSITY_H

#include "solve/solver.h"

/* With the option off nothing is made and the calls do nothing. */
clpt_status clpti_intensity_create(clpt_solver *solver);
void clpti_intensity_destroy(clpt_solver *solver);
clpt_status clpti_intensity_after(clpt_solver *solver);
int clpti_intensity_states(clpt_solver *solver, clpti_state_row *rows, int room);
/* s of every pattern, real [count]; not given before the first iteration that refines them. */
clpti_view clpti_intensity_scales(const clpt_solver *solver);

#endif
