/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of transfer: waves multiplied by a transfer function. */
#include "ref/field.h"

#include "ops/propagator.h"

clpt_status clpti_ref_transfer(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_transfer_args *a = args;
    double *waves = clpti_host(a->waves);
    const double *transfer = clpti_host(a->transfer);
    for (int64_t i = 0; i < a->count * a->pixels; i++) {
        clpti_value h = a->factor * clpti_field_get(transfer, true, i % a->pixels);
        clpti_field_set(waves, true, i, (a->conjugate ? conj(h) : h) * clpti_field_get(waves, true, i));
    }
    return CLPT_OK;
}
