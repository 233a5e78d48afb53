/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of warp: images by a projective map. */
#include "ref/field.h"
#include "ref/warp.h"

#include "ops/ops.h"

static clpti_value edge_pixel(const clpti_image *image, int64_t x, int64_t y)
{
    return clpti_field_get(image->data, image->is_complex, clpti_edge_index(x, y, image->width, image->height));
}

static clpti_value edge_bilinear(const clpti_image *image, clpti_cell x, clpti_cell y)
{
    clpti_value above =
        (1 - x.fraction) * edge_pixel(image, x.whole, y.whole) + x.fraction * edge_pixel(image, x.whole + 1, y.whole);
    clpti_value below = (1 - x.fraction) * edge_pixel(image, x.whole, y.whole + 1) +
                        x.fraction * edge_pixel(image, x.whole + 1, y.whole + 1);
    return (1 - y.fraction) * above + y.fraction * below;
}

static clpti_value sample(const clpti_image *image, double x, double y, const clpti_warp_args *a)
{
    bool edge = a->fill == CLPT_FILL_EDGE;
    if (a->interpolation == CLPT_INTERPOLATION_NEAREST)
        return edge ? edge_pixel(image, (int64_t)rint(x), (int64_t)rint(y)) : clpti_image_nearest(image, x, y);
    clpti_cell column = clpti_cell_of(x), row = clpti_cell_of(y);
    return edge ? edge_bilinear(image, column, row) : clpti_image_bilinear(image, column, row, 0, 0);
}

static clpti_value warped_pixel(const clpti_image *image, const double *t, int64_t column, int64_t row,
                                const clpti_warp_args *a)
{
    clpti_source source;
    return clpti_source_of(t, column, row, &source) ? sample(image, source.x, source.y, a) : 0;
}

clpt_status clpti_ref_warp(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_warp_args *a = args;
    const double *images = clpti_host(a->images);
    double *out = clpti_host(a->out);
    int64_t pixels = a->height * a->width;
    for (int64_t b = 0; b < a->count; b++) {
        const double *transform = a->transforms + 9 * ((a->first + b) / a->per_transform);
        clpti_image image = {images + b * pixels * (a->complex ? 2 : 1), a->complex, a->height, a->width};
        for (int64_t y = 0; y < a->height; y++)
            for (int64_t x = 0; x < a->width; x++)
                clpti_field_set(out, a->complex, b * pixels + y * a->width + x,
                                warped_pixel(&image, transform, x, y, a));
    }
    return CLPT_OK;
}
