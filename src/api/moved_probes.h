/* SPDX-License-Identifier: Apache-2.0 */
/* The forward model and its adjoint with probes moved by fractions of a pixel (src/solve/subpixel.h), for public
 * functions. */
#ifndef CLPTI_API_MOVED_PROBES_H
#define CLPTI_API_MOVED_PROBES_H

#include "ops/adjoint.h"
#include "solve/subpixel.h"

/* The model of a call that is otherwise prepared, and positions rounded for it; bilinear: NULL. */
clpt_status clpti_moved_take(clpt_context *context, const char *function, clpt_subpixel model, clpti_forward_args *args,
                             clpti_subpixel **made);

/* Patterns at a time, for which moved probes are kept. */
int64_t clpti_moved_chunk(const clpt_context *context, const clpti_forward_args *args);
/* `part` = `args` for the patterns from `done` on, at most `chunk`, with their moved probes, valid until the next call.
 */
clpt_status clpti_moved_probes(clpti_subpixel *m, const clpti_forward_args *args, int64_t done, int64_t chunk,
                               clpti_forward_args *part);

/* Sums of the probe's gradient over pieces: zeroed scratch, added up into `d_probe` after the last piece. */
clpt_status clpti_moved_sums_take(clpt_context *context, const clpti_subpixel *m, int64_t elements, clpt_buffer **sums);
clpt_status clpti_moved_sums_fold(clpt_context *context, clpti_subpixel *m, int64_t elements, clpt_buffer *sums,
                                  clpti_view d_probe);

/* clpti_forward_back with moved probes; d_probe, if given, are the sums. */
clpt_status clpti_moved_back(clpt_context *context, clpti_subpixel *m, const clpti_forward_back_args *args);

#endif
