/* SPDX-License-Identifier: Apache-2.0 */
/* Operations frame and frame_back: a central block and the border around it. */
#include "cl/runtime.h"
#include "ops/layers.h"
#include "ops/operation.h"

static clpt_status forward(clpt_context *context, const void *args)
{
    const clpti_frame_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "frame",
                                 .kernel = "frame_general",
                                 .options = "",
                                 .global = {a->count * a->size * a->size * a->channels},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->centre), CLPTI_VIEW(a->border), CLPTI_LONG(a->count),
                                                    CLPTI_INT(a->size), CLPTI_INT(a->channels), CLPTI_VIEW(a->whole))});
}

static clpt_status backward(clpt_context *context, const void *args)
{
    const clpti_frame_args *a = args;
    return clpti_run_kernel(context, &(clpti_launch){.file = "frame",
                                                     .kernel = "frame_back_general",
                                                     .options = "",
                                                     .global = {a->count * a->size * a->size * a->channels},
                                                     .args = CLPTI_ARGS(CLPTI_VIEW(a->whole), CLPTI_LONG(a->count),
                                                                        CLPTI_INT(a->size), CLPTI_INT(a->channels),
                                                                        CLPTI_VIEW(a->centre), CLPTI_VIEW(a->border))});
}

static const clpti_variant forward_variants[] = {{"general", NULL, NULL, forward}, {0}};
static const clpti_variant backward_variants[] = {{"general", NULL, NULL, backward}, {0}};
const clpti_operation clpti_operation_frame = {"frame", clpti_ref_frame, forward_variants};
const clpti_operation clpti_operation_frame_back = {"frame_back", clpti_ref_frame_back, backward_variants};

clpt_status clpti_frame(clpt_context *context, const clpti_frame_args *args)
{
    return clpti_operation_run(context, &clpti_operation_frame, args);
}

clpt_status clpti_frame_back(clpt_context *context, const clpti_frame_args *args)
{
    return clpti_operation_run(context, &clpti_operation_frame_back, args);
}
