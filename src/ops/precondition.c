/* SPDX-License-Identifier: Apache-2.0 */
/* Operation precondition: a step divided by regularised power. */
#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_precondition_args *a = args;
    return clpti_run_kernel(context, &(clpti_launch){.file = "precondition",
                                                     .kernel = "precondition_general",
                                                     .options = "",
                                                     .global = {a->count, a->repeats},
                                                     .args = CLPTI_ARGS(CLPTI_VIEW(a->step), CLPTI_VIEW(a->power),
                                                                        CLPTI_VIEW(a->largest), CLPTI_LONG(a->repeats),
                                                                        CLPTI_LONG(a->count), CLPTI_FLOAT(a->alpha))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_precondition = {"precondition", clpti_ref_precondition, variants};

clpt_status clpti_precondition(clpt_context *context, const clpti_precondition_args *args)
{
    return clpti_operation_run(context, &clpti_operation_precondition, args);
}
