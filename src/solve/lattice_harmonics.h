/* SPDX-License-Identifier: Apache-2.0 */
/* Harmonics of a raster's lattice in an object. */
#ifndef CLPTI_SOLVE_LATTICE_HARMONICS_H
#define CLPTI_SOLVE_LATTICE_HARMONICS_H

#include "core/lattice.h"

enum { CLPTI_HARMONICS = 64 };

/* The modulation Σ_k c_k e^(2πi g_k·(r − origin)), to first order a periodic factor 1 + L on the object. */
typedef struct clpti_harmonics {
    int64_t count;
    double frequency[CLPTI_HARMONICS][2]; /* g, x and y, cycles per pixel */
    double value[CLPTI_HARMONICS][2];     /* c, real and imaginary part */
} clpti_harmonics;

/* Estimates the harmonics of an object [height, width] (real and imaginary parts) that rise above its own spectrum, and
 * that every position shares (clpti_lattice_regularity), in the middle of the scan. None if the scan is too small. */
clpt_status clpti_harmonics_find(const double *object, int64_t height, int64_t width, const clpti_lattice *lattice,
                                 const double *positions, int64_t count, clpti_harmonics *harmonics,
                                 clpt_message *message);

/* Multiplies an image [height, width] by exp(sign·weight·L), its pixel [0, 0] at r − origin = corner (x, y); weight
 * [height, width], or NULL for 1. */
clpt_status clpti_harmonics_apply(const clpti_harmonics *harmonics, double sign, const double corner[2],
                                  const double *weight, double *image, int64_t height, int64_t width,
                                  clpt_message *message);

#endif
