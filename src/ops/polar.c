/* SPDX-License-Identifier: Apache-2.0 */
/* Operations stack, polar and polar_back: between patterns or patches, channels first, and images, channels last. */
#include "cl/runtime.h"
#include "ops/layers.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status stack(clpt_context *context, const void *args)
{
    const clpti_stack_args *a = args;
    int64_t pixels = a->size * a->size, patterns = a->groups * a->channels;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "polar",
                                 .kernel = "stack_general",
                                 .options = "",
                                 .global = {pixels, patterns},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->amplitudes), CLPTI_ORDER(a->order),
                                                    CLPTI_LONG(a->first), CLPTI_LONG(patterns), CLPTI_INT(a->channels),
                                                    CLPTI_LONG(pixels), CLPTI_FLOAT(a->gain), CLPTI_FLOAT(a->scale),
                                                    CLPTI_VIEW(a->stacked), CLPTI_VIEW(a->counts))});
}

static clpt_status polar(clpt_context *context, const void *args)
{
    const clpti_polar_args *a = args;
    int64_t patterns = a->groups * a->channels;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "polar",
                        .kernel = "polar_general",
                        .options = "",
                        .global = {a->pixels, patterns},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->amplitude), CLPTI_VIEW(a->phase), CLPTI_LONG(patterns),
                                           CLPTI_INT(a->channels), CLPTI_LONG(a->pixels), CLPTI_VIEW(a->patches))});
}

static clpt_status polar_back(clpt_context *context, const void *args)
{
    const clpti_polar_args *a = args;
    int64_t patterns = a->groups * a->channels;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "polar",
                                 .kernel = "polar_back_general",
                                 .options = "",
                                 .global = {a->pixels, patterns},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->amplitude), CLPTI_VIEW(a->phase),
                                                    CLPTI_LONG(patterns), CLPTI_INT(a->channels), CLPTI_LONG(a->pixels),
                                                    CLPTI_VIEW(a->patches), CLPTI_FLOAT(a->factor),
                                                    CLPTI_VIEW(a->d_amplitude), CLPTI_VIEW(a->d_phase))});
}

static const clpti_variant stack_variants[] = {{"general", NULL, NULL, stack}, {0}};
static const clpti_variant polar_variants[] = {{"general", NULL, NULL, polar}, {0}};
static const clpti_variant polar_back_variants[] = {{"general", NULL, NULL, polar_back}, {0}};
const clpti_operation clpti_operation_stack = {"stack", clpti_ref_stack, stack_variants};
const clpti_operation clpti_operation_polar = {"polar", clpti_ref_polar, polar_variants};
const clpti_operation clpti_operation_polar_back = {"polar_back", clpti_ref_polar_back, polar_back_variants};

clpt_status clpti_stack(clpt_context *context, const clpti_stack_args *args)
{
    return clpti_operation_run(context, &clpti_operation_stack, args);
}

clpt_status clpti_polar(clpt_context *context, const clpti_polar_args *args)
{
    return clpti_operation_run(context, &clpti_operation_polar, args);
}

clpt_status clpti_polar_back(clpt_context *context, const clpti_polar_args *args)
{
    return clpti_operation_run(context, &clpti_operation_polar_back, args);
}
