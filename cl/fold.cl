/* SPDX-License-Identifier: Apache-2.0 */
/* fold: out[i] += Σ_s slots[s, i], in order. slots [slot_count, count], out [count]. Preconditions: none. */
#include "common/element.clh"

kernel void fold_general(global const element *slots, long slots_offset, long slot_count, long count,
                         global element *out, long out_offset)
{
    long i = get_global_id(0);
    if (i >= count) return;
    element sum = out[out_offset + i];
    for (long s = 0; s < slot_count; s++) sum += slots[slots_offset + s * count + i];
    out[out_offset + i] = sum;
}
