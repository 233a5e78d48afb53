/* SPDX-License-Identifier: Apache-2.0 */
/* Operation merge_back: gradients of a merged canvas with respect to its sum and total weight. */
#include "ops/adjoint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_merge_back_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "merge_back",
                        .kernel = "merge_back_general",
                        .options = clpti_element_option(a->complex),
                        .global = {a->pixels, a->groups},
                        .args = CLPTI_ARGS(CLPTI_INT(a->merge), CLPTI_VIEW(a->cotangent), CLPTI_VIEW(a->canvas),
                                           CLPTI_VIEW(a->total), CLPTI_VIEW(a->largest), CLPTI_LONG(a->groups),
                                           CLPTI_LONG(a->pixels), CLPTI_VIEW(a->d_sum), CLPTI_VIEW(a->d_total))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_merge_back = {"merge_back", clpti_ref_merge_back, variants};

clpt_status clpti_merge_back(clpt_context *context, const clpti_merge_back_args *args)
{
    return clpti_operation_run(context, &clpti_operation_merge_back, args);
}
