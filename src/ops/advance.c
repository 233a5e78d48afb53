/* SPDX-License-Identifier: Apache-2.0 */
/* Operation advance: field += factor · length · direction, with the length on the device. */
#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_advance_args *a = args;
    return clpti_run_kernel(context, &(clpti_launch){.file = "advance",
                                                     .kernel = "advance_general",
                                                     .options = "",
                                                     .global = {a->count},
                                                     .args = CLPTI_ARGS(CLPTI_VIEW(a->field), CLPTI_VIEW(a->direction),
                                                                        CLPTI_VIEW(a->length), CLPTI_FLOAT(a->factor),
                                                                        CLPTI_LONG(a->count))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_advance = {"advance", clpti_ref_advance, variants};

clpt_status clpti_advance(clpt_context *context, const clpti_advance_args *args)
{
    return clpti_operation_run(context, &clpti_operation_advance, args);
}
