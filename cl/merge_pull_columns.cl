/* SPDX-License-Identifier: Apache-2.0 */
/* merge_pull_columns: merge_pull.cl for GPUs: a work-item computes ROWS pixels of a column of a patch, so that each row
 * of the canvas is interpolated in x once and used for two pixels; canvas pixels outside the block's weight are not
 * read.
 *
 * Arguments as in merge_pull.cl. Preconditions: work-groups of 64, a side up to 32768, up to 2¹⁴ rows and columns of a
 * canvas. */
#include "common/merge.clh"
#include "common/unroll.clh"

#define ROWS 4
#define ACROSS 32
#define ITEMS 64

inline float central(int i, int size)
{
    return (uint)(i - size / 4) < (uint)(size / 2) ? 1.0f : 0.0f;
}

/* One patch on its canvas, for a work-item: u is its column within the block. */
typedef struct pulled {
    int merge, size, crop, height, width, u;
    sample_position position;
    float maximum, near, far; /* the mask moved along x, at the columns u and u + 1 */
} pulled;

/* d_sum at canvas pixel (position + (v, u + beside)), times the block's weight there if values were weighted. */
inline element weighed(const pulled *p, int v, int beside, global const element *d_sum, global const float *total,
                       bool divide, global const float *power)
{
    int x = p->position.x + p->u + beside, y = p->position.y + v;
    float weight = 1.0f;
    if (x < 0 || x >= p->width || y < 0 || y >= p->height) return ELEMENT_ZERO;
    if (p->merge == MERGE_CENTRE_MASKED)
        weight = (beside ? p->far : p->near) *
                 (p->position.gy * central(v, p->size) + p->position.fy * central(v - 1, p->size));
    if (p->merge == MERGE_PROBE) weight = moved_weight(p->merge, power, p->size, p->crop, &p->position, y, x);
    if (weight == 0.0f) return ELEMENT_ZERO;
    element value = d_sum[y * p->width + x];
    if (divide) value = merge_divided(p->merge, value, total[y * p->width + x], p->maximum);
    return weight * value;
}

kernel __attribute__((reqd_work_group_size(ACROSS, ITEMS / ACROSS, 1))) void
merge_pull_columns(int merge, SELECTION_ARGS, int per_group, int size, int crop, int height, int width,
                   global const element *d_sum, long d_sum_offset, global const float *total, long total_offset,
                   global const float *largest, long largest_offset, global const float *power, long power_offset,
                   global element *d_patches, long d_patches_offset)
{
    int px = (int)get_global_id(0), py = (int)get_global_id(1) * ROWS, start = size / 2 - crop / 2;
    long k = get_group_id(2), image = per_group ? k / per_group : 0, base = image * height * width;
    if (px >= size || py >= size) return;
    pulled p = {merge, size, crop, height, width, px - start, selected_position(SELECTION, k), 0.0f, 0.0f, 0.0f};
    int u = p.u, v = py - start;
    bool divide = total_offset >= 0;
    if (divide && merge == MERGE_PROBE) p.maximum = largest[largest_offset + image];
    p.near = p.position.gx * central(u, size) + p.position.fx * central(u - 1, size);
    p.far = p.position.gx * central(u + 1, size) + p.position.fx * central(u, size);
    global element *column = d_patches + d_patches_offset + (k * size + py) * size + px;
    d_sum += d_sum_offset + base;
    total += divide ? total_offset + base : 0;
    power += power_offset;
    element above = ELEMENT_ZERO;
#pragma unroll
    for (int r = 0; r <= ROWS; r++) {
        element below = p.position.gx * weighed(&p, v + r, 0, d_sum, total, divide, power) +
                        p.position.fx * weighed(&p, v + r, 1, d_sum, total, divide, power);
        bool within = u >= 0 && u < crop && v + r - 1 >= 0 && v + r - 1 < crop;
        if (r > 0 && py + r - 1 < size)
            column[(r - 1) * size] = within ? p.position.gy * above + p.position.fy * below : ELEMENT_ZERO;
        above = below;
    }
}
