/* SPDX-License-Identifier: Apache-2.0 */
/* Nearest neighbours among points of the plane, by a k-d tree (Bentley 1975; balanced, a box for each node). */
#ifndef CLPTI_CORE_NEIGHBOURS_H
#define CLPTI_CORE_NEIGHBOURS_H

#include "core/status.h"

typedef struct clpti_neighbours clpti_neighbours;

typedef struct clpti_neighbour {
    double squared; /* distance², pixels² */
    int64_t index;
} clpti_neighbour;

/* positions [count, 2], finite; borrowed until the tree is destroyed. */
clpt_status clpti_neighbours_create(const double *positions, int64_t count, clpti_neighbours **tree,
                                    clpt_message *message);
void clpti_neighbours_destroy(clpti_neighbours **tree);

/* True if a comes before b: nearer, or as near and of lower index. */
bool clpti_neighbour_before(clpti_neighbour a, clpti_neighbour b);

/* The `count` points, fewer than there are, nearest to point `of`, without itself, in ascending order. */
void clpti_neighbours_find(const clpti_neighbours *tree, int64_t of, int64_t count, clpti_neighbour *found);

#endif
