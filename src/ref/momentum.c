/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of momentum: heavy-ball momentum of a field. */
#include "ops/engine.h"

clpt_status clpti_ref_momentum(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_momentum_args *a = args;
    const double *previous = clpti_host(a->previous);
    double *field = clpti_host(a->field), *velocity = clpti_host(a->velocity);
    for (int64_t i = 0; i < 2 * a->count; i++) {
        velocity[i] = a->friction * velocity[i] + (field[i] - previous[i]);
        field[i] = previous[i] + velocity[i];
    }
    return CLPT_OK;
}
