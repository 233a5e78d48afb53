/* SPDX-License-Identifier: Apache-2.0 */
/* Momentum of object and probe over whole iterations, the same for every engine: what an iteration changed goes on,
 * less friction, in the next. */
#ifndef CLPTI_SOLVE_MOMENTUM_H
#define CLPTI_SOLVE_MOMENTUM_H

#include "solve/solver.h"

/* With the option off nothing is made and the calls do nothing. */
clpt_status clpti_momentum_create(clpt_solver *solver);
void clpti_momentum_destroy(clpt_solver *solver);
clpt_status clpti_momentum_before(clpt_solver *solver); /* an iteration */
clpt_status clpti_momentum_after(clpt_solver *solver);
int clpti_momentum_states(clpt_solver *solver, clpti_state_row *rows, int room);

#endif
