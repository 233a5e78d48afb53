/* SPDX-License-Identifier: Apache-2.0 */
/* Operation loss: losses of patterns against measured counts, and their derivatives. */
#include "ops/adjoint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_loss_args *a = args;
    int32_t items = clpti_group_items(context);
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "loss",
                        .kernel = "loss_general",
                        .options = "",
                        .global = {a->count * items},
                        .local = {items, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_INT(clpti_loss_kind(a->loss, a->roots)), CLPTI_VIEW(a->intensity),
                                           CLPTI_LONG(a->count), CLPTI_LONG(a->pixels), CLPTI_VIEW(a->measured),
                                           CLPTI_VIEW(a->mask), CLPTI_INT(a->mask_per_pattern), CLPTI_ORDER(a->order),
                                           CLPTI_LONG(a->first), CLPTI_VIEW(a->sums), CLPTI_VIEW(a->d_intensity),
                                           CLPTI_LOCAL(16 * items))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_loss = {"loss", clpti_ref_loss, variants};

clpt_status clpti_loss(clpt_context *context, const clpti_loss_args *args)
{
    return clpti_operation_run(context, &clpti_operation_loss, args);
}
