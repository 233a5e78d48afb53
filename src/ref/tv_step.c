/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of tv_step: one step of total-variation denoising in the dual. */
#include "ref/field.h"

#include <stdlib.h>

#include "core/memory.h"
#include "ops/constraint.h"

/* u = field + weight·div p */
static void primal(const clpti_tv_step_args *a, const clpti_value *p, clpti_value *u)
{
    const double *field = clpti_host(a->field);
    int64_t count = a->height * a->width;
    for (int64_t i = 0; i < count; i++) {
        clpti_value divergence = p[i] + p[count + i];
        if (i % a->width > 0) divergence -= p[i - 1];
        if (i >= a->width) divergence -= p[count + i - a->width];
        u[i] = clpti_field_get(field, true, i) + a->weight * divergence;
    }
}

static void dual(const clpti_tv_step_args *a, const clpti_value *u, clpti_value *p)
{
    int64_t count = a->height * a->width;
    double tau = 1 / (8 * a->weight);
    for (int64_t i = 0; i < count; i++) {
        clpti_value x = p[i], y = p[count + i];
        if (i % a->width + 1 < a->width) x += tau * (u[i + 1] - u[i]);
        if (i + a->width < count) y += tau * (u[i + a->width] - u[i]);
        double size = fmax(1, sqrt(clpti_magnitude2(x) + clpti_magnitude2(y)));
        p[i] = x / size;
        p[count + i] = y / size;
    }
}

clpt_status clpti_ref_tv_step(clpt_context *context, const void *args)
{
    const clpti_tv_step_args *a = args;
    int64_t count = a->height * a->width;
    clpti_value *p = clpti_calloc(2 * count, sizeof *p), *u = clpti_malloc(count, sizeof *u);
    clpt_status status = CLPT_OK;
    if (!p || !u) CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of host memory for total variation"));
    for (int k = 0; k < a->steps; k++) {
        primal(a, p, u);
        dual(a, u, p);
    }
    primal(a, p, u);
    for (int64_t i = 0; i < count; i++) clpti_field_set(clpti_host(a->field), true, i, u[i]);
cleanup:
    free(p);
    free(u);
    return status;
}
