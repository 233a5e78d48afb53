/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of blend: linear combinations of exit waves, stored waves and current waves, for projection engines. */
#include "ops/engine.h"
#include "ref/field.h"

/* by·(e, s, w), skipping terms with factor 0. */
static clpti_value mix(const double by[3], clpti_value exit, clpti_value stored, clpti_value wave)
{
    return (by[0] != 0 ? by[0] * exit : 0) + (by[1] != 0 ? by[1] * stored : 0) + (by[2] != 0 ? by[2] * wave : 0);
}

/* True if the result equals entry `own`. */
static bool stays(const double by[3], int own)
{
    return by[own] == 1 && by[0] == 0 && by[3 - own] == 0;
}

clpt_status clpti_ref_blend(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_blend_args *a = args;
    const double *probe = clpti_host(a->probe);
    double *stored = clpti_host(a->stored), *waves = clpti_host(a->waves);
    clpti_image object = {clpti_host(a->object), true, a->height, a->width};
    int64_t pixels = a->size * a->size;
    for (int64_t k = 0; k < a->at.count; k++) {
        int64_t row = clpti_selected(&a->at, k);
        const double *position = a->at.positions->xy + 2 * row;
        clpti_cell x = clpti_cell_of(position[0] + (double)a->at.shift_x);
        clpti_cell y = clpti_cell_of(position[1] + (double)a->at.shift_y);
        for (int64_t i = 0; i < pixels; i++) {
            clpti_value patch = clpti_image_bilinear(&object, x, y, i % a->size, i / a->size);
            for (int64_t p = 0; p < a->modes; p++) {
                clpti_value exit = patch * clpti_field_get(probe, true, k * a->probe_stride + p * pixels + i);
                int64_t kept = (row * a->modes + p) * pixels + i, here = (k * a->modes + p) * pixels + i;
                clpti_value s = clpti_field_get(stored, true, kept), w = clpti_field_get(waves, true, here);
                if (!stays(a->stored_by, 1)) clpti_field_set(stored, true, kept, mix(a->stored_by, exit, s, w));
                if (!stays(a->waves_by, 2)) clpti_field_set(waves, true, here, mix(a->waves_by, exit, s, w));
            }
        }
    }
    return CLPT_OK;
}
