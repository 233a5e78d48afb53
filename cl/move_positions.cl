/* SPDX-License-Identifier: Apache-2.0 */
/* move_positions: places[k] = start[k] + moved[k], whole pixels and a fraction as in shared/position.h. start, places
 * [count]; moved [count, 2]. Preconditions: none. */
#pragma OPENCL FP_CONTRACT OFF
#include "shared/position.h"

/* fraction + moved as (whole, fraction): the fraction, in [−¼, ¾], keeps its precision on both sides of 0. */
inline float2 carried(float fraction, float moved)
{
    float sum = fraction + moved, whole = floor(sum), rest = sum - whole;
    return rest > 0.75f ? (float2)(whole, sum - (whole + 1.0f)) : (float2)(whole, rest);
}

kernel void move_positions_general(global const clpt_position *start, long start_offset,
                                   global clpt_position *positions, long positions_offset, long count,
                                   global const float *moved, long moved_offset)
{
    long k = get_global_id(0);
    if (k >= count) return;
    clpt_position from = start[start_offset + k];
    /* a negative fraction counts down from the next pixel */
    int right = from.x + (from.fx < 0.0f), down = from.y + (from.fy < 0.0f);
    float2 x = carried(from.fx, moved[moved_offset + 2 * k]), y = carried(from.fy, moved[moved_offset + 2 * k + 1]);
    positions[positions_offset + k] = (clpt_position){right + (int)x.x, down + (int)y.x, x.y, y.y};
}
