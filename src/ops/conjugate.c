/* SPDX-License-Identifier: Apache-2.0 */
/* Operation conjugate: coefficient of the previous direction in conjugate gradients. */
#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_conjugate_args *a = args;
    return clpti_run_kernel(context, &(clpti_launch){.file = "conjugate",
                                                     .kernel = "conjugate_general",
                                                     .options = "",
                                                     .global = {1},
                                                     .args = CLPTI_ARGS(CLPTI_VIEW(a->products), CLPTI_LONG(a->fields),
                                                                        CLPTI_INT(a->restart), CLPTI_VIEW(a->memory),
                                                                        CLPTI_VIEW(a->beta), CLPTI_VIEW(a->slope))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_conjugate = {"conjugate", clpti_ref_conjugate, variants};

clpt_status clpti_conjugate(clpt_context *context, const clpti_conjugate_args *args)
{
    return clpti_operation_run(context, &clpti_operation_conjugate, args);
}
