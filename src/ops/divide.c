/* SPDX-License-Identifier: Apache-2.0 */
/* Operation divide: a canvas divided by its sum of weights. */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_divide_args *a = args;
    return clpti_run_kernel(context,
                            &(clpti_launch){.file = "divide",
                                            .kernel = "divide_general",
                                            .options = clpti_element_option(a->complex),
                                            .global = {a->count},
                                            .args = CLPTI_ARGS(CLPTI_VIEW(a->canvas), CLPTI_VIEW(a->weight_sum),
                                                               CLPTI_LONG(a->count), CLPTI_FLOAT(a->epsilon))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_divide = {"divide", clpti_ref_divide, variants};

clpt_status clpti_divide(clpt_context *context, const clpti_divide_args *args)
{
    return clpti_operation_run(context, &clpti_operation_divide, args);
}
