/* SPDX-License-Identifier: Apache-2.0 */
/* Operation momentum: heavy-ball momentum of a field. */
#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_momentum_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "momentum",
                        .kernel = "momentum_general",
                        .options = "",
                        .global = {a->count},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->field), CLPTI_VIEW(a->previous), CLPTI_VIEW(a->velocity),
                                           CLPTI_FLOAT(a->friction), CLPTI_LONG(a->count))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_momentum = {"momentum", clpti_ref_momentum, variants};

clpt_status clpti_momentum(clpt_context *context, const clpti_momentum_args *args)
{
    return clpti_operation_run(context, &clpti_operation_momentum, args);
}
