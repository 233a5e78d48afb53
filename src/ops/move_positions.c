/* SPDX-License-Identifier: Apache-2.0 */
/* Operation move_positions: positions from starts and displacements. */
#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"
#include "ops/tile_lists.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_move_positions_args *a = args;
    clpti_tile_lists_drop(a->positions->tiles);
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "move_positions",
                                 .kernel = "move_positions_general",
                                 .options = "",
                                 .global = {a->count},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(a->start->pairs), CLPTI_BUFFER(a->positions->pairs),
                                                    CLPTI_LONG(a->count), CLPTI_VIEW(a->moved))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_move_positions = {"move_positions", clpti_ref_move_positions, variants};

clpt_status clpti_move_positions(clpt_context *context, const clpti_move_positions_args *args)
{
    return clpti_operation_run(context, &clpti_operation_move_positions, args);
}
