/* SPDX-License-Identifier: Apache-2.0 */
/* Predicted intensities of all patterns from the current object and probe, next to the measured counts: the input of
 * the refinement of scales and background. */
#ifndef CLPTI_SOLVE_PREDICTED_INTENSITY_H
#define CLPTI_SOLVE_PREDICTED_INTENSITY_H

#include "ops/correction.h"
#include "solve/solver.h"

/* Called for each chunk of patterns in ascending order, with all members of `misfit` set except `sums`; the chunk
 * begins with pattern `misfit->seen.first`. */
typedef clpt_status (*clpti_prediction_function)(clpt_solver *solver, void *state, clpti_misfit_args *misfit);
clpt_status clpti_for_each_prediction(clpt_solver *solver, clpti_prediction_function add, void *state);

#endif
