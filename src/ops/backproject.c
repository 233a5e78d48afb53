/* SPDX-License-Identifier: Apache-2.0 */
/* Operation backproject: exit waves back to the object: Σ conj(probe) · waves. */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_backproject_args *a = args;
    int64_t patch = a->patch ? a->patch : a->size;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "backproject",
                        .kernel = "backproject_general",
                        .options = "",
                        .global = {patch, patch, a->count},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->waves), CLPTI_VIEW(a->probe), CLPTI_LONG(a->probe_stride),
                                           CLPTI_LONG(a->count), CLPTI_LONG(a->modes), CLPTI_LONG(a->size),
                                           CLPTI_LONG(patch), CLPTI_LONG(a->pad), CLPTI_VIEW(a->step))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_backproject = {"backproject", clpti_ref_backproject, variants};

clpt_status clpti_backproject(clpt_context *context, const clpti_backproject_args *args)
{
    return clpti_operation_run(context, &clpti_operation_backproject, args);
}
