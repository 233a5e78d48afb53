/* SPDX-License-Identifier: Apache-2.0 */
/* Refinement of positions, the same for every engine: the residual waves of each pattern give the displacement that
 * explains most of them (Gauss and Newton's step along the derivative of the object), and after the iteration all move
 * together, held to an affine map of where they started (clpti_displace). */
#ifndef CLPTI_SOLVE_REFINE_H
#define CLPTI_SOLVE_REFINE_H

#include "solve/solver.h"

/* With the option off nothing is made and the calls do nothing. */
clpt_status clpti_refine_create(clpt_solver *solver);
void clpti_refine_destroy(clpt_solver *solver);
/* The residual waves of a selection, before object and probe change. */
clpt_status clpti_refine_meet(clpt_solver *solver, clpti_view waves, const clpti_selection *at);
clpt_status clpti_refine_after(clpt_solver *solver); /* an iteration */
int clpti_refine_states(clpt_solver *solver, clpti_state_row *rows, int room);

#endif
