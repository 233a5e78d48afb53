/* SPDX-License-Identifier: Apache-2.0 */
/* The order of patterns in an iteration, and its batches. */
#ifndef CLPTI_SOLVE_BATCHES_H
#define CLPTI_SOLVE_BATCHES_H

#include "solve/solver.h"

typedef struct clpti_batches {
    int32_t *order; /* host [count], refilled each iteration unless batches are compact */
    clpti_order shown;
    int32_t *turn; /* compact: host [batches], order of the batches; NULL: as in `order` */
    int64_t count; /* batches per iteration */
} clpti_batches;

clpt_status clpti_batches_create(clpt_solver *solver, clpti_batches *batches);
void clpti_batches_destroy(clpti_batches *batches);

/* Patterns in random order, or compact batches in random order, drawn from the seed and the number of the iteration:
 * the same on every device. */
clpt_status clpti_batches_shuffle(clpt_solver *solver, clpti_batches *batches);

/* Entries first … first + size − 1 of the order: the batch in position `index`. Batches have nearly equal sizes: a last
 * batch of a few patterns would take as large a step as the others and leave the object fitted to those few. */
typedef struct clpti_batch {
    int64_t first, size;
} clpti_batch;
clpti_batch clpti_batch_of(const clpt_solver *solver, const clpti_batches *batches, int64_t index);

#endif
