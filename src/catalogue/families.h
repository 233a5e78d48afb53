/* SPDX-License-Identifier: Apache-2.0 */
/* The families of operations, one file each, and their common definitions. */
#ifndef CLPTI_CATALOGUE_FAMILIES_H
#define CLPTI_CATALOGUE_FAMILIES_H

#include "catalogue/catalogue.h"

/* Tables that end with a NULL name. */
extern const clpti_entry clpti_catalogue_images[], clpti_catalogue_scans[], clpti_catalogue_groups[],
    clpti_catalogue_waves[], clpti_catalogue_models[];

/* Arrays of several families. */
extern const clpti_entry_array clpti_array_positions, clpti_array_d_positions, clpti_array_probe, clpti_array_loss;

/* Floating-point operations required by the mathematics; additional ones of a kernel do not count. */
enum {
    CLPTI_FLOP_SAMPLE = 14, /* bilinear sample of a complex field: 7 per component */
    CLPTI_FLOP_PRODUCT = 6, /* of complex numbers */
    CLPTI_FLOP_MODULUS = 5, /* squared, and its root */
    CLPTI_FLOP_WEIGHT = 4,  /* a division and its divisor */
    CLPTI_FLOP_PIXEL = 10   /* of a loss or a variation, with its derivative */
};
/* `count` transforms of side × side. */
double clpti_flop_fft(int64_t count, int64_t side);

#endif
