/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/engine.h"
#include "ref/field.h"

/* Adds what one pixel of one pattern has, with the patch's derivatives by x and y there. */
static void add_pixel(const clpti_position_fit_args *a, int64_t k, int64_t i, clpti_value by_x, clpti_value by_y,
                      double sums[5])
{
    const double *probe = clpti_host(a->probe), *waves = clpti_host(a->waves);
    int64_t pixels = a->size * a->size;
    for (int64_t p = 0; p < a->modes; p++) {
        clpti_value mode = clpti_field_get(probe, true, k * a->probe_stride + p * pixels + i), jx = mode * by_x,
                    jy = mode * by_y;
        clpti_value wave = clpti_field_get(waves, true, (k * a->modes + p) * pixels + i);
        sums[0] += creal(conj(jx) * wave);
        sums[1] += creal(conj(jy) * wave);
        sums[2] += clpti_magnitude2(jx);
        sums[3] += clpti_magnitude2(jy);
        sums[4] += creal(conj(jx) * jy);
    }
}

static void fit_one(const clpti_position_fit_args *a, int64_t k)
{
    clpti_image object = {clpti_host(a->object), true, a->height, a->width};
    int64_t row = clpti_selected(&a->at, k);
    const double *place = a->at.places->xy + 2 * row;
    clpti_cell x = clpti_cell_of(place[0] + (double)a->at.shift_x), y = clpti_cell_of(place[1] + (double)a->at.shift_y);
    double *sums = clpti_host(a->sums) + 5 * row;
    for (int j = 0; j < 5; j++) sums[j] = 0;
    for (int64_t i = 0; i < a->size * a->size; i++) {
        int64_t left = x.whole + i % a->size, top = y.whole + i / a->size;
        clpti_value o = clpti_image_pixel(&object, left, top), r = clpti_image_pixel(&object, left + 1, top);
        clpti_value d = clpti_image_pixel(&object, left, top + 1), b = clpti_image_pixel(&object, left + 1, top + 1);
        add_pixel(a, k, i, (1 - y.fraction) * (r - o) + y.fraction * (b - d),
                  (1 - x.fraction) * (d - o) + x.fraction * (b - r), sums);
    }
}

clpt_status clpti_ref_position_fit(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_position_fit_args *a = args;
    for (int64_t k = 0; k < a->at.count; k++) fit_one(a, k);
    return CLPT_OK;
}
