/* SPDX-License-Identifier: Apache-2.0 */
/* Operation intensity: intensity or amplitude of modes at the detector. */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_intensity_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "intensity",
                                 .kernel = "intensity_general",
                                 .options = "",
                                 .global = {a->size, a->size, a->count},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->waves), CLPTI_LONG(a->count), CLPTI_LONG(a->modes),
                                                    CLPTI_LONG(a->size), CLPTI_LONG(a->image ? 0 : a->size / 2),
                                                    CLPTI_FLOAT(a->factor), CLPTI_RESPONSE(a->response),
                                                    CLPTI_INT(a->amplitude), CLPTI_VIEW(a->out))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_intensity = {"intensity", clpti_ref_intensity, variants};

clpt_status clpti_intensity(clpt_context *context, const clpti_intensity_args *args)
{
    return clpti_operation_run(context, &clpti_operation_intensity, args);
}
