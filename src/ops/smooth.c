/* SPDX-License-Identifier: Apache-2.0 */
/* Operation smooth: 3×3 Gaussian of exit waves within the probe mask. */
#include <math.h>

#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_smooth_args *a = args;
    double side = exp(-0.5 / (a->sigma * a->sigma)), sum = 1.0 + 2.0 * side;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "smooth",
                                 .kernel = "smooth_general",
                                 .options = "",
                                 .global = {a->size, a->size, a->count},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->in), CLPTI_VIEW(a->out), CLPTI_LONG(a->count),
                                                    CLPTI_LONG(a->size), CLPTI_FLOAT(1.0 / sum),
                                                    CLPTI_FLOAT(side / sum), CLPTI_INT(a->probe_mask))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_smooth = {"smooth", clpti_ref_smooth, variants};

clpt_status clpti_smooth(clpt_context *context, const clpti_smooth_args *args)
{
    return clpti_operation_run(context, &clpti_operation_smooth, args);
}
