/* SPDX-License-Identifier: Apache-2.0 */
/* background_sums and background_step. */
#include "ops/correction.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status sums_general(clpt_context *context, const void *args)
{
    const clpti_misfit_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "background",
                                 .kernel = "background_sums",
                                 .options = "",
                                 .global = {a->size * a->size},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->intensity), CLPTI_LONG(a->count),
                                                    CLPTI_LONG(a->size * a->size), CLPTI_RESPONSE(a->response),
                                                    CLPTI_VIEW(a->measured), CLPTI_VIEW(a->mask),
                                                    CLPTI_INT(a->mask_per_pattern), CLPTI_ORDER(a->order),
                                                    CLPTI_LONG(a->first), CLPTI_FLOAT(a->floor), CLPTI_VIEW(a->sums))});
}

static clpt_status step_general(clpt_context *context, const void *args)
{
    const clpti_background_step_args *a = args;
    return clpti_run_kernel(context, &(clpti_launch){.file = "background",
                                                     .kernel = "background_step",
                                                     .options = "",
                                                     .global = {a->count},
                                                     .args = CLPTI_ARGS(CLPTI_VIEW(a->sums), CLPTI_VIEW(a->background),
                                                                        CLPTI_LONG(a->count), CLPTI_FLOAT(a->step))});
}

static const clpti_variant sums_variants[] = {{"general", NULL, NULL, sums_general}, {0}};
static const clpti_variant step_variants[] = {{"general", NULL, NULL, step_general}, {0}};
const clpti_operation clpti_operation_background_sums = {"background_sums", clpti_ref_background_sums, sums_variants};
const clpti_operation clpti_operation_background_step = {"background_step", clpti_ref_background_step, step_variants};

clpt_status clpti_background_sums(clpt_context *context, const clpti_misfit_args *args)
{
    return clpti_operation_run(context, &clpti_operation_background_sums, args);
}

clpt_status clpti_background_step(clpt_context *context, const clpti_background_step_args *args)
{
    return clpti_operation_run(context, &clpti_operation_background_step, args);
}
