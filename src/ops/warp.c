/* SPDX-License-Identifier: Apache-2.0 */
/* Operation warp: images by a projective map. */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_warp_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){
            .file = "warp",
            .kernel = "warp_general",
            .options = clpti_element_option(a->complex),
            .global = {a->width, a->height, a->count},
            .args = CLPTI_ARGS(CLPTI_VIEW(a->images), CLPTI_VIEW(a->out), CLPTI_LONG(a->count), CLPTI_LONG(a->height),
                               CLPTI_LONG(a->width), CLPTI_BUFFER(a->transform_pairs), CLPTI_LONG(a->first),
                               CLPTI_LONG(a->per_transform), CLPTI_INT(a->interpolation == CLPT_INTERPOLATION_NEAREST),
                               CLPTI_INT(a->fill == CLPT_FILL_EDGE))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_warp = {"warp", clpti_ref_warp, variants};

clpt_status clpti_warp(clpt_context *context, const clpti_warp_args *args)
{
    return clpti_operation_run(context, &clpti_operation_warp, args);
}
