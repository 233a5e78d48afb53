/* SPDX-License-Identifier: Apache-2.0 */
/* divide: canvas[i] /= weight_sum[i] + epsilon. Preconditions: none. */
#include "common/element.clh"

kernel void divide_general(global element *canvas, long canvas_offset, global const float *weight_sum,
                           long weight_sum_offset, long count, float epsilon)
{
    long i = get_global_id(0);
    if (i < count) canvas[canvas_offset + i] /= weight_sum[weight_sum_offset + i] + epsilon;
}
