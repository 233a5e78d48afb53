/* SPDX-License-Identifier: Apache-2.0 */
/* Operation rotate: modes multiplied by a matrix. */
#include "ops/dense.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_rotate_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "rotate",
                                 .kernel = "rotate_general",
                                 .options = "",
                                 .global = {a->count, a->mode_count},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->modes), CLPTI_LONG(a->mode_count),
                                                    CLPTI_LONG(a->count), CLPTI_VIEW(a->matrix), CLPTI_VIEW(a->out))});
}

static bool library_applies(const clpt_context *context, const void *args)
{
    const clpti_rotate_args *a = args;
    return clpti_dense_applies(context, "rotate", a->mode_count, a->count);
}

static clpt_status library(clpt_context *context, const void *args)
{
    const clpti_rotate_args *a = args;
    return clpti_dense_rotate(context, a->modes, a->mode_count, a->count, a->matrix, a->out);
}

static const clpti_variant variants[] = {
    {"clblast", CLPTI_DENSE_NEEDS, library_applies, library}, {"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_rotate = {"rotate", clpti_ref_rotate, variants};

clpt_status clpti_rotate(clpt_context *context, const clpti_rotate_args *args)
{
    return clpti_operation_run(context, &clpti_operation_rotate, args);
}
