/* SPDX-License-Identifier: Apache-2.0 */
/* Operation slot_sums: sums over patterns of fields and of patches' powers. */
#include "ops/operation.h"
#include "ops/selection.h"
#include "ops/subpixel.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_slot_sums_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "slot_sums",
                        .kernel = "slot_sums_general",
                        .options = "",
                        .global = {a->size, a->size, a->modes * a->slots},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                           CLPTI_SELECTION(a->at), CLPTI_LONG(a->at.count), CLPTI_VIEW(a->fields),
                                           CLPTI_LONG(a->modes), CLPTI_LONG(a->size), CLPTI_LONG(a->slots),
                                           CLPTI_VIEW(a->sums), CLPTI_VIEW(a->patch_power), CLPTI_INT(a->fresh))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_slot_sums = {"slot_sums", clpti_ref_slot_sums, variants};

clpt_status clpti_slot_sums(clpt_context *context, const clpti_slot_sums_args *args)
{
    return clpti_operation_run(context, &clpti_operation_slot_sums, args);
}
