/* SPDX-License-Identifier: Apache-2.0 */
#include "api/scan.h"

#include <math.h>
#include <stdlib.h>

#include "api/check.h"
#include "core/memory.h"

static void measure(clpt_scan *scan)
{
    const double *xy = scan->places.xy;
    int64_t count = scan->places.count;
    double sum[2] = {0.0, 0.0};
    for (int64_t i = 0; i < 2 * count; i++) sum[i & 1] += xy[i];
    for (int axis = 0; axis < 2; axis++) scan->mean[axis] = sum[axis] / (double)count;
    for (int64_t i = 0; i < 2 * count; i++) scan->reach = fmax(scan->reach, fabs(xy[i] - scan->mean[i & 1]));
}

clpt_status clpt_scan_create(clpt_context *context, const double *positions, int64_t count, clpt_scan **scan)
{
    static const char *const name = "clpt_scan_create";
    if (!context || !scan) return CLPT_ERROR_ARGUMENT;
    *scan = NULL;
    clpt_status status = CLPT_OK;
    double *copy = NULL;
    clpt_scan *made = NULL;
    clpt_array array = clpt_array_host(positions, CLPT_F64, 2, CLPT_SHAPE(count, 2));
    CLPTI_TRY(clpti_check_array(context, name, "positions", &array, 2, 2, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_read_geometry(context, name, "positions", &array, CLPTI_COORDINATE_LIMIT, &copy));
    if (!(made = calloc(1, sizeof *made)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory for a scan", name));
    made->context = context;
    CLPTI_TRY(clpti_places_create(context, copy, count, &made->places));
    measure(made);
    *scan = made;
    made = NULL;
cleanup:
    free(made);
    free(copy);
    return status;
}

void clpt_scan_destroy(clpt_scan **scan)
{
    if (!scan || !*scan) return;
    clpti_places_destroy(&(*scan)->places);
    free(*scan);
    *scan = NULL;
}

int64_t clpt_scan_count(const clpt_scan *scan)
{
    return scan ? scan->places.count : 0;
}

/* ceil(reach), made even */
static int64_t padding(const clpt_scan *scan)
{
    int64_t pad = (int64_t)ceil(scan->reach);
    return pad + (pad & 1);
}

clpt_status clpt_scan_canvas(const clpt_scan *scan, int64_t crop, int64_t *side, double *origin)
{
    if (!scan || !side) return CLPT_ERROR_ARGUMENT;
    if (crop < 1)
        return clpti_fail(&scan->context->message, CLPT_ERROR_ARGUMENT,
                          "clpt_scan_canvas: the crop must be at least 1, not %lld", (long long)crop);
    *side = crop + 2 * padding(scan);
    for (int axis = 0; origin && axis < 2; axis++)
        origin[axis] = scan->mean[axis] - (double)(crop / 2) - (double)padding(scan);
    return CLPT_OK;
}
