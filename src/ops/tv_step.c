/* SPDX-License-Identifier: Apache-2.0 */
/* Operation tv_step: one step of total-variation denoising in the dual. */
#include "ops/constraint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status primal(clpt_context *context, const clpti_tv_step_args *a, clpt_buffer *dual, clpt_buffer *u)
{
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "tv_step",
                                 .kernel = "tv_step_primal",
                                 .options = "",
                                 .global = {a->width, a->height},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->field), CLPTI_BUFFER(dual), CLPTI_LONG(a->height),
                                                    CLPTI_LONG(a->width), CLPTI_FLOAT(a->weight), CLPTI_BUFFER(u))});
}

static clpt_status step(clpt_context *context, const clpti_tv_step_args *a, clpt_buffer *dual, clpt_buffer *u)
{
    clpt_status status = primal(context, a, dual, u);
    if (status != CLPT_OK) return status;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "tv_step",
                                 .kernel = "tv_step_dual",
                                 .options = "",
                                 .global = {a->width, a->height},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(u), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                                    CLPTI_FLOAT(1.0 / (8.0 * a->weight)), CLPTI_BUFFER(dual))});
}

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_tv_step_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *u = NULL, *dual = NULL;
    int64_t count = a->height * a->width;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, count, &u));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, 2 * count, &dual));
    CLPTI_TRY(clpti_zero(clpti_view_of(dual), 2 * count));
    for (int k = 0; k < a->steps; k++) CLPTI_TRY(step(context, a, dual, u));
    CLPTI_TRY(primal(context, a, dual, u));
    CLPTI_TRY(clpti_copy(clpti_view_of(u), a->field, count));
cleanup:
    clpti_scratch_give(&dual);
    clpti_scratch_give(&u);
    return status;
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_tv_step = {"tv_step", clpti_ref_tv_step, variants};

clpt_status clpti_tv_step(clpt_context *context, const clpti_tv_step_args *args)
{
    return clpti_operation_run(context, &clpti_operation_tv_step, args);
}
