/* SPDX-License-Identifier: Apache-2.0 */
/* Orthogonal probe relaxation (Odstrčil et al., Opt. Express 24, 8360, 2016): the first mode of pattern k is P_0 + Σ_j
 * a_kj·V_j with a few orthonormal variable modes V_j and coefficients of mean 0. The residual waves ask each pattern's
 * mode for a change D_k; after the iteration the modes that all patterns would then have, A·V + η·D, are replaced by
 * their best approximation of that rank: coefficients A' = A + η·D·V*, modes by least squares from A', then both turned
 * so that V is orthonormal and the coefficients uncorrelated, the strongest first. No pattern's mode is kept. */
#ifndef CLPTI_SOLVE_OPR_H
#define CLPTI_SOLVE_OPR_H

#include "solve/solver.h"

/* With the option off nothing is made and the calls do nothing. */
clpt_status clpti_opr_create(clpt_solver *solver);
void clpti_opr_destroy(clpt_solver *solver);
clpt_status clpti_opr_before(clpt_solver *solver);
clpt_status clpti_opr_meet(clpt_solver *solver, clpti_view waves, const clpti_selection *at);
clpt_status clpti_opr_after(clpt_solver *solver);
int clpti_opr_states(clpt_solver *solver, clpti_state_row *rows, int room);

/* Whether patterns have probes of their own in this iteration. */
bool clpti_opr_is_on(const clpt_solver *solver);

/* The probes of a selection of at most a room's chunk, as operations take them: valid until the next call. */
typedef struct clpti_own {
    clpti_view probe;
    int64_t stride;
} clpti_own;
clpt_status clpti_solver_own(clpt_solver *solver, const clpti_selection *at, clpti_own *own);

#endif
