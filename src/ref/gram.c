/* SPDX-License-Identifier: Apache-2.0 */
/* The Gram matrix of modes, and rotation of modes by a matrix. */
#include "ref/field.h"

#include "ops/ops.h"

clpt_status clpti_ref_gram(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_gram_args *a = args;
    const double *modes = clpti_host(a->modes);
    double *gram = clpti_host(a->gram);
    for (int64_t p = 0; p < a->mode_count; p++)
        for (int64_t q = 0; q < a->mode_count; q++) {
            clpti_value sum = 0;
            for (int64_t i = 0; i < a->count; i++)
                sum += conj(clpti_field_get(modes, true, p * a->count + i)) *
                       clpti_field_get(modes, true, q * a->count + i);
            clpti_field_set(gram, true, p * a->mode_count + q, sum);
        }
    return CLPT_OK;
}

clpt_status clpti_ref_rotate(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_rotate_args *a = args;
    const double *modes = clpti_host(a->modes), *matrix = clpti_host(a->matrix);
    double *out = clpti_host(a->out);
    for (int64_t q = 0; q < a->mode_count; q++)
        for (int64_t i = 0; i < a->count; i++) {
            clpti_value sum = 0;
            for (int64_t p = 0; p < a->mode_count; p++)
                sum += clpti_field_get(matrix, true, p * a->mode_count + q) *
                       clpti_field_get(modes, true, p * a->count + i);
            clpti_field_set(out, true, q * a->count + i, sum);
        }
    return CLPT_OK;
}
