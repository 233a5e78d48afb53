/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of gather: patches summed onto a canvas at their positions. */
#include "ref/field.h"

#include "ops/ops.h"

typedef struct canvas_field {
    double *data;
    bool is_complex;
    int64_t height, width;
} canvas_field;

static void add_at(const canvas_field *canvas, int64_t x, int64_t y, clpti_value value)
{
    if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height) return;
    clpti_field_add(canvas->data, canvas->is_complex, y * canvas->width + x, value);
}

/* Adjoint of a bilinear sample at pixel (u, v) of a block whose [0, 0] lies at (x, y). */
static void spread(const canvas_field *canvas, clpti_cell x, clpti_cell y, int64_t u, int64_t v, clpti_value value)
{
    int64_t left = x.whole + u, top = y.whole + v;
    double fx = x.fraction, fy = y.fraction;
    add_at(canvas, left, top, (1 - fy) * (1 - fx) * value);
    add_at(canvas, left + 1, top, (1 - fy) * fx * value);
    add_at(canvas, left, top + 1, fy * (1 - fx) * value);
    add_at(canvas, left + 1, top + 1, fy * fx * value);
}

clpt_status clpti_ref_gather(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_gather_args *a = args;
    const double *patches = clpti_host(a->patches), *weights = clpti_host(a->weights);
    canvas_field canvas = {clpti_host(a->canvas), a->complex, a->height, a->width};
    canvas_field sum = {clpti_host(a->weight_sum), false, a->height, a->width};
    int64_t start = a->size / 2 - a->crop / 2, pixels = a->size * a->size;
    for (int64_t k = 0; k < a->at.count; k++) {
        const double *position = a->at.positions->xy + 2 * clpti_selected(&a->at, k);
        clpti_cell x = clpti_cell_of(position[0] + (double)a->at.shift_x);
        clpti_cell y = clpti_cell_of(position[1] + (double)a->at.shift_y);
        for (int64_t v = 0; v < a->crop; v++)
            for (int64_t u = 0; u < a->crop; u++) {
                int64_t i = (start + v) * a->size + start + u;
                spread(&canvas, x, y, u, v, clpti_field_get(patches, a->complex, k * pixels + i));
                if (sum.data) spread(&sum, x, y, u, v, weights ? weights[i] : 1);
            }
    }
    return CLPT_OK;
}

clpt_status clpti_ref_divide(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_divide_args *a = args;
    double *canvas = clpti_host(a->canvas);
    const double *sum = clpti_host(a->weight_sum);
    for (int64_t i = 0; i < a->count; i++)
        clpti_field_set(canvas, a->complex, i, clpti_field_get(canvas, a->complex, i) / (sum[i] + a->epsilon));
    return CLPT_OK;
}
