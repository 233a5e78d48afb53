/* SPDX-License-Identifier: Apache-2.0 */
/* Operation extract: patches of images at positions, bilinear or nearest. */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_extract_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "extract",
                        .kernel = "extract_general",
                        .options = clpti_element_option(a->complex),
                        .global = {a->columns, a->rows, a->at.count},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->images), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                           CLPTI_LONG(a->per_image), CLPTI_SELECTION(a->at), CLPTI_VIEW(a->patches),
                                           CLPTI_LONG(a->at.count), CLPTI_LONG(a->rows), CLPTI_LONG(a->columns),
                                           CLPTI_INT(a->interpolation == CLPT_INTERPOLATION_NEAREST))});
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_extract = {"extract", clpti_ref_extract, variants};

clpt_status clpti_extract(clpt_context *context, const clpti_extract_args *args)
{
    return clpti_operation_run(context, &clpti_operation_extract, args);
}
