/* SPDX-License-Identifier: Apache-2.0 */
/* Operation limit_amplitude: amplitudes of a field clamped to a range. */
#include "ops/constraint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_limit_amplitude_args *a = args;
    return clpti_run_kernel(context,
                            &(clpti_launch){.file = "limit_amplitude",
                                            .kernel = "limit_amplitude_general",
                                            .options = "",
                                            .global = {a->count},
                                            .args = CLPTI_ARGS(CLPTI_VIEW(a->field), CLPTI_LONG(a->count),
                                                               CLPTI_FLOAT(a->lowest), CLPTI_FLOAT(a->highest))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_limit_amplitude = {"limit_amplitude", clpti_ref_limit_amplitude, variants};

clpt_status clpti_limit_amplitude(clpt_context *context, const clpti_limit_amplitude_args *args)
{
    return clpti_operation_run(context, &clpti_operation_limit_amplitude, args);
}
