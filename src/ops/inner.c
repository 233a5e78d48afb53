/* SPDX-License-Identifier: Apache-2.0 */
/* Operation inner: real inner product of two fields. */
#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"

enum { block_length = 4096, lanes = 64 };

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_inner_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *part = NULL;
    int64_t blocks = (a->count + block_length - 1) / block_length;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, blocks, &part));
    CLPTI_TRY(clpti_run_kernel(
        context,
        &(clpti_launch){.file = "inner",
                        .kernel = "inner_general",
                        .options = "",
                        .global = {blocks * lanes},
                        .local = {lanes, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->a), CLPTI_VIEW(a->b), CLPTI_LONG(a->count),
                                           CLPTI_LONG(block_length), CLPTI_BUFFER(part), CLPTI_LOCAL(4 * lanes))}));
    CLPTI_TRY(
        clpti_run_kernel(context, &(clpti_launch){.file = "inner",
                                                  .kernel = "inner_sum",
                                                  .options = "",
                                                  .global = {lanes},
                                                  .local = {lanes, 1, 1},
                                                  .args = CLPTI_ARGS(CLPTI_BUFFER(part), CLPTI_LONG(blocks),
                                                                     CLPTI_VIEW(a->out), CLPTI_LOCAL(4 * lanes))}));
cleanup:
    clpti_scratch_give(&part);
    return status;
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_inner = {"inner", clpti_ref_inner, variants};

clpt_status clpti_inner(clpt_context *context, const clpti_inner_args *args)
{
    return clpti_operation_run(context, &clpti_operation_inner, args);
}
