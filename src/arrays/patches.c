/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of square sides and scans, and positions made from offsets. */
#include "arrays/patches.h"

#include <stdlib.h>

clpt_status clpti_check_square(clpt_context *context, const char *function, const char *name, const clpt_array *array)
{
    int64_t height = array->shape[array->rank - 2], width = array->shape[array->rank - 1];
    if (height == width) return CLPT_OK;
    return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: %s must be square, but is %lld×%lld", function, name,
                      (long long)height, (long long)width);
}

clpt_status clpti_check_scan(clpt_context *context, const char *function, const clpt_scan *scan, const char *name,
                             const clpt_array *array)
{
    clpt_message *m = &context->message;
    if (!scan) return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: scan is NULL", function);
    if (scan->context != context)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: the scan belongs to another context", function);
    if (array->shape[0] == scan->positions.count) return CLPT_OK;
    return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: %s has %lld patterns, but the scan has %lld positions", function,
                      name, (long long)array->shape[0], (long long)scan->positions.count);
}

clpt_status clpti_check_probe(clpt_context *context, const char *function, const clpt_array *probe, int64_t side,
                              int64_t *modes)
{
    clpt_status status = clpti_check_array(context, function, "probe", probe, 2, 3, CLPTI_KIND_COMPLEX);
    if (status != CLPT_OK) return status;
    *modes = probe->rank == 3 ? probe->shape[0] : 1;
    if (probe->rank == 2)
        return clpti_check_shape(context, function, "probe", probe, 2, (int64_t[]){side, side},
                                 "the side of the patterns");
    return clpti_check_shape(context, function, "probe", probe, 3, (int64_t[]){*modes, side, side},
                             "the side of the patterns");
}

static void subtract_mean(double *xy, int64_t count)
{
    double mean[2] = {0.0, 0.0};
    for (int64_t i = 0; i < 2 * count; i++) mean[i & 1] += xy[i];
    for (int64_t i = 0; i < 2 * count; i++) xy[i] -= mean[i & 1] / (double)count;
}

clpt_status clpti_offset_positions(clpt_context *context, const char *function, const clpt_array *offsets,
                                   int64_t groups, int64_t per_group, clpt_centring centring,
                                   clpti_positions *positions)
{
    clpt_status status = CLPT_OK;
    double *xy = NULL;
    if ((unsigned)centring > CLPT_CENTRING_MEAN)
        CLPTI_TRY(
            clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: unknown centring %d", function, (int)centring));
    CLPTI_TRY(clpti_check_array(context, function, "offsets", offsets, 3, 3, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_shape(context, function, "offsets", offsets, 3, (int64_t[]){groups, per_group, 2},
                                "one (x, y) for each patch"));
    CLPTI_TRY(clpti_read_geometry(context, function, "offsets", offsets, CLPTI_COORDINATE_LIMIT, &xy));
    if (centring == CLPT_CENTRING_MEAN) subtract_mean(xy, groups * per_group);
    for (int64_t i = 0; i < 2 * groups * per_group; i++) xy[i] = -xy[i];
    CLPTI_TRY(clpti_positions_create(context, xy, groups * per_group, positions));
cleanup:
    free(xy);
    return status;
}
