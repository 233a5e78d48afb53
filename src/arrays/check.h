/* SPDX-License-Identifier: Apache-2.0 */
/* Argument checks of the public operations: each failure names the function, the argument, and both sizes. */
#ifndef CLPTI_ARRAYS_CHECK_H
#define CLPTI_ARRAYS_CHECK_H

#include "buffer/buffer.h"

typedef enum clpti_kind { CLPTI_KIND_ANY, CLPTI_KIND_REAL, CLPTI_KIND_COMPLEX } clpti_kind;

bool clpti_type_is_complex(clpt_type type);
size_t clpti_type_bytes(clpt_type type);

/* Elements of an array that has passed its check. */
int64_t clpti_array_elements(const clpt_array *array);

/* The array is present, has a rank between the two, positive sizes, memory of this context, and the required kind. */
clpt_status clpti_check_array(clpt_context *context, const char *function, const char *name, const clpt_array *array,
                              int min_rank, int max_rank, clpti_kind kind);

/* The array has these sizes; `why` names their source ("the same as images"). */
clpt_status clpti_check_shape(clpt_context *context, const char *function, const char *name, const clpt_array *array,
                              int rank, const int64_t *shape, const char *why);

/* Geometry: host memory, F32 or F64, finite, every number within ±limit. Returns a copy in doubles; the caller frees.
 */
clpt_status clpti_read_geometry(clpt_context *context, const char *function, const char *name, const clpt_array *array,
                                double limit, double **numbers);

/* Gradients of geometry: an array of the shape of `like` in host memory, F32 or F64; NULL is accepted. */
clpt_status clpti_check_geometry_gradient(clpt_context *context, const char *function, const char *name,
                                          const clpt_array *array, const clpt_array *like);
void clpti_write_geometry(const clpt_array *array, const double *numbers);

/* NULL, or an array with the shape and kind of `like`. */
clpt_status clpti_check_gradient(clpt_context *context, const char *function, const char *name, const clpt_array *array,
                                 const clpt_array *like);

/* Limit of coordinates: whole pixels must fit an int with a wide margin. */
#define CLPTI_COORDINATE_LIMIT 1e9

#endif
