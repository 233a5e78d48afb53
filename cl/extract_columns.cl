/* SPDX-License-Identifier: Apache-2.0 */
/* extract_columns: extract.cl for GPUs, bilinear: a work-item takes ROWS pixels of a column of a patch, so that each
 * row of the image is interpolated in x once and its loads are in flight together.
 *
 * Arguments as in extract.cl; the second dimension counts blocks of ROWS rows. Preconditions: bilinear, patches of
 * fewer than 2^31 pixels, images of up to 2^28 rows and columns. */
#include "common/element.clh"
#include "common/position.clh"
#include "common/unroll.clh"

#define ROWS 4

kernel void extract_columns(global const element *images, long images_offset, int height, int width, int per_image,
                            SELECTION_ARGS, global element *patches, long patches_offset, int count, int rows,
                            int columns)
{
    int u = (int)get_global_id(0), v = (int)get_global_id(1) * ROWS, k = (int)get_global_id(2);
    if (u >= columns || v >= rows || k >= count) return;
    sample_position position = selected_position(SELECTION, k);
    int x = position.x + u, y = position.y + v;
    global const element *at =
        images + images_offset + (per_image ? (long)(k / per_image) * height * width : 0) + (long)y * width + x;
    global element *to = patches + patches_offset + (long)k * rows * columns + v * columns + u;
    bool here = x >= 0 && x < width, there = x >= -1 && x + 1 < width;
    element own[ROWS + 1], next[ROWS + 1];
#pragma unroll
    for (int r = 0; r <= ROWS; r++) {
        bool row = y + r >= 0 && y + r < height;
        own[r] = row && here ? at[(long)r * width] : ELEMENT_ZERO;
        next[r] = row && there ? at[(long)r * width + 1] : ELEMENT_ZERO;
    }
    float fx = position.fx, fy = position.fy;
    element above = (1.0f - fx) * own[0] + fx * next[0];
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        element below = (1.0f - fx) * own[r + 1] + fx * next[r + 1];
        if (v + r < rows) to[r * columns] = (1.0f - fy) * above + fy * below;
        above = below;
    }
}
