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

/* ---- a GPU ---- */

enum { columns_rows = 4, side_max = 1 << 28, patches_max = 1 << 30 };

static bool columns_apply(const clpt_context *context, const void *args)
{
    const clpti_extract_args *a = args;
    char wanted[40];
    /* A forced variant is tried on any device. */
    bool gpu =
        context->device.type == CLPT_DEVICE_GPU || clpti_requested_variant(context, "extract", wanted, sizeof wanted);
    return gpu && a->interpolation == CLPT_INTERPOLATION_BILINEAR && a->height <= side_max && a->width <= side_max &&
           a->at.count <= patches_max && a->rows * a->columns <= INT32_MAX;
}

static clpt_status columns(clpt_context *context, const void *args)
{
    const clpti_extract_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "extract_columns",
                        .kernel = "extract_columns",
                        .options = clpti_element_option(a->complex),
                        .global = {a->columns, (a->rows + columns_rows - 1) / columns_rows, a->at.count},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->images), CLPTI_INT(a->height), CLPTI_INT(a->width),
                                           CLPTI_INT(a->per_image), CLPTI_SELECTION(a->at), CLPTI_VIEW(a->patches),
                                           CLPTI_INT(a->at.count), CLPTI_INT(a->rows), CLPTI_INT(a->columns))});
}

static const clpti_variant variants[] = {
    {"columns",
     "a GPU, bilinear interpolation, an image of up to 2^28 rows and columns, up to 2^30 patches of fewer than 2^31 "
     "pixels",
     columns_apply, columns},
    {"general", NULL, NULL, general},
    {0}};
const clpti_operation clpti_operation_extract = {"extract", clpti_ref_extract, variants};

clpt_status clpti_extract(clpt_context *context, const clpti_extract_args *args)
{
    return clpti_operation_run(context, &clpti_operation_extract, args);
}
