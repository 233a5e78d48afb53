/* SPDX-License-Identifier: Apache-2.0 */
/* Random combinations of `pick` out of `from` items, without repeats. */
#ifndef CLPTI_CORE_COMBINATIONS_H
#define CLPTI_CORE_COMBINATIONS_H

#include "core/status.h"

/* from choose pick; INT64_MAX if it is larger than that. */
int64_t clpti_combinations_count(int64_t from, int64_t pick);

typedef struct clpti_combinations clpti_combinations;

/* @param limit  maximum number of combinations in a series, at limit the number that exists */
clpt_status clpti_combinations_create(int64_t from, int64_t pick, int64_t limit, clpti_combinations **combinations,
                                      clpt_message *message);
void clpti_combinations_destroy(clpti_combinations **combinations);

/* Begins a series of distinct combinations, determined by the key alone. */
void clpti_combinations_start(clpti_combinations *combinations, uint64_t key);
/* The next combination: `pick` numbers from 0 … from − 1, ascending. All remaining ones are equally likely. */
void clpti_combinations_draw(clpti_combinations *combinations, int64_t *picks);

#endif
