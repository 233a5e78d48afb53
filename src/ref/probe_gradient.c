/* SPDX-License-Identifier: Apache-2.0 */
#include "ref/field.h"

#include "ops/ops.h"

clpt_status clpti_ref_probe_gradient(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_probe_gradient_args *a = args;
    clpti_image object = {clpti_host(a->object), true, a->height, a->width};
    const double *waves = clpti_host(a->waves);
    double *gradient = clpti_host(a->gradient), *patch_power = clpti_host(a->patch_power);
    int64_t pixels = a->size * a->size;
    for (int64_t k = 0; k < a->at.count; k++) {
        const double *place = a->at.places->xy + 2 * clpti_selected(&a->at, k);
        clpti_cell x = clpti_cell_of(place[0] + (double)a->at.shift_x);
        clpti_cell y = clpti_cell_of(place[1] + (double)a->at.shift_y);
        for (int64_t i = 0; i < pixels; i++) {
            clpti_value patch = clpti_image_bilinear(&object, x, y, i % a->size, i / a->size);
            patch_power[i] += clpti_magnitude2(patch);
            for (int64_t p = 0; p < a->modes; p++)
                clpti_field_add(gradient, true, p * pixels + i,
                                conj(patch) * clpti_field_get(waves, true, (k * a->modes + p) * pixels + i));
        }
    }
    return CLPT_OK;
}
