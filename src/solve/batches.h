/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which an engine meets the patterns, and the batches it is cut into. */
#ifndef CLPTI_SOLVE_BATCHES_H
#define CLPTI_SOLVE_BATCHES_H

#include "solve/solver.h"

typedef struct clpti_batches {
    int32_t *order; /* host [count], refilled each iteration unless batches are compact */
    clpti_order shown;
    int32_t *turn; /* compact: host [batches], which of them comes when; NULL: as they lie in the order */
    int64_t count; /* batches in an iteration */
} clpti_batches;

clpt_status clpti_batches_create(clpt_solver *solver, clpti_batches *batches);
void clpti_batches_destroy(clpti_batches *batches);

/* Patterns in random order, or compact batches in one, drawn from the seed and the number of the iteration: the same on
 * every device. */
clpt_status clpti_batches_shuffle(clpt_solver *solver, clpti_batches *batches);

/* Entries first … first + size − 1 of the order: the batch that comes as `index`, of nearly equal ones, since a last
 * batch of a few patterns would take as large a step as the others and leave the object fitted to those few. */
typedef struct clpti_batch {
    int64_t first, size;
} clpti_batch;
clpti_batch clpti_batch_of(const clpt_solver *solver, const clpti_batches *batches, int64_t index);

#endif
