/* SPDX-License-Identifier: Apache-2.0 */
/* Incoherent probe modes rotated into orthogonal ones, the strongest first, every so many iterations. */
#ifndef CLPTI_SOLVE_ORTHOGONALISE_H
#define CLPTI_SOLVE_ORTHOGONALISE_H

#include "solve/solver.h"

clpt_status clpti_orthogonalise_after(clpt_solver *solver); /* an iteration */

#endif
