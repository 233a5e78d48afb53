/* SPDX-License-Identifier: Apache-2.0 */
/* Operation transfer: waves multiplied by a transfer function. */
#include "ops/operation.h"
#include "ops/propagator.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_transfer_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "transfer",
                        .kernel = "transfer_general",
                        .options = "",
                        .global = {a->pixels, a->count},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->waves), CLPTI_VIEW(a->transfer), CLPTI_LONG(a->count),
                                           CLPTI_LONG(a->pixels), CLPTI_FLOAT(a->factor), CLPTI_INT(a->conjugate))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_transfer = {"transfer", clpti_ref_transfer, variants};

clpt_status clpti_transfer(clpt_context *context, const clpti_transfer_args *args)
{
    return clpti_operation_run(context, &clpti_operation_transfer, args);
}
