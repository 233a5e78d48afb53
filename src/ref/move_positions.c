/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of move_positions: positions from starts and displacements. */
#include "ops/engine.h"

clpt_status clpti_ref_move_positions(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_move_positions_args *a = args;
    const double *moved = clpti_host(a->moved);
    for (int64_t i = 0; i < 2 * a->count; i++) a->positions->xy[i] = a->start->xy[i] + moved[i];
    return CLPT_OK;
}
