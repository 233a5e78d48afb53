/* SPDX-License-Identifier: Apache-2.0 */
/* What refinement of intensities and of a background is made of: the model's intensities of all patterns, as object and
 * probe are, beside what was measured. */
#ifndef CLPTI_SOLVE_PREDICTED_INTENSITY_H
#define CLPTI_SOLVE_PREDICTED_INTENSITY_H

#include "ops/correction.h"
#include "solve/solver.h"

/* Calls `add` for one chunk of patterns after the other, in ascending order, with everything of `misfit` filled but
 * `sums`; the chunk begins with pattern `misfit->seen.first`. */
typedef clpt_status (*clpti_prediction_function)(clpt_solver *solver, void *state, clpti_misfit_args *misfit);
clpt_status clpti_for_each_prediction(clpt_solver *solver, clpti_prediction_function add, void *state);

#endif
