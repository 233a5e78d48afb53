/* SPDX-License-Identifier: Apache-2.0 */
/* reassemble_group: merges the patches of each group onto its canvas, weighted (clpt_weight in operations.h).
 *
 * Block c of group g starts at position(g·C + c) + shift. patches [groups, per_group, size, size]; power [size, size] =
 * Σ_p |P_p|² for the probe weighting; optional canvas and total (Σ weights), each [groups, side, side]; without a
 * canvas patches are not read. The division of the probe weighting requires the maximum total of its group and is left
 * to reassemble_group_cutoff. Preconditions: none. */
#include "common/element.clh"
#include "common/position.clh"

#define WEIGHT_NONE 0
#define WEIGHT_CENTRE 1
#define WEIGHT_CENTRE_MASKED 2
#define WEIGHT_PROBE 3

/* 1 inside the central N/2 block, along one axis. */
inline float in_centre(long u, long size)
{
    return u >= size / 4 && u < size / 4 + size / 2 ? 1.0f : 0.0f;
}

inline element block_pixel(global const element *block, long size, long v, long u)
{
    return u >= 0 && u < size && v >= 0 && v < size ? block[v * size + u] : ELEMENT_ZERO;
}

inline float power_pixel(global const float *block, long size, long v, long u)
{
    return u >= 0 && u < size && v >= 0 && v < size ? block[v * size + u] : 0.0f;
}

kernel void reassemble_group_general(global const element *patches, long patches_offset, long groups, long per_group,
                                     long size, SELECTION_ARGS, int weight, global const float *power,
                                     long power_offset, global element *canvas, long canvas_offset, long side,
                                     global float *total, long total_offset)
{
    long x = get_global_id(0), y = get_global_id(1), g = get_global_id(2);
    if (x >= side || y >= side || g >= groups) return;
    element sum = ELEMENT_ZERO;
    float weights = 0.0f;
    for (long c = 0; c < per_group; c++) {
        sample_position position = selected_position(SELECTION, g * per_group + c);
        long u = x - position.x, v = y - position.y;
        if (u < 0 || u > size || v < 0 || v > size) continue;
        float fx = position.fx, fy = position.fy, gx = position.gx, gy = position.gy;
        global const element *block = patches + patches_offset + (g * per_group + c) * size * size;
        element value = ELEMENT_ZERO;
        if (canvas_offset >= 0) {
            element top = gx * block_pixel(block, size, v, u) + fx * block_pixel(block, size, v, u - 1);
            element above = gx * block_pixel(block, size, v - 1, u) + fx * block_pixel(block, size, v - 1, u - 1);
            value = gy * top + fy * above;
        }
        float mask = 1.0f;
        if (weight == WEIGHT_PROBE) {
            global const float *p = power + power_offset;
            float near = gx * power_pixel(p, size, v, u) + fx * power_pixel(p, size, v, u - 1);
            float far = gx * power_pixel(p, size, v - 1, u) + fx * power_pixel(p, size, v - 1, u - 1);
            mask = gy * near + fy * far;
        } else if (weight != WEIGHT_NONE) {
            mask = (gx * in_centre(u, size) + fx * in_centre(u - 1, size)) *
                   (gy * in_centre(v, size) + fy * in_centre(v - 1, size));
        }
        sum += weight == WEIGHT_CENTRE ? value : mask * value;
        weights += mask;
    }
    if (weight == WEIGHT_CENTRE) sum /= weights + 1e-3f;
    if (weight == WEIGHT_CENTRE_MASKED) sum = weights > 1e-6f ? sum / (weights + 1e-3f) : ELEMENT_ZERO;
    long at = (g * side + y) * side + x;
    if (canvas_offset >= 0) canvas[canvas_offset + at] = sum;
    if (total_offset >= 0) total[total_offset + at] = weights;
}

kernel void reassemble_group_cutoff(global element *canvas, long canvas_offset, global const float *total,
                                    long total_offset, global const float *largest, long largest_offset, long groups,
                                    long pixels)
{
    long i = get_global_id(0), g = get_global_id(1);
    if (i >= pixels || g >= groups) return;
    long at = g * pixels + i;
    float weights = total[total_offset + at];
    bool counts = weights > 1e-6f * largest[largest_offset + g];
    canvas[canvas_offset + at] = counts ? canvas[canvas_offset + at] / max(weights, 1e-12f) : ELEMENT_ZERO;
}
