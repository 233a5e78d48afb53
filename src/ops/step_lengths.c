/* SPDX-License-Identifier: Apache-2.0 */
/* Operation step_lengths: mean of the step lengths of all patterns. */
#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"

enum { lanes = 64 };

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_step_lengths_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "step_lengths",
                                 .kernel = "step_lengths_general",
                                 .options = "",
                                 .global = {lanes},
                                 .local = {lanes, 1, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->sums), CLPTI_LONG(a->count), CLPTI_FLOAT(a->damping),
                                                    CLPTI_VIEW(a->lengths), CLPTI_LOCAL(8 * lanes))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_step_lengths = {"step_lengths", clpti_ref_step_lengths, variants};

clpt_status clpti_step_lengths(clpt_context *context, const clpti_step_lengths_args *args)
{
    return clpti_operation_run(context, &clpti_operation_step_lengths, args);
}
