/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of step_fit: normal equations for the step lengths of object and probe, per pattern. */
#include "ops/engine.h"
#include "ref/field.h"

static void add_pixel(const clpti_step_fit_args *a, int64_t k, int64_t i, clpti_value patch, clpti_value change,
                      double sums[5])
{
    const double *probe = clpti_host(a->probe), *direction = clpti_host(a->probe_direction);
    const double *waves = clpti_host(a->waves);
    int64_t pixels = a->size * a->size;
    for (int64_t p = 0; p < a->modes; p++) {
        clpti_value s = change * clpti_field_get(probe, true, k * a->probe_stride + p * pixels + i);
        clpti_value t =
            direction ? patch * clpti_field_get(direction, true, k * a->direction_stride + p * pixels + i) : 0;
        clpti_value wave = clpti_field_get(waves, true, (k * a->modes + p) * pixels + i);
        sums[0] += creal(conj(s) * wave);
        sums[1] += creal(conj(t) * wave);
        sums[2] += clpti_magnitude2(s);
        sums[3] += clpti_magnitude2(t);
        sums[4] += creal(conj(s) * t);
    }
}

clpt_status clpti_ref_step_fit(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_step_fit_args *a = args;
    clpti_image object = {clpti_host(a->object), true, a->height, a->width};
    clpti_image direction = {clpti_host(a->object_direction), true, a->height, a->width};
    for (int64_t k = 0; k < a->at.count; k++) {
        const double *position = a->at.positions->xy + 2 * clpti_selected(&a->at, k);
        clpti_cell x = clpti_cell_of(position[0] + (double)a->at.shift_x);
        clpti_cell y = clpti_cell_of(position[1] + (double)a->at.shift_y);
        double *sums = clpti_host(a->sums) + 5 * k;
        for (int j = 0; j < 5; j++) sums[j] = 0;
        for (int64_t i = 0; i < a->size * a->size; i++)
            add_pixel(a, k, i, clpti_image_bilinear(&object, x, y, i % a->size, i / a->size),
                      clpti_image_bilinear(&direction, x, y, i % a->size, i / a->size), sums);
    }
    return CLPT_OK;
}
