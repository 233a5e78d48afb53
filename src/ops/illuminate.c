/* SPDX-License-Identifier: Apache-2.0 */
/* Operation illuminate: exit waves: patches of the object times the probe. */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_illuminate_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "illuminate",
                        .kernel = "illuminate_general",
                        .options = "",
                        .global = {a->size, a->size, a->at.count},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                           CLPTI_LONG(a->per_image), CLPTI_SELECTION(a->at), CLPTI_VIEW(a->probe),
                                           CLPTI_LONG(a->probe_stride), CLPTI_LONG(a->modes), CLPTI_LONG(a->size),
                                           CLPTI_LONG(a->patch), CLPTI_LONG(a->pad), CLPTI_INT(a->probe_mask),
                                           CLPTI_VIEW(a->waves), CLPTI_LONG(a->at.count))});
}

static bool lanes_apply(const clpt_context *context, const void *args)
{
    const clpti_illuminate_args *a = args;
    return clpti_capabilities_of(context)->cpu_shaped && a->size % 8 == 0 && a->pad == 0 && !a->probe_mask;
}

static clpt_status lanes(clpt_context *context, const void *args)
{
    const clpti_illuminate_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "illuminate_lanes",
                        .kernel = "illuminate_lanes",
                        .options = "",
                        .global = {a->size / 8, a->size, a->at.count},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                           CLPTI_LONG(a->per_image), CLPTI_SELECTION(a->at), CLPTI_VIEW(a->probe),
                                           CLPTI_LONG(a->probe_stride), CLPTI_LONG(a->modes), CLPTI_LONG(a->size),
                                           CLPTI_VIEW(a->waves), CLPTI_LONG(a->at.count))});
}

static const clpti_variant variants[] = {
    {"lanes", "a CPU, a side divisible by 8, no padding and no probe mask", lanes_apply, lanes},
    {"general", NULL, NULL, general},
    {0}};
const clpti_operation clpti_operation_illuminate = {"illuminate", clpti_ref_illuminate, variants};

clpt_status clpti_illuminate(clpt_context *context, const clpti_illuminate_args *args)
{
    return clpti_operation_run(context, &clpti_operation_illuminate, args);
}
