/* SPDX-License-Identifier: Apache-2.0 */
/* Operations pool and enlarge, and their adjoints. */
#include "cl/runtime.h"
#include "ops/layers.h"
#include "ops/operation.h"

#define SHAPE(a)                                                                                                       \
    CLPTI_INT((a)->width), CLPTI_INT((a)->channels), CLPTI_LONG((a)->count *(a)->height *(a)->width *(a)->channels)

static clpt_status run(clpt_context *context, const char *kernel, const clpti_resize_args *a, clpti_view from,
                       clpti_view to)
{
    return clpti_run_kernel(context, &(clpti_launch){.file = "resize",
                                                     .kernel = kernel,
                                                     .options = "",
                                                     .global = {a->count * a->height * a->width * a->channels},
                                                     .args = CLPTI_ARGS(CLPTI_VIEW(from), SHAPE(a), CLPTI_VIEW(to))});
}

static clpt_status run_back(clpt_context *context, const char *kernel, const clpti_resize_back_args *a, clpti_view from)
{
    const clpti_resize_args *f = &a->forward;
    return clpti_run_kernel(context, &(clpti_launch){.file = "resize",
                                                     .kernel = kernel,
                                                     .options = "",
                                                     .global = {f->count * f->height * f->width * f->channels},
                                                     .args = CLPTI_ARGS(CLPTI_VIEW(from), SHAPE(f),
                                                                        CLPTI_VIEW(a->cotangent), CLPTI_VIEW(a->out))});
}

static clpt_status pool(clpt_context *context, const void *args)
{
    const clpti_resize_args *a = args;
    return run(context, "pool_general", a, a->large, a->small);
}

static clpt_status pool_back(clpt_context *context, const void *args)
{
    const clpti_resize_back_args *a = args;
    return run_back(context, "pool_back_general", a, a->forward.large);
}

static clpt_status enlarge(clpt_context *context, const void *args)
{
    const clpti_resize_args *a = args;
    return run(context, "enlarge_general", a, a->small, a->large);
}

static clpt_status enlarge_back(clpt_context *context, const void *args)
{
    const clpti_resize_back_args *a = args;
    return run_back(context, "enlarge_back_general", a, a->forward.small);
}

static const clpti_variant pool_variants[] = {{"general", NULL, NULL, pool}, {0}};
static const clpti_variant pool_back_variants[] = {{"general", NULL, NULL, pool_back}, {0}};
static const clpti_variant enlarge_variants[] = {{"general", NULL, NULL, enlarge}, {0}};
static const clpti_variant enlarge_back_variants[] = {{"general", NULL, NULL, enlarge_back}, {0}};
const clpti_operation clpti_operation_pool = {"pool", clpti_ref_pool, pool_variants};
const clpti_operation clpti_operation_pool_back = {"pool_back", clpti_ref_pool_back, pool_back_variants};
const clpti_operation clpti_operation_enlarge = {"enlarge", clpti_ref_enlarge, enlarge_variants};
const clpti_operation clpti_operation_enlarge_back = {"enlarge_back", clpti_ref_enlarge_back, enlarge_back_variants};

clpt_status clpti_pool(clpt_context *context, const clpti_resize_args *args)
{
    return clpti_operation_run(context, &clpti_operation_pool, args);
}

clpt_status clpti_pool_back(clpt_context *context, const clpti_resize_back_args *args)
{
    return clpti_operation_run(context, &clpti_operation_pool_back, args);
}

clpt_status clpti_enlarge(clpt_context *context, const clpti_resize_args *args)
{
    return clpti_operation_run(context, &clpti_operation_enlarge, args);
}

clpt_status clpti_enlarge_back(clpt_context *context, const clpti_resize_back_args *args)
{
    return clpti_operation_run(context, &clpti_operation_enlarge_back, args);
}
