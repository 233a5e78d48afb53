/* SPDX-License-Identifier: Apache-2.0 */
/* Argument checks and uploads common to warp, translate and their adjoints. */
#ifndef CLPTI_API_WARP_H
#define CLPTI_API_WARP_H

#include "arrays/check.h"
#include "ops/ops.h"

/* K geometries for B images: K = B, 1, or B/k. */
clpt_status clpti_check_sharing(clpt_context *context, const char *function, const char *name, int64_t images,
                                int64_t given);

/* [B, H, W] of any kind, and `out` of the same shape, in other memory. */
clpt_status clpti_check_images(clpt_context *context, const char *function, const clpt_array *images,
                               const clpt_array *out);

/* Transforms as nine numbers each (the ninth of eight is 1); the caller frees them. */
clpt_status clpti_read_transforms(clpt_context *context, const char *function, const clpt_array *transforms,
                                  int64_t *count, double **nine);

/* Each number of 3×3 transforms as a high and a low float; scratch that the caller gives back. */
clpt_status clpti_upload_transforms(clpt_context *context, const double *numbers, int64_t transforms,
                                    clpt_buffer **buffer);

/* The position of every image: sign·shift. */
clpt_status clpti_shift_positions(clpt_context *context, const char *function, const clpt_array *images,
                                  const clpt_array *shifts, double sign, clpti_positions *positions);

#endif
