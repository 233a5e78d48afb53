/* SPDX-License-Identifier: Apache-2.0 */
/* rotate: out[q, i] = Σ_p matrix[p, q]·modes[p, i]. modes, out [mode_count, count], not aliased; matrix [mode_count,
 * mode_count]. Preconditions: none. */
#include "common/complex.clh"

kernel void rotate_general(global const float2 *modes, long modes_offset, long mode_count, long count,
                           global const float2 *matrix, long matrix_offset, global float2 *out, long out_offset)
{
    long i = get_global_id(0), q = get_global_id(1);
    if (i >= count || q >= mode_count) return;
    float2 sum = (float2)(0.0f);
    for (long p = 0; p < mode_count; p++)
        sum += complex_times(matrix[matrix_offset + p * mode_count + q], modes[modes_offset + p * count + i]);
    out[out_offset + q * count + i] = sum;
}
