/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of slope: derivatives of patches with respect to positions. */
#include "ref/field.h"

#include "ops/adjoint.h"

/* Adds Re(conj(cotangent)·derivative) of one sample with respect to x and y. */
static void add_slope(const clpti_image *image, clpti_cell x, clpti_cell y, int64_t u, int64_t v, clpti_value cotangent,
                      double out[2])
{
    int64_t left = x.whole + u, top = y.whole + v;
    clpti_value a = clpti_image_pixel(image, left, top), b = clpti_image_pixel(image, left + 1, top);
    clpti_value c = clpti_image_pixel(image, left, top + 1), d = clpti_image_pixel(image, left + 1, top + 1);
    out[0] += creal(conj(cotangent) * ((1 - y.fraction) * (b - a) + y.fraction * (d - c)));
    out[1] += creal(conj(cotangent) * ((1 - x.fraction) * (c - a) + x.fraction * (d - b)));
}

clpt_status clpti_ref_slope(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_slope_args *a = args;
    const double *images = clpti_host(a->images), *cotangent = clpti_host(a->cotangent);
    double *out = clpti_host(a->out);
    int64_t image_doubles = a->height * a->width * (a->complex ? 2 : 1), pixels = a->rows * a->columns;
    for (int64_t k = 0; k < a->at.count; k++) {
        const double *position = a->at.positions->xy + 2 * clpti_selected(&a->at, k);
        int64_t which = a->per_image ? k / a->per_image : 0;
        clpti_image image = {images + which * image_doubles, a->complex, a->height, a->width};
        clpti_cell x = clpti_cell_of(position[0] + (double)a->at.shift_x);
        clpti_cell y = clpti_cell_of(position[1] + (double)a->at.shift_y);
        out[2 * k] = out[2 * k + 1] = 0;
        for (int64_t i = 0; i < pixels; i++)
            add_slope(&image, x, y, i % a->columns, i / a->columns,
                      clpti_field_get(cotangent, a->complex, k * pixels + i), out + 2 * k);
    }
    return CLPT_OK;
}
