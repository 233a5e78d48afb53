/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of fraction_slope: derivatives with respect to positions through moved probes. */
#include "ops/subpixel.h"
#include "ref/field.h"

static clpti_value value_of(clpti_view view, int64_t i)
{
    return clpti_field_get(clpti_host(view), true, i);
}

static void slopes_of(const clpti_fraction_slope_args *a, int64_t k, double out[2])
{
    int64_t pixels = a->size * a->size;
    clpti_image object = {clpti_host(a->object), true, a->height, a->width};
    const double *position = a->at.positions->xy + 2 * clpti_selected(&a->at, k);
    int64_t left = (int64_t)rint(position[0]) + a->at.shift_x, top = (int64_t)rint(position[1]) + a->at.shift_y;
    out[0] = out[1] = 0;
    for (int64_t i = 0; i < a->modes * pixels; i++) {
        int64_t x = i % pixels % a->size, y = i % pixels / a->size, here = k * a->modes * pixels + i;
        clpti_value product = conj(clpti_image_pixel(&object, left + x, top + y)) * value_of(a->waves, here);
        out[0] += creal(conj(value_of(a->by_x, here)) * product);
        out[1] += creal(conj(value_of(a->by_y, here)) * product);
    }
}

clpt_status clpti_ref_fraction_slope(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_fraction_slope_args *a = args;
    double *slopes = clpti_host(a->slopes);
    for (int64_t k = 0; k < a->at.count; k++) slopes_of(a, k, slopes + a->stride * clpti_selected(&a->at, k));
    return CLPT_OK;
}
