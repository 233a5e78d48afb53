/* SPDX-License-Identifier: Apache-2.0 */
/* Operation relax: the regularised rPIE update of a field. */
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
                                           CLPTI_FLOAT(a->alpha), CLPTI_FLOAT(a->factor), CLPTI_INT(a->fresh))});
}

static bool lanes_apply(const clpt_context *context, const void *args)
{
    (void)args;
    return clpti_capabilities_of(context)->cpu_shaped;
}

enum { chunk = 4096 };

static clpt_status lanes(clpt_context *context, const void *args)
{
    const clpti_relax_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "relax_lanes",
                                 .kernel = "relax_lanes",
                                 .options = "",
                                 .global = {(a->count + chunk - 1) / chunk, a->repeats},
                                 .local = {1, 1, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->field), CLPTI_VIEW(a->step), CLPTI_VIEW(a->power),
                                                    CLPTI_VIEW(a->largest), CLPTI_LONG(a->repeats),
                                                    CLPTI_LONG(a->count), CLPTI_FLOAT(a->alpha), CLPTI_FLOAT(a->factor),
                                                    CLPTI_INT(a->fresh), CLPTI_LONG(chunk))});
}

static const clpti_variant variants[] = {{"lanes", "a CPU", lanes_apply, lanes}, {"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_relax = {"relax", clpti_ref_relax, variants};

clpt_status clpti_relax(clpt_context *context, const clpti_relax_args *args)
{
    return clpti_operation_run(context, &clpti_operation_relax, args);
}
