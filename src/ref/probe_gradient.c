/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of probe_gradient: gradient with respect to the probe, summed over patterns. */
#include "ref/field.h"

#include "ops/ops.h"

clpt_status clpti_ref_probe_gradient(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_probe_gradient_args *a = args;
    const double *objects = clpti_host(a->object);
    const double *waves = clpti_host(a->waves);
    double *gradient = clpti_host(a->gradient), *patch_power = clpti_host(a->patch_power);
    int64_t pixels = a->size * a->size, slots = a->slots ? a->slots : 1, inner = a->patch ? a->patch : a->size;
    for (int64_t i = 0; a->fresh && i < 2 * slots * a->modes * pixels; i++) gradient[i] = 0.0;
    for (int64_t i = 0; a->fresh && patch_power && i < slots * pixels; i++) patch_power[i] = 0.0;
    for (int64_t k = 0; k < a->at.count; k++) {
        int64_t slot = (a->at.first + k) % slots;
        const double *position = a->at.positions->xy + 2 * clpti_selected(&a->at, k);
        clpti_cell x = clpti_cell_of(position[0] + (double)a->at.shift_x);
        clpti_cell y = clpti_cell_of(position[1] + (double)a->at.shift_y);
        int64_t image = a->per_image ? k / a->per_image : 0;
        clpti_image object = {objects + 2 * image * a->height * a->width, true, a->height, a->width};
        for (int64_t i = 0; i < pixels; i++) {
            int64_t u = i % a->size - a->pad, v = i / a->size - a->pad;
            bool inside = u >= 0 && v >= 0 && u < inner && v < inner;
            clpti_value patch = inside ? clpti_image_bilinear(&object, x, y, u, v) : 0;
            if (patch_power) patch_power[slot * pixels + i] += clpti_magnitude2(patch);
            for (int64_t p = 0; p < a->modes; p++)
                clpti_field_add(gradient, true, (slot * a->modes + p) * pixels + i,
                                conj(patch) * clpti_field_get(waves, true, (k * a->modes + p) * pixels + i));
        }
    }
    return CLPT_OK;
}
