/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_coverage: the illumination of every object pixel. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arrays/check.h"
#include "core/memory.h"

/* Σ_p |P_p|², or ones. */
static void make_weight(const clpt_array *probe, int64_t side, double *weight)
{
    int64_t pixels = side * side, modes = probe && probe->rank == 3 ? probe->shape[0] : 1;
    for (int64_t i = 0; i < pixels; i++) weight[i] = probe ? 0 : 1;
    for (int64_t i = 0; probe && i < 2 * modes * pixels; i++) {
        double part =
            probe->type == CLPT_TYPE_C128 ? ((const double *)probe->data)[i] : (double)((const float *)probe->data)[i];
        weight[i / 2 % pixels] += part * part;
    }
}

static void add_patch(const double *weight, int64_t side, int64_t top, int64_t left, int64_t height, int64_t width,
                      double *sum)
{
    for (int64_t y = 0; y < side; y++)
        for (int64_t x = 0; x < side; x++)
            if (top + y >= 0 && top + y < height && left + x >= 0 && left + x < width)
                sum[(top + y) * width + left + x] += weight[y * side + x];
}

static bool is_probe(const clpt_array *probe, int64_t side)
{
    return probe->data && (probe->type == CLPT_TYPE_C64 || probe->type == CLPT_TYPE_C128) &&
           (probe->rank == 2 || probe->rank == 3) && probe->shape[probe->rank - 1] == side &&
           probe->shape[probe->rank - 2] == side && probe->shape[0] > 0;
}

clpt_status clpt_coverage(const double *positions, int64_t count, int64_t side, const clpt_array *probe, double minimum,
                          int64_t height, int64_t width, uint8_t *mask, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    double *weight = NULL, *sum = NULL, maximum = 0;
    if (!positions || !mask || count < 1 || side < 1 || height < 1 || width < 1 || (probe && !is_probe(probe, side)))
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "clpt_coverage: %lld positions with patches of side %lld on %lld×%lld pixels, or a probe "
                          "that is not a complex host array of that side",
                          (long long)count, (long long)side, (long long)height, (long long)width);
    weight = clpti_malloc(side * side, sizeof *weight);
    sum = clpti_calloc(height * width, sizeof *sum);
    if (!weight || !sum) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "clpt_coverage: out of host memory"));
    make_weight(probe, side, weight);
    for (int64_t s = 0; s < count; s++) {
        double x = positions[2 * s], y = positions[2 * s + 1];
        if (!(fabs(x) < CLPTI_COORDINATE_LIMIT && fabs(y) < CLPTI_COORDINATE_LIMIT))
            CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT, "clpt_coverage: position %lld is (%g, %g)", (long long)s,
                                 x, y));
        add_patch(weight, side, (int64_t)rint(y) - side / 2, (int64_t)rint(x) - side / 2, height, width, sum);
    }
    for (int64_t i = 0; i < height * width; i++) maximum = fmax(maximum, sum[i]);
    for (int64_t i = 0; i < height * width; i++) mask[i] = maximum > 0 && sum[i] >= minimum * maximum;
cleanup:
    free(weight);
    free(sum);
    return status;
}
