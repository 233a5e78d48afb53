/* SPDX-License-Identifier: Apache-2.0 */
/* Random choices of `pick` out of `from` things, without repeats. */
#ifndef CLPTI_CORE_COMBINATIONS_H
#define CLPTI_CORE_COMBINATIONS_H

#include "core/status.h"

/* from choose pick; INT64_MAX where it is more than that. */
int64_t clpti_combinations_count(int64_t from, int64_t pick);

typedef struct clpti_combinations clpti_combinations;

/* @param most  how many choices one series may hold, at most as many as there are */
clpt_status clpti_combinations_create(int64_t from, int64_t pick, int64_t most, clpti_combinations **combinations,
                                      clpt_message *message);
void clpti_combinations_destroy(clpti_combinations **combinations);

/* Begins a series of choices that differ from each other; the key alone says which. */
void clpti_combinations_start(clpti_combinations *combinations, uint64_t key);
/* The next choice: `pick` numbers from 0 … from − 1, ascending. Each choice left over is as likely as any other. */
void clpti_combinations_draw(clpti_combinations *combinations, int64_t *picks);

#endif
