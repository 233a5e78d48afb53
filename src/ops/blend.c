/* SPDX-License-Identifier: Apache-2.0 */
/* Operation blend: linear combinations of exit waves, stored waves and current waves, for projection engines. */
#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"

#define BLEND_ARGS(a)                                                                                                  \
    CLPTI_VIEW((a)->object), CLPTI_LONG((a)->height), CLPTI_LONG((a)->width), CLPTI_SELECTION((a)->at),                \
        CLPTI_LONG((a)->at.count), CLPTI_VIEW((a)->probe), CLPTI_LONG((a)->probe_stride), CLPTI_LONG((a)->modes),      \
        CLPTI_LONG((a)->size), CLPTI_VIEW((a)->stored), CLPTI_VIEW((a)->waves), CLPTI_FLOAT((a)->stored_by[0]),        \
        CLPTI_FLOAT((a)->stored_by[1]), CLPTI_FLOAT((a)->stored_by[2]), CLPTI_FLOAT((a)->waves_by[0]),                 \
        CLPTI_FLOAT((a)->waves_by[1]), CLPTI_FLOAT((a)->waves_by[2])

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_blend_args *a = args;
    return clpti_run_kernel(context, &(clpti_launch){.file = "blend",
                                                     .kernel = "blend_general",
                                                     .options = "",
                                                     .global = {a->size, a->size, a->at.count},
                                                     .args = CLPTI_ARGS(BLEND_ARGS(a))});
}

static bool lanes_apply(const clpt_context *context, const void *args)
{
    const clpti_blend_args *a = args;
    return clpti_capabilities_of(context)->cpu_shaped && a->size % 8 == 0;
}

static clpt_status lanes(clpt_context *context, const void *args)
{
    const clpti_blend_args *a = args;
    return clpti_run_kernel(context, &(clpti_launch){.file = "blend_lanes",
                                                     .kernel = "blend_lanes",
                                                     .options = "",
                                                     .global = {a->size / 8, a->size, a->at.count},
                                                     .args = CLPTI_ARGS(BLEND_ARGS(a))});
}

static const clpti_variant variants[] = {
    {"lanes", "a CPU and a side divisible by 8", lanes_apply, lanes}, {"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_blend = {"blend", clpti_ref_blend, variants};

clpt_status clpti_blend(clpt_context *context, const clpti_blend_args *args)
{
    return clpti_operation_run(context, &clpti_operation_blend, args);
}
