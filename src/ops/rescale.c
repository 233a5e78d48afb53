/* SPDX-License-Identifier: Apache-2.0 */
/* Operation rescale: scale factors of patterns updated from their sums. */
#include "ops/correction.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_rescale_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *total = NULL;
    int32_t items = clpti_group_items(context);
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 1, &total));
    CLPTI_TRY(
        clpti_run_kernel(context, &(clpti_launch){.file = "rescale",
                                                  .kernel = "rescale_step",
                                                  .options = "",
                                                  .global = {a->count},
                                                  .args = CLPTI_ARGS(CLPTI_VIEW(a->sums), CLPTI_VIEW(a->scales),
                                                                     CLPTI_LONG(a->count), CLPTI_FLOAT(a->limit))}));
    CLPTI_TRY(
        clpti_run_kernel(context, &(clpti_launch){.file = "rescale",
                                                  .kernel = "rescale_sum",
                                                  .options = "",
                                                  .global = {items},
                                                  .local = {items, 1, 1},
                                                  .args = CLPTI_ARGS(CLPTI_VIEW(a->scales), CLPTI_LONG(a->count),
                                                                     CLPTI_BUFFER(total), CLPTI_LOCAL(4 * items))}));
    CLPTI_TRY(clpti_run_kernel(context, &(clpti_launch){.file = "rescale",
                                                        .kernel = "rescale_hold",
                                                        .options = "",
                                                        .global = {a->count},
                                                        .args = CLPTI_ARGS(CLPTI_VIEW(a->scales), CLPTI_LONG(a->count),
                                                                           CLPTI_BUFFER(total))}));
cleanup:
    clpti_scratch_give(&total);
    return status;
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_rescale = {"rescale", clpti_ref_rescale, variants};

clpt_status clpti_rescale(clpt_context *context, const clpti_rescale_args *args)
{
    return clpti_operation_run(context, &clpti_operation_rescale, args);
}
