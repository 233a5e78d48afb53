/* SPDX-License-Identifier: Apache-2.0 */
/* Propagation between exit waves and detector, composed of transforms and a transfer function. */
#include "ops/operation.h"
#include "ops/propagator.h"

static clpt_status composed(clpt_context *context, const void *args)
{
    const clpti_propagate_args *a = args;
    clpt_status status = CLPT_OK;
    if (!a->propagator) return clpti_fft_run(a->fft, a->count, a->direction);
    CLPTI_TRY(clpti_fft_run(a->fft, a->count, CLPTI_FORWARD));
    CLPTI_TRY(clpti_transfer(context, &(clpti_transfer_args){.waves = clpti_view_of(a->fft->waves),
                                                             .transfer = clpti_view_of(a->propagator->transfer),
                                                             .count = a->count,
                                                             .pixels = a->fft->side * a->fft->side,
                                                             .factor = a->scale == 0.0 ? 1.0 : a->scale,
                                                             .conjugate = a->direction == CLPTI_INVERSE}));
    CLPTI_TRY(clpti_fft_run(a->fft, a->count, CLPTI_INVERSE));
cleanup:
    return status;
}

/* The steps dispatch to their own references, so the composition works in both kinds of context. */
static const clpti_variant variants[] = {{"composed", NULL, NULL, composed}, {0}};
const clpti_operation clpti_operation_propagate = {"propagate", composed, variants};

clpt_status clpti_propagate(clpt_context *context, const clpti_propagate_args *args)
{
    return clpti_operation_run(context, &clpti_operation_propagate, args);
}
