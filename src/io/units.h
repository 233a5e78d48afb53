/* SPDX-License-Identifier: Apache-2.0 */
/* Units of numbers in files, layouts and options. */
#ifndef CLPTI_IO_UNITS_H
#define CLPTI_IO_UNITS_H

#include "io/store.h"

typedef enum clpti_quantity { CLPTI_PIXELS, CLPTI_LENGTH, CLPTI_ENERGY, CLPTI_PER_LENGTH } clpti_quantity;

/* One unit in metres, joules or 1/metre; 1 for pixels. False for an unknown text. */
bool clpti_unit_find(const char *text, clpti_quantity *quantity, double *size);

/* Attribute "units" of an array, of NeXus, otherwise `unit`. An attribute that is unknown, or of another quantity than
 * `unit` except pixels in place of a length, is an error. store may be NULL. */
clpt_status clpti_unit_of(const clpti_store *store, const char *path, const char *name, const char *unit,
                          clpti_quantity *quantity, double *size, clpt_message *message);

#endif
