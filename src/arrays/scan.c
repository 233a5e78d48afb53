/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_scan: the positions of a scan, and the canvas that covers them. */
#include "arrays/scan.h"

#include <math.h>
#include <stdlib.h>

#include "arrays/check.h"
#include "core/memory.h"

static void measure(clpt_scan *scan)
{
    const double *xy = scan->positions.xy;
    int64_t count = scan->positions.count;
    double sum[2] = {0.0, 0.0};
    scan->reach = 0.0;
    for (int64_t i = 0; i < 2 * count; i++) sum[i & 1] += xy[i];
    for (int axis = 0; axis < 2; axis++) scan->mean[axis] = sum[axis] / (double)count;
    for (int64_t i = 0; i < 2 * count; i++) scan->reach = fmax(scan->reach, fabs(xy[i] - scan->mean[i & 1]));
}

/* A checked copy of positions; the caller frees it. */
static clpt_status read(clpt_context *context, const char *function, const double *positions, int64_t count,
                        double **copy)
{
    clpt_array array = clpt_array_host(positions, CLPT_TYPE_F64, 2, CLPT_SHAPE(count, 2));
    clpt_status status = clpti_check_array(context, function, "positions", &array, 2, 2, CLPTI_KIND_REAL);
    if (status != CLPT_OK) return status;
    return clpti_read_geometry(context, function, "positions", &array, CLPTI_COORDINATE_LIMIT, copy);
}

clpt_status clpt_scan_create(clpt_context *context, const double *positions, int64_t count, clpt_scan **scan)
{
    static const char *const name = "clpt_scan_create";
    if (!context || !scan) return CLPT_ERROR_ARGUMENT;
    *scan = NULL;
    clpt_status status = CLPT_OK;
    double *copy = NULL;
    clpt_scan *made = NULL;
    CLPTI_TRY(read(context, name, positions, count, &copy));
    if (!(made = calloc(1, sizeof *made)) || !(made->centred = calloc(1, sizeof *made->centred)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory for a scan", name));
    made->context = context;
    CLPTI_TRY(clpti_positions_create(context, copy, count, &made->positions));
    measure(made);
    *scan = made;
    made = NULL;
cleanup:
    clpt_scan_destroy(&made);
    free(copy);
    return status;
}

clpt_status clpt_scan_set_positions(clpt_scan *scan, const double *positions)
{
    if (!scan) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    double *copy = NULL;
    CLPTI_TRY(read(scan->context, "clpt_scan_set_positions", positions, scan->positions.count, &copy));
    CLPTI_TRY(clpti_positions_move(scan->context, &scan->positions, copy));
    clpti_positions_destroy(scan->centred);
    measure(scan);
cleanup:
    free(copy);
    return status;
}

clpt_status clpti_centred_positions(const clpt_scan *scan, const clpti_positions **positions)
{
    clpt_status status = CLPT_OK;
    int64_t count = scan->positions.count;
    double *xy = NULL;
    *positions = scan->centred;
    if (scan->centred->count) return CLPT_OK;
    if (!(xy = clpti_malloc(count, 2 * sizeof *xy)))
        return clpti_fail(&scan->context->message, CLPT_ERROR_MEMORY, "no host memory for %lld positions",
                          (long long)count);
    for (int64_t i = 0; i < 2 * count; i++) xy[i] = scan->positions.xy[i] - scan->mean[i & 1];
    CLPTI_TRY(clpti_positions_create(scan->context, xy, count, scan->centred));
cleanup:
    free(xy);
    return status;
}

void clpt_scan_destroy(clpt_scan **scan)
{
    if (!scan || !*scan) return;
    if ((*scan)->centred) clpti_positions_destroy((*scan)->centred);
    free((*scan)->centred);
    clpti_positions_destroy(&(*scan)->positions);
    free(*scan);
    *scan = NULL;
}

int64_t clpt_scan_get_count(const clpt_scan *scan)
{
    return scan ? scan->positions.count : 0;
}

/* ceil(reach), rounded up to even */
static int64_t padding(const clpt_scan *scan)
{
    int64_t pad = (int64_t)ceil(scan->reach);
    return pad + (pad & 1);
}

clpt_status clpt_scan_get_canvas(const clpt_scan *scan, int64_t crop, int64_t *side, double *origin)
{
    if (!scan || !side) return CLPT_ERROR_ARGUMENT;
    if (crop < 1)
        return clpti_fail(&scan->context->message, CLPT_ERROR_ARGUMENT,
                          "clpt_scan_get_canvas: the crop must be at least 1, not %lld", (long long)crop);
    *side = crop + 2 * padding(scan);
    for (int axis = 0; origin && axis < 2; axis++)
        origin[axis] = scan->mean[axis] - (double)(crop / 2) - (double)padding(scan);
    return CLPT_OK;
}
