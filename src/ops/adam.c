/* SPDX-License-Identifier: Apache-2.0 */
/* Operation adam: a step of the optimiser. */
#include "cl/runtime.h"
#include "ops/layers.h"
#include "ops/operation.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_adam_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "adam",
                                 .kernel = "adam_general",
                                 .options = "",
                                 .global = {a->count},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->values), CLPTI_VIEW(a->gradient), CLPTI_VIEW(a->mean),
                                                    CLPTI_VIEW(a->square), CLPTI_LONG(a->count), CLPTI_FLOAT(a->factor),
                                                    CLPTI_FLOAT(a->rate), CLPTI_FLOAT(1 - a->decay_mean),
                                                    CLPTI_FLOAT(1 - a->decay_square), CLPTI_FLOAT(a->epsilon))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_adam = {"adam", clpti_ref_adam, variants};

clpt_status clpti_adam(clpt_context *context, const clpti_adam_args *args)
{
    return clpti_operation_run(context, &clpti_operation_adam, args);
}
