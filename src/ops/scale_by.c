/* SPDX-License-Identifier: Apache-2.0 */
/* Operation scale_by: a field multiplied by a real map. */
#include "ops/adjoint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_scale_by_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "scale_by",
                                 .kernel = "scale_by_general",
                                 .options = "",
                                 .global = {a->count, a->repeats},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->field), CLPTI_VIEW(a->real), CLPTI_LONG(a->repeats),
                                                    CLPTI_LONG(a->count), CLPTI_FLOAT(a->factor), CLPTI_VIEW(a->out))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_scale_by = {"scale_by", clpti_ref_scale_by, variants};

clpt_status clpti_scale_by(clpt_context *context, const clpti_scale_by_args *args)
{
    return clpti_operation_run(context, &clpti_operation_scale_by, args);
}
