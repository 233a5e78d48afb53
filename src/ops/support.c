/* SPDX-License-Identifier: Apache-2.0 */
/* A round support of the probe with a soft edge. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "ops/constraint.h"

static double height_at(double distance, double radius, double softness)
{
    if (distance <= radius) return 1.0;
    return distance < radius + softness ? 0.5 + 0.5 * cos(acos(-1.0) * (distance - radius) / softness) : 0.0;
}

clpt_status clpti_support_disc(clpt_context *context, int64_t size, double radius, double softness, clpt_buffer **mask)
{
    clpt_status status = CLPT_OK;
    *mask = NULL;
    double *values = clpti_malloc(size * size, sizeof *values), side = (double)size;
    if (!values) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of host memory for a support");
    for (int64_t i = 0; i < size * size; i++)
        values[i] = height_at(hypot((double)(i % size - size / 2), (double)(i / size - size / 2)), radius * side,
                              softness * side);
    CLPTI_TRY(clpti_buffer_create(context, CLPTI_REAL, size * size, mask));
    CLPTI_TRY(clpti_field_upload(clpti_view_of(*mask), values, CLPT_TYPE_F64, size * size));
cleanup:
    if (status != CLPT_OK) clpt_buffer_destroy(mask);
    free(values);
    return status;
}
