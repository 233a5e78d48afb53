/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of variable_probes: probes of patterns from variable modes, and the fits of their coefficients. */
#include "ops/relaxation.h"
#include "ref/field.h"

static clpti_value at(clpti_view view, int64_t i)
{
    return clpti_field_get(clpti_host(view), true, i);
}

clpt_status clpti_ref_variable_probes(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_variable_probes_args *a = args;
    for (int64_t k = 0; k < a->at.count; k++)
        for (int64_t i = 0; i < a->modes * a->pixels; i++) {
            clpti_value value = at(a->probe, i);
            for (int64_t j = 0; j < a->variable_count && i < a->pixels; j++)
                value += at(a->coefficients, clpti_selected(&a->at, k) * a->variable_count + j) *
                         at(a->variable, j * a->pixels + i);
            clpti_field_set(clpti_host(a->out), true, k * a->modes * a->pixels + i, value);
        }
    return CLPT_OK;
}

clpt_status clpti_ref_variable_changes(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_variable_changes_args *a = args;
    clpti_image object = {clpti_host(a->object), true, a->height, a->width};
    int64_t pixels = a->size * a->size;
    for (int64_t k = 0; k < a->at.count; k++) {
        const double *position = a->at.positions->xy + 2 * clpti_selected(&a->at, k);
        clpti_cell x = clpti_cell_of(position[0] + (double)a->at.shift_x);
        clpti_cell y = clpti_cell_of(position[1] + (double)a->at.shift_y);
        for (int64_t i = 0; i < pixels; i++) {
            clpti_value o = clpti_image_bilinear(&object, x, y, i % a->size, i / a->size);
            double by = (1 - a->alpha) * clpti_magnitude2(o) + a->alpha * clpti_host(a->largest)[0];
            clpti_value change = conj(o) * at(a->waves, k * a->modes * pixels + i);
            clpti_field_set(clpti_host(a->changes), true, k * pixels + i, by > 0 ? change / by : 0);
        }
    }
    return CLPT_OK;
}

clpt_status clpti_ref_variable_fits(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_variable_fits_args *a = args;
    for (int64_t k = 0; k < a->at.count; k++)
        for (int64_t j = 0; j < a->variable_count; j++) {
            clpti_value sum = 0;
            for (int64_t i = 0; i < a->pixels; i++)
                sum += conj(at(a->variable, j * a->pixels + i)) * at(a->changes, k * a->pixels + i);
            clpti_field_set(clpti_host(a->fits), true, clpti_selected(&a->at, k) * a->variable_count + j, sum);
        }
    return CLPT_OK;
}

clpt_status clpti_ref_variable_sums(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_variable_sums_args *a = args;
    for (int64_t j = 0; j <= a->variable_count; j++)
        for (int64_t k = 0; k < a->at.count; k++) {
            int64_t entry = clpti_selected(&a->at, k) * a->variable_count + j;
            clpti_value by =
                j < a->variable_count ? conj(at(a->coefficients, entry) + a->step * at(a->fits, entry)) : 1;
            for (int64_t i = 0; i < a->pixels; i++)
                clpti_field_add(clpti_host(a->sums), true, j * a->pixels + i, by * at(a->changes, k * a->pixels + i));
        }
    return CLPT_OK;
}
