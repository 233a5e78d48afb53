/* SPDX-License-Identifier: Apache-2.0 */
/* Positions, split in double precision into whole pixels and a float32 fraction. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ops/ops.h"
#include "ops/tile_lists.h"
#include "shared/position.h"

/* The fraction as float32, on the same side of 0, ½ and 1 as the double: rounding never moves a point across the centre
 * or edge of a pixel, where `nearest` decides. */
static float fraction_of(double fraction)
{
    float f = (float)fraction;
    if (fraction > 0.0 && f < FLT_MIN) f = FLT_MIN;
    if (f >= 1.0f) f = nextafterf(1.0f, 0.0f);
    if (fraction < 0.5 && f >= 0.5f) f = nextafterf(0.5f, 0.0f);
    if (fraction > 0.5 && f <= 0.5f) f = nextafterf(0.5f, 1.0f);
    return f;
}

/* Encoding of cl/shared/position.h. */
static float encoded(double fraction)
{
    if (fraction <= 0.75) return fraction_of(fraction);
    float missing = (float)(1.0 - fraction);
    return -(missing < FLT_MIN ? FLT_MIN : missing);
}

static clpt_position split(const double xy[2])
{
    double x = floor(xy[0]), y = floor(xy[1]);
    return (clpt_position){(int)x, (int)y, encoded(xy[0] - x), encoded(xy[1] - y)};
}

static clpt_status upload_pairs(clpt_context *context, const clpti_positions *positions)
{
    clpt_position *pairs = clpti_malloc(positions->count, sizeof *pairs);
    if (!pairs)
        return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of host memory for %lld positions",
                          (long long)positions->count);
    for (int64_t i = 0; i < positions->count; i++) pairs[i] = split(positions->xy + 2 * i);
    clpt_status status = clpti_upload(clpti_view_of(positions->pairs), pairs, positions->count);
    free(pairs);
    return status;
}

clpt_status clpti_positions_move(clpt_context *context, clpti_positions *positions, const double *xy)
{
    if (xy != positions->xy) memcpy(positions->xy, xy, (size_t)positions->count * 2 * sizeof *xy);
    if (clpti_is_reference(context)) return CLPT_OK;
    clpti_tile_lists_drop(positions->tiles);
    return upload_pairs(context, positions);
}

clpt_status clpti_positions_create(clpt_context *context, const double *xy, int64_t count, clpti_positions *positions)
{
    clpt_status status = CLPT_OK;
    *positions = (clpti_positions){.count = count, .xy = clpti_malloc(2 * count, sizeof *xy)};
    if (!clpti_is_reference(context)) {
        CLPTI_TRY(clpti_scratch_take(context, CLPTI_POSITION, count, &positions->pairs));
        positions->tiles = calloc(1, sizeof *positions->tiles);
    }
    if (!positions->xy || (positions->pairs && !positions->tiles))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of host memory for %lld positions",
                             (long long)count));
    CLPTI_TRY(clpti_positions_move(context, positions, xy));
cleanup:
    if (status != CLPT_OK) clpti_positions_destroy(positions);
    return status;
}

void clpti_positions_destroy(clpti_positions *positions)
{
    clpti_tile_lists_drop(positions->tiles);
    free(positions->tiles);
    clpti_scratch_give(&positions->pairs);
    free(positions->xy);
    *positions = (clpti_positions){0};
}
