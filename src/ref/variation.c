/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of variation: total variation of an object, and its gradient. */
#include "ref/field.h"

#include "ops/adjoint.h"

/* Forward differences at a pixel; 0 beyond the border. */
typedef struct differences {
    clpti_value x, y;
} differences;

static differences differences_at(const clpti_image *object, int64_t x, int64_t y)
{
    clpti_value here = clpti_image_pixel(object, x, y);
    return (differences){x + 1 < object->width ? clpti_image_pixel(object, x + 1, y) - here : 0,
                         y + 1 < object->height ? clpti_image_pixel(object, x, y + 1) - here : 0};
}

clpt_status clpti_ref_variation(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_variation_args *a = args;
    clpti_image object = {clpti_host(a->object), true, a->height, a->width};
    double *rows = clpti_host(a->rows), *d_object = clpti_host(a->d_object);
    bool edge = a->variation == CLPT_VARIATION_TOTAL;
    for (int64_t i = 0; d_object && i < a->height * a->width; i++) clpti_field_set(d_object, true, i, 0);
    for (int64_t y = 0; y < a->height; y++) {
        double sum = 0;
        for (int64_t x = 0; x < a->width; x++) {
            differences d = differences_at(&object, x, y);
            double squares = clpti_magnitude2(d.x) + clpti_magnitude2(d.y);
            double root = sqrt(squares + a->epsilon * a->epsilon), slope = edge ? 1 / root : 2;
            sum += edge ? root : squares;
            if (!d_object) continue;
            int64_t i = y * a->width + x;
            clpti_field_add(d_object, true, i, -slope * (d.x + d.y));
            if (x + 1 < a->width) clpti_field_add(d_object, true, i + 1, slope * d.x);
            if (y + 1 < a->height) clpti_field_add(d_object, true, i + a->width, slope * d.y);
        }
        rows[2 * y] = sum;
        rows[2 * y + 1] = 0;
    }
    return CLPT_OK;
}
