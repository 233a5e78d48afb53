/* SPDX-License-Identifier: Apache-2.0 */
/* Gram matrices: CLBlast's matrix product where it is faster, otherwise blocked kernels of our own. */
#include "ops/dense.h"
#include "ops/operation.h"
#include "ops/selection.h"

enum { block_length = 4096, lanes = 64 };

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_gram_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *part = NULL;
    int64_t blocks = (a->count + block_length - 1) / block_length, entries = a->mode_count * a->mode_count;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, blocks * entries, &part));
    CLPTI_TRY(clpti_run_kernel(
        context,
        &(clpti_launch){.file = "gram",
                        .kernel = "gram_general",
                        .options = "",
                        .global = {blocks * lanes, a->mode_count, a->mode_count},
                        .local = {lanes, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->modes), CLPTI_LONG(a->mode_count), CLPTI_LONG(a->count),
                                           CLPTI_LONG(block_length), CLPTI_BUFFER(part), CLPTI_LOCAL(8 * lanes))}));
    CLPTI_TRY(clpti_run_kernel(context, &(clpti_launch){.file = "gram",
                                                        .kernel = "gram_sum",
                                                        .options = "",
                                                        .global = {entries},
                                                        .args = CLPTI_ARGS(CLPTI_BUFFER(part), CLPTI_LONG(blocks),
                                                                           CLPTI_LONG(entries), CLPTI_VIEW(a->gram))}));
cleanup:
    clpti_scratch_give(&part);
    return status;
}

static bool library_applies(const clpt_context *context, const void *args)
{
    const clpti_gram_args *a = args;
    return clpti_dense_applies(context, "gram", a->mode_count, a->count);
}

static clpt_status library(clpt_context *context, const void *args)
{
    const clpti_gram_args *a = args;
    return clpti_dense_gram(context, a->modes, a->mode_count, a->count, a->gram);
}

static const clpti_variant variants[] = {
    {"clblast", CLPTI_DENSE_NEEDS, library_applies, library}, {"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_gram = {"gram", clpti_ref_gram, variants};

clpt_status clpti_gram(clpt_context *context, const clpti_gram_args *args)
{
    return clpti_operation_run(context, &clpti_operation_gram, args);
}
