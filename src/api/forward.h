/* SPDX-License-Identifier: Apache-2.0 */
/* Options and argument checks common to the forward model, its adjoint and clpt_gradient. */
#ifndef CLPTI_API_FORWARD_H
#define CLPTI_API_FORWARD_H

#include "arrays/patches.h"
#include "ops/adjoint.h"

/* The caller's options in the library's size; NULL: the defaults. */
clpt_status clpti_forward_options_read(clpt_context *context, const char *function, const clpt_forward_options *given,
                                       clpt_forward_options *options);

/* Checks object, probe and options for patterns of side N, and fills everything that does not depend on memory.
 * `positions` are patch centres. The caller releases args->propagator. */
clpt_status clpti_forward_prepare(clpt_context *context, const char *function, const clpt_array *object,
                                  const clpti_positions *positions, const clpt_array *probe, int64_t side,
                                  const clpt_forward_options *options, clpti_forward_args *args);

/* Sums of a probe's gradient over pieces, in slots: zeroed scratch, added up into `d_probe` after the last piece. */
clpt_status clpti_probe_sums_take(clpt_context *context, int64_t elements, clpt_buffer **slots);
clpt_status clpti_probe_sums_fold(clpt_context *context, clpt_buffer *slots, int64_t elements, clpti_view d_probe);

/* The caller's gradients in the library's size, checked against object and probe; NULL: none. d_positions is [patterns,
 * 2]. */
clpt_status clpti_gradients_read(clpt_context *context, const char *function, const clpt_forward_gradients *given,
                                 const clpt_array *object, const clpt_array *probe, int64_t patterns,
                                 clpt_forward_gradients *gradients);

#endif
