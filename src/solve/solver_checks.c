/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of measurement, positions and shapes before a solver is created. */
#include <math.h>

#include "core/memory.h"
#include "solve/solver.h"

static clpt_status check_amplitudes(clpt_message *m, const clpt_measurement *d)
{
    int64_t pixels = d->side * d->side;
    for (int64_t s = 0; s < d->count; s++)
        for (int64_t i = 0; i < pixels; i++) {
            if (d->mask && !(d->mask[(d->mask_per_pattern ? s * pixels : 0) + i] > 0.0f)) continue;
            float a = d->amplitude[s * pixels + i];
            if (isfinite(a) && a >= 0.0f) continue;
            return clpti_fail(
                m, CLPT_ERROR_ARGUMENT,
                "clpt_solver_create: the amplitude of pattern %lld at row %lld, column %lld is %g; it must be 0 "
                "or more, or masked",
                (long long)s, (long long)(i / d->side), (long long)(i % d->side), (double)a);
        }
    return CLPT_OK;
}

static clpt_status check_background(clpt_message *m, const clpt_measurement *d)
{
    for (int64_t i = 0; d->background && i < d->side * d->side; i++)
        if (!(isfinite(d->background[i]) && d->background[i] >= 0.0f))
            return clpti_fail(
                m, CLPT_ERROR_ARGUMENT,
                "clpt_solver_create: the background at row %lld, column %lld is %g; it must be counts, 0 or more",
                (long long)(i / d->side), (long long)(i % d->side), (double)d->background[i]);
    return CLPT_OK;
}

/* Every patch must touch the object. */
clpt_status clpti_check_positions(clpt_message *m, const clpt_measurement *d, int64_t height, int64_t width)
{
    double half = (double)(d->side / 2), side = (double)d->side;
    for (int64_t s = 0; s < d->count; s++) {
        double x = d->positions[2 * s] - half, y = d->positions[2 * s + 1] - half;
        if (x > -side && y > -side && x < (double)width && y < (double)height) continue;
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "clpt_solver_create: position %lld (%g, %g) is outside the object of %lld×%lld pixels",
                          (long long)s, d->positions[2 * s], d->positions[2 * s + 1], (long long)height,
                          (long long)width);
    }
    return CLPT_OK;
}

clpt_status clpti_check_measurement(clpt_context *context, const clpt_measurement *d)
{
    clpt_message *m = &context->message;
    if (!d || !d->amplitude || !d->positions)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "clpt_solver_create: measurement, its amplitude or positions are NULL");
    int64_t all;
    if (d->count < 1 || d->side < 1 || d->count > INT32_MAX || d->side > INT32_MAX ||
        !clpti_multiply(d->count, d->side * d->side, &all))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: %lld patterns of side %lld", (long long)d->count,
                          (long long)d->side);
    clpt_status status = check_background(m, d);
    return status == CLPT_OK ? check_amplitudes(m, d) : status;
}
