/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of illuminate: exit waves: patches of the object times the probe. */
#include "ref/field.h"
#include "ref/probe_mask.h"

#include "ops/ops.h"

clpt_status clpti_ref_illuminate(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_illuminate_args *a = args;
    const double *objects = clpti_host(a->object);
    const double *probe = clpti_host(a->probe);
    double *waves = clpti_host(a->waves);
    int64_t size = a->size, inner = a->patch;
    for (int64_t k = 0; k < a->at.count; k++) {
        const double *position = a->at.positions->xy + 2 * clpti_selected(&a->at, k);
        clpti_cell column = clpti_cell_of(position[0] + (double)a->at.shift_x);
        int64_t image = a->per_image ? k / a->per_image : 0;
        clpti_image object = {objects + 2 * image * a->height * a->width, true, a->height, a->width};
        clpti_cell row = clpti_cell_of(position[1] + (double)a->at.shift_y);
        for (int64_t i = 0; i < size * size; i++) {
            int64_t y = i / size, x = i % size, v = y - a->pad, u = x - a->pad;
            bool lit =
                v >= 0 && u >= 0 && v < inner && u < inner && (!a->probe_mask || clpti_in_probe_mask(x, y, size));
            clpti_value patch = lit ? clpti_image_bilinear(&object, column, row, u, v) : 0;
            for (int64_t p = 0; p < a->modes; p++) {
                clpti_value mode = clpti_field_get(probe, true, k * a->probe_stride + p * size * size + i);
                clpti_field_set(waves, true, (k * a->modes + p) * size * size + i, lit ? patch * mode : 0);
            }
        }
    }
    return CLPT_OK;
}
