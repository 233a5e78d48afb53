/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"
#include "ops/tile_lists.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_place_moved_args *a = args;
    clpti_tile_lists_drop(a->places->tiles);
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "place_moved",
                                 .kernel = "place_moved_general",
                                 .options = "",
                                 .global = {a->count},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(a->start->pairs), CLPTI_BUFFER(a->places->pairs),
                                                    CLPTI_LONG(a->count), CLPTI_VIEW(a->moved))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_place_moved = {"place_moved", clpti_ref_place_moved, variants};

clpt_status clpti_place_moved(clpt_context *context, const clpti_place_moved_args *args)
{
    return clpti_operation_run(context, &clpti_operation_place_moved, args);
}
