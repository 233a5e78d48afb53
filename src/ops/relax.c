/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_relax_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "relax",
                        .kernel = "relax_general",
                        .options = "",
                        .global = {a->count, a->repeats},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->field), CLPTI_VIEW(a->step), CLPTI_VIEW(a->power),
                                           CLPTI_VIEW(a->largest), CLPTI_LONG(a->repeats), CLPTI_LONG(a->count),
                                           CLPTI_FLOAT(a->alpha), CLPTI_FLOAT(a->factor))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
static const clpti_operation operation = {"relax", clpti_ref_relax, variants};

clpt_status clpti_relax(clpt_context *context, const clpti_relax_args *args)
{
    return clpti_operation_run(context, &operation, args);
}
