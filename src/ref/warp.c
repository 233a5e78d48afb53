/* SPDX-License-Identifier: Apache-2.0 */
#include "ref/field.h"

#include "ops/ops.h"

/* Beyond this a point is equally far outside any image; it keeps what follows finite. */
#define FAR 1e12

static double within(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

static clpti_value edge_pixel(const clpti_image *image, int64_t x, int64_t y)
{
    int64_t right = image->width - 1, bottom = image->height - 1;
    x = x < 0 ? 0 : x > right ? right : x;
    y = y < 0 ? 0 : y > bottom ? bottom : y;
    return clpti_image_pixel(image, x, y);
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
    if (a->interpolation == CLPT_NEAREST)
        return edge ? edge_pixel(image, (int64_t)rint(x), (int64_t)rint(y)) : clpti_image_nearest(image, x, y);
    clpti_cell column = clpti_cell_of(x), row = clpti_cell_of(y);
    return edge ? edge_bilinear(image, column, row) : clpti_image_bilinear(image, column, row, 0, 0);
}

static clpti_value warped_pixel(const clpti_image *image, const double *t, int64_t column, int64_t row,
                                const clpti_warp_args *a)
{
    double x = (double)column, y = (double)row;
    double w = t[6] * x + t[7] * y + t[8];
    if (w == 0) return 0;
    double source_x = (t[0] * x + t[1] * y + t[2]) / w, source_y = (t[3] * x + t[4] * y + t[5]) / w;
    return sample(image, within(source_x, -FAR, FAR), within(source_y, -FAR, FAR), a);
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
