/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/engine.h"

clpt_status clpti_ref_place_moved(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_place_moved_args *a = args;
    const double *moved = clpti_host(a->moved);
    for (int64_t i = 0; i < 2 * a->count; i++) a->places->xy[i] = a->start->xy[i] + moved[i];
    return CLPT_OK;
}
