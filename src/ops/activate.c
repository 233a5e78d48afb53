/* SPDX-License-Identifier: Apache-2.0 */
/* Operations activate and activate_back: the functions of a network's last layers. */
#include "cl/runtime.h"
#include "ops/layers.h"
#include "ops/operation.h"

static clpt_status forward(clpt_context *context, const void *args)
{
    const clpti_activate_args *a = args;
    return clpti_run_kernel(context, &(clpti_launch){.file = "activate",
                                                     .kernel = "activate_general",
                                                     .options = "",
                                                     .global = {a->count},
                                                     .args = CLPTI_ARGS(CLPTI_INT(a->function), CLPTI_VIEW(a->values),
                                                                        CLPTI_LONG(a->count), CLPTI_VIEW(a->out))});
}

static clpt_status backward(clpt_context *context, const void *args)
{
    const clpti_activate_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "activate",
                                 .kernel = "activate_back_general",
                                 .options = "",
                                 .global = {a->count},
                                 .args = CLPTI_ARGS(CLPTI_INT(a->function), CLPTI_VIEW(a->values), CLPTI_LONG(a->count),
                                                    CLPTI_VIEW(a->cotangent), CLPTI_VIEW(a->out))});
}

static const clpti_variant forward_variants[] = {{"general", NULL, NULL, forward}, {0}};
static const clpti_variant backward_variants[] = {{"general", NULL, NULL, backward}, {0}};
const clpti_operation clpti_operation_activate = {"activate", clpti_ref_activate, forward_variants};
const clpti_operation clpti_operation_activate_back = {"activate_back", clpti_ref_activate_back, backward_variants};

clpt_status clpti_activate(clpt_context *context, const clpti_activate_args *args)
{
    return clpti_operation_run(context, &clpti_operation_activate, args);
}

clpt_status clpti_activate_back(clpt_context *context, const clpti_activate_args *args)
{
    return clpti_operation_run(context, &clpti_operation_activate_back, args);
}
