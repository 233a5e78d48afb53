/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_illuminate_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "illuminate",
                                 .kernel = "illuminate_general",
                                 .options = "",
                                 .global = {a->size, a->size, a->at.count},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                                    CLPTI_SELECTION(a->at), CLPTI_VIEW(a->probe), CLPTI_LONG(a->modes),
                                                    CLPTI_LONG(a->size), CLPTI_LONG(a->patch), CLPTI_LONG(a->pad), CLPTI_INT(a->probe_mask),
                                                    CLPTI_VIEW(a->waves), CLPTI_LONG(a->at.count))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
static const clpti_operation operation = {"illuminate", clpti_ref_illuminate, variants};

clpt_status clpti_illuminate(clpt_context *context, const clpti_illuminate_args *args)
{
    return clpti_operation_run(context, &operation, args);
}
