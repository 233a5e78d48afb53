/* SPDX-License-Identifier: Apache-2.0 */
/* Operation power: Σ|modes|². */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_power_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "power",
                        .kernel = "power_general",
                        .options = "",
                        .global = {a->count, a->repeats ? a->repeats : 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->modes), CLPTI_LONG(a->repeats ? a->repeats : 1),
                                           CLPTI_LONG(a->mode_count), CLPTI_LONG(a->count), CLPTI_VIEW(a->power))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_power = {"power", clpti_ref_power, variants};

clpt_status clpti_power(clpt_context *context, const clpti_power_args *args)
{
    return clpti_operation_run(context, &clpti_operation_power, args);
}
