/* SPDX-License-Identifier: Apache-2.0 */
/* Operation merge_weight_pull: gradients of a merge with respect to the probe's power as weight. */
#include "ops/adjoint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_merge_weight_pull_args *a = args;
    const clpti_merge_geometry *g = &a->g;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "merge_weight_pull",
                        .kernel = "merge_weight_pull_general",
                        .options = clpti_element_option(g->complex),
                        .global = {g->size, g->size},
                        .args = CLPTI_ARGS(CLPTI_SELECTION(g->at), CLPTI_LONG(g->at.count), CLPTI_LONG(g->per_group),
                                           CLPTI_LONG(g->size), CLPTI_LONG(g->height), CLPTI_LONG(g->width),
                                           CLPTI_VIEW(g->d_sum), CLPTI_VIEW(g->d_total), CLPTI_VIEW(a->patches),
                                           CLPTI_VIEW(a->d_power))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_merge_weight_pull = {"merge_weight_pull", clpti_ref_merge_weight_pull, variants};

clpt_status clpti_merge_weight_pull(clpt_context *context, const clpti_merge_weight_pull_args *args)
{
    return clpti_operation_run(context, &clpti_operation_merge_weight_pull, args);
}
