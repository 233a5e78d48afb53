/* SPDX-License-Identifier: Apache-2.0 */
/* What the options demand of object and probe after each iteration, the same for every engine. */
#ifndef CLPTI_SOLVE_CONSTRAIN_H
#define CLPTI_SOLVE_CONSTRAIN_H

#include "solve/solver.h"

clpt_status clpti_constrain_create(clpt_solver *solver);
void clpti_constrain_destroy(clpt_solver *solver);
/* Support and power of the probe; smoothness, total variation and amplitude limits of the object: in this order, each
 * only where it is asked for and what it acts on is being updated. */
clpt_status clpti_constrain_after(clpt_solver *solver);

#endif
