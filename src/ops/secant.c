/* SPDX-License-Identifier: Apache-2.0 */
/* Operation secant: step length by a secant from two slopes. */
#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"

enum { lanes = 64 };

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_secant_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "secant",
                                 .kernel = "secant_general",
                                 .options = "",
                                 .global = {lanes},
                                 .local = {lanes, 1, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->sums), CLPTI_LONG(a->count), CLPTI_VIEW(a->slope),
                                                    CLPTI_FLOAT(a->factor), CLPTI_VIEW(a->length),
                                                    CLPTI_VIEW(a->correction), CLPTI_LOCAL(4 * lanes))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_secant = {"secant", clpti_ref_secant, variants};

clpt_status clpti_secant(clpt_context *context, const clpti_secant_args *args)
{
    return clpti_operation_run(context, &clpti_operation_secant, args);
}
