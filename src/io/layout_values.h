/* SPDX-License-Identifier: Apache-2.0 */
/* Values at the paths of a layout. A path is that of an array, where * stands for any text without a slash; ARRAY@NAME
 * is an attribute of an array, and @NAME one of the file. */
#ifndef CLPTI_IO_LAYOUT_VALUES_H
#define CLPTI_IO_LAYOUT_VALUES_H

#include "io/store.h"
#include "io/units.h"

/* A pattern of a path exists as an array or attribute. */
bool clpti_layout_has(const clpti_store *store, const char *path);
/* The first array of that pattern; false if there is none. */
bool clpti_layout_array(const clpti_store *store, const char *path, char name[1024]);
/* All of them in natural order (data_2 before data_10); the caller frees list and names. */
clpt_status clpti_layout_arrays(const clpti_store *store, const char *path, char ***names, int64_t *count,
                                clpt_message *message);
void clpti_layout_names_free(char **names, int64_t count);

/* The number at a path in SI units: the first element of an array, or the difference of the first two if `step`. 0 for
 * one that is absent. */
clpt_status clpti_layout_number(clpti_store *store, const char *store_path, const char *path, const char *unit,
                                bool step, double *value, clpt_message *message);

#endif
