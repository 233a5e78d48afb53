/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of extract: patches of images at positions, bilinear or nearest. */
#include "ref/field.h"

#include "ops/ops.h"

/* Patch k of the call: its [0, 0] is sampled at (x, y) of the image. */
static void extract_one(const clpti_extract_args *a, const clpti_image *image, double x, double y, double *patches,
                        int64_t k)
{
    clpti_cell column = clpti_cell_of(x), row = clpti_cell_of(y);
    for (int64_t v = 0; v < a->rows; v++)
        for (int64_t u = 0; u < a->columns; u++) {
            clpti_value value = a->interpolation == CLPT_INTERPOLATION_NEAREST
                                    ? clpti_image_nearest(image, x + (double)u, y + (double)v)
                                    : clpti_image_bilinear(image, column, row, u, v);
            clpti_field_set(patches, a->complex, (k * a->rows + v) * a->columns + u, value);
        }
}

clpt_status clpti_ref_extract(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_extract_args *a = args;
    const double *images = clpti_host(a->images);
    double *patches = clpti_host(a->patches);
    int64_t image_doubles = a->height * a->width * (a->complex ? 2 : 1);
    for (int64_t k = 0; k < a->at.count; k++) {
        const double *position = a->at.positions->xy + 2 * clpti_selected(&a->at, k);
        int64_t which = a->per_image ? k / a->per_image : 0;
        clpti_image image = {images + which * image_doubles, a->complex, a->height, a->width};
        extract_one(a, &image, position[0] + (double)a->at.shift_x, position[1] + (double)a->at.shift_y, patches, k);
    }
    return CLPT_OK;
}
