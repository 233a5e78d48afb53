/* SPDX-License-Identifier: Apache-2.0 */
/* Operation fold: sum of slots, in order. */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_fold_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "fold",
                                 .kernel = "fold_general",
                                 .options = clpti_element_option(a->complex),
                                 .global = {a->count},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->slots), CLPTI_LONG(a->slot_count),
                                                    CLPTI_LONG(a->count), CLPTI_VIEW(a->out), CLPTI_INT(a->fresh))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_fold = {"fold", clpti_ref_fold, variants};

clpt_status clpti_fold(clpt_context *context, const clpti_fold_args *args)
{
    return clpti_operation_run(context, &clpti_operation_fold, args);
}
