/* SPDX-License-Identifier: Apache-2.0 */
/* Operation variation: total variation of an object, and its gradient. */
#include "ops/adjoint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_variation_args *a = args;
    int32_t items = clpti_group_items(context);
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "variation",
                        .kernel = "variation_general",
                        .options = "",
                        .global = {a->height * items},
                        .local = {items, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_INT(a->variation == CLPT_VARIATION_TOTAL), CLPTI_VIEW(a->object),
                                           CLPTI_LONG(a->height), CLPTI_LONG(a->width), CLPTI_FLOAT(a->epsilon),
                                           CLPTI_VIEW(a->rows), CLPTI_VIEW(a->d_object), CLPTI_LOCAL(8 * items))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_variation = {"variation", clpti_ref_variation, variants};

clpt_status clpti_variation(clpt_context *context, const clpti_variation_args *args)
{
    return clpti_operation_run(context, &clpti_operation_variation, args);
}
