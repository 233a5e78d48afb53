/* SPDX-License-Identifier: Apache-2.0 */
/* fold: out[i] += Σ_s slots[s, i], in order; with fresh = 1, out is taken as 0. slots [slot_count, count], out [count].
 * Preconditions: none. */
#include "common/element.clh"

kernel void fold_general(global const element *slots, long slots_offset, long slot_count, long count,
                         global element *out, long out_offset, int fresh)
{
    long i = get_global_id(0);
    if (i >= count) return;
    element sum = fresh ? ELEMENT_ZERO : out[out_offset + i];
    for (long s = 0; s < slot_count; s++) sum += slots[slots_offset + s * count + i];
    out[out_offset + i] = sum;
}
