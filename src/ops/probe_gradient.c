/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/operation.h"
#include "ops/selection.h"

static int64_t patch_of(const clpti_probe_gradient_args *a)
{
    return a->patch ? a->patch : a->size;
}

static int64_t slots_of(const clpti_probe_gradient_args *a)
{
    return a->slots ? a->slots : 1;
}

int64_t clpti_probe_slots(const clpt_context *context)
{
    return clpti_is_reference(context) || clpti_capabilities_of(context)->cpu_shaped ? 1 : 16;
}

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_probe_gradient_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "probe_gradient",
                        .kernel = "probe_gradient_general",
                        .options = "",
                        .global = {patch_of(a), patch_of(a), a->modes * slots_of(a)},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                           CLPTI_LONG(a->per_image), CLPTI_SELECTION(a->at), CLPTI_LONG(a->at.count),
                                           CLPTI_VIEW(a->waves), CLPTI_LONG(a->modes), CLPTI_LONG(a->size),
                                           CLPTI_LONG(patch_of(a)), CLPTI_LONG(a->pad), CLPTI_LONG(slots_of(a)),
                                           CLPTI_VIEW(a->gradient), CLPTI_VIEW(a->patch_power))});
}

static bool lanes_apply(const clpt_context *context, const void *args)
{
    const clpti_probe_gradient_args *a = args;
    return clpti_capabilities_of(context)->cpu_shaped && a->size % 8 == 0 && patch_of(a) == a->size &&
           slots_of(a) == 1 && a->patch_power.buffer;
}

static clpt_status lanes(clpt_context *context, const void *args)
{
    const clpti_probe_gradient_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "probe_gradient_lanes",
                        .kernel = "probe_gradient_lanes",
                        .options = "",
                        .global = {a->size / 8, a->size, a->modes},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                           CLPTI_LONG(a->per_image), CLPTI_SELECTION(a->at), CLPTI_LONG(a->at.count),
                                           CLPTI_VIEW(a->waves), CLPTI_LONG(a->modes), CLPTI_LONG(a->size),
                                           CLPTI_VIEW(a->gradient), CLPTI_VIEW(a->patch_power))});
}

static const clpti_variant variants[] = {
    {"lanes", "a CPU, a side divisible by 8, no padding, one slot, and patch_power given", lanes_apply, lanes},
    {"general", NULL, NULL, general},
    {0}};
static const clpti_operation operation = {"probe_gradient", clpti_ref_probe_gradient, variants};

clpt_status clpti_probe_gradient(clpt_context *context, const clpti_probe_gradient_args *args)
{
    return clpti_operation_run(context, &operation, args);
}
