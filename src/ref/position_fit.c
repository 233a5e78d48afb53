/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of position_fit: normal equations for the displacement of each position. */
#include "ops/engine.h"
#include "ref/field.h"

/* The five products at one pixel of one pattern, summed over all modes, from the patch's differences along x and y. */
static void products(const clpti_position_fit_args *a, int64_t k, int64_t i, clpti_value by_x, clpti_value by_y,
                     double q[5])
{
    const double *probe = clpti_host(a->probe), *waves = clpti_host(a->waves);
    int64_t pixels = a->size * a->size;
    for (int j = 0; j < 5; j++) q[j] = 0;
    for (int64_t p = 0; p < a->modes; p++) {
        clpti_value mode = clpti_field_get(probe, true, k * a->probe_stride + p * pixels + i), jx = mode * by_x,
                    jy = mode * by_y;
        clpti_value wave = clpti_field_get(waves, true, (k * a->modes + p) * pixels + i);
        q[0] += creal(conj(jx) * wave);
        q[1] += creal(conj(jy) * wave);
        q[2] += clpti_magnitude2(jx);
        q[3] += clpti_magnitude2(jy);
        q[4] += creal(conj(jx) * jy);
    }
}

static void add_moments(const double q[5], double u, double v, double sums[clpti_position_sums])
{
    for (int j = 0; j < 5; j++) {
        sums[j] += q[j];
        sums[5 + j] += u * q[j];
        sums[10 + j] += v * q[j];
    }
    for (int j = 0; j < 3; j++) {
        sums[15 + j] += u * u * q[2 + j];
        sums[18 + j] += v * v * q[2 + j];
        sums[21 + j] += u * v * q[2 + j];
    }
}

static void fit_one(const clpti_position_fit_args *a, int64_t k)
{
    clpti_image object = {clpti_host(a->object), true, a->height, a->width};
    int64_t row = clpti_selected(&a->at, k);
    const double *position = a->at.positions->xy + 2 * row;
    clpti_cell x = clpti_cell_of(position[0] + (double)a->at.shift_x),
               y = clpti_cell_of(position[1] + (double)a->at.shift_y);
    double *sums = (double *)clpti_host(a->sums) + clpti_position_sums * row, half = (double)a->size / 2, q[5];
    for (int j = 0; j < clpti_position_sums; j++) sums[j] = 0;
    for (int64_t i = 0; i < a->size * a->size; i++) {
        int64_t dx = i % a->size, dy = i / a->size;
        clpti_value by_x =
            (clpti_image_bilinear(&object, x, y, dx + 1, dy) - clpti_image_bilinear(&object, x, y, dx - 1, dy)) / 2;
        clpti_value by_y =
            (clpti_image_bilinear(&object, x, y, dx, dy + 1) - clpti_image_bilinear(&object, x, y, dx, dy - 1)) / 2;
        products(a, k, i, by_x, by_y, q);
        add_moments(q, (double)(dx - a->size / 2) / half, (double)(dy - a->size / 2) / half, sums);
    }
}

clpt_status clpti_ref_position_fit(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_position_fit_args *a = args;
    for (int64_t k = 0; k < a->at.count; k++) fit_one(a, k);
    return CLPT_OK;
}
