/* SPDX-License-Identifier: Apache-2.0 */
/* The lattice of a raster scan, found from its positions alone. */
#ifndef CLPTI_CORE_LATTICE_H
#define CLPTI_CORE_LATTICE_H

#include "core/status.h"

/* Positions near origin + i·step[0] + j·step[1] with integers i, j; all vectors (x, y) in pixels. */
typedef struct clpti_lattice {
    double origin[2], step[2][2];
    double reciprocal[2][2]; /* cycles per pixel: step[a]·reciprocal[b] = 1 if a = b, else 0 */
    double off;              /* root mean square distance of positions from the lattice */
} clpti_lattice;

/* positions [count, 2], finite. `found` is false if they form no lattice: the majority has no neighbours at a common
 * distance, or they lie on one line. */
clpt_status clpti_lattice_fit(const double *positions, int64_t count, clpti_lattice *lattice, bool *found,
                              clpt_message *message);

/* |mean of e^(−2πi g·position)| at g = order[0]·reciprocal[0] + order[1]·reciprocal[1]: 1 if the positions form a
 * perfect lattice, e^(−2π²|g|²σ²) if they are off by σ in each direction. */
double clpti_lattice_regularity(const clpti_lattice *lattice, const double *positions, int64_t count,
                                const int order[2]);

#endif
