/* SPDX-License-Identifier: Apache-2.0 */
/* bank_probes_lanes, bank_sums_lanes: bank.cl for CPUs, eight pixels at a time. A work-item of bank_sums_lanes takes
 * every items-th row of the probe; the row's sums of all copies stay in its first-level cache, in private scratch,
 * while it loops over the patterns. scratch: (2·(K + 1)² + 1)·size floats per work-item. Preconditions: size divisible
 * by 16, one slot, patch_power present, work-group of 1. */
#include "common/bank_cell.clh"
#include "common/lanes_bilinear.clh"
#include "common/position.clh"
#include "common/wide.clh"

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
bank_probes_lanes(global const float2 *copies, long copies_offset, int bank, global const clpt_position *positions,
                  long positions_offset, global const int *order, long order_offset, long first, long elements,
                  long size, global float2 *out, long out_offset)
{
    long row = get_global_id(0) * size, k = get_global_id(1);
    bank_cell c = bank_cell_of(positions[positions_offset + selected(order, order_offset, first, k)], bank);
    global const float *one = (global const float *)(copies + copies_offset + c.copy * elements + row);
    global const float *other = one + 2 * elements, *below = one + 2 * (bank + 1) * elements,
                       *last = below + 2 * elements;
    global float *to = (global float *)(out + out_offset + k * elements + row);
    for (long x = 0; x < 2 * size; x += 16)
        vstore16(c.weights.x * vload16(0, one + x) + c.weights.y * vload16(0, other + x) +
                     c.weights.z * vload16(0, below + x) + c.weights.w * vload16(0, last + x),
                 0, to + x);
}

/* Copies `length` complex pixels of each copy between sums [copies, elements] and scratch [copies, length]. */
inline void keep_rows(global float *sums, long elements, global float *kept, long length, int copies, bool back)
{
    for (int c = 0; c < copies; c++)
        for (long x = 0; x < 2 * length; x += 16) {
            global float *outer = sums + 2 * c * elements + x, *inner = kept + 2 * c * length + x;
            if (back)
                vstore16(vload16(0, inner), 0, outer);
            else
                vstore16(vload16(0, outer), 0, inner);
        }
}

inline void add_to(global float *sum, float weight, float16 product)
{
    vstore16(vload16(0, sum) + weight * product, 0, sum);
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void
bank_sums_lanes(global const float2 *object, long object_offset, long height, long width, SELECTION_ARGS,
                global const clpt_position *fractions, long fractions_offset, int bank, long count,
                global const float2 *waves, long waves_offset, long modes, long size, long rows, global float2 *sums,
                long sums_offset, global float *patch_power, long patch_power_offset, global float *scratch,
                long scratch_offset)
{
    int copies = (bank + 1) * (bank + 1);
    long pixels = size * size, elements = modes * pixels;
    global float *kept = scratch + scratch_offset + get_global_id(0) * (2 * copies + 1) * rows * size;
    global float *power = kept + 2 * copies * rows * size;
    for (long top = rows * get_global_id(0); top < size; top += rows * get_global_size(0))
        for (long p = 0; p < modes; p++) {
            long own = min(rows, size - top), length = own * size;
            global float *outer = (global float *)(sums + sums_offset + p * pixels + top * size);
            global float *powers = patch_power + patch_power_offset + top * size;
            keep_rows(outer, elements, kept, length, copies, false);
            for (long x = 0; x < length; x += 16) vstore16(vload16(0, powers + x), 0, power + x);
            for (long k = 0; k < count; k++) {
                sample_position position = selected_position(SELECTION, k);
                bank_cell c = bank_cell_of(fractions[fractions_offset + selected(order, order_offset, first, k)], bank);
                global const float *wave =
                    (global const float *)(waves + waves_offset + (k * modes + p) * pixels + top * size);
                long next = k + 1 < count ? 2 * elements : 0, v = 0, u = 0;
                global float *one = kept + 2 * c.copy * length, *other = one + 2 * length,
                             *below = one + 2 * (bank + 1) * length, *last = below + 2 * length;
                for (long i = 0; i < length; i += 8) {
                    float16 o = lanes_bilinear(object + object_offset, height, width, position.y + top + v,
                                               position.x + u, position.fy, position.fx);
                    float16 product = lanes_conj_times(o, vload16(0, wave + 2 * i));
                    WIDE_FETCH(wave + next + 2 * i, 0);
                    add_to(one + 2 * i, c.weights.x, product);
                    add_to(other + 2 * i, c.weights.y, product);
                    add_to(below + 2 * i, c.weights.z, product);
                    add_to(last + 2 * i, c.weights.w, product);
                    if (p == 0) vstore8(vload8(0, power + i) + lanes_power(o), 0, power + i);
                    u += 8;
                    if (u == size) u = 0, v++;
                }
            }
            keep_rows(outer, elements, kept, length, copies, true);
            for (long x = 0; x < length; x += 16) vstore16(vload16(0, power + x), 0, powers + x);
        }
}
