/* SPDX-License-Identifier: Apache-2.0 */
/* extract: patches[k, v, u] = image_k at position_k + shift + (u, v), bilinear or nearest (half to even), 0 outside.
 *
 * images [.., height, width], image_k = images[k / per_image] (per_image = 0: the first for all); patches [count, rows,
 * columns]. Preconditions: none. */
#include "common/element.clh"
#include "common/bilinear.clh"
#include "common/position.clh"

/* The pixel nearest to x + f on an axis of `size` pixels, or −1 if the point lies outside [0, size − 1]. */
inline long nearest_index(long x, float f, long size)
{
    if (x < 0 || x > size - 1 || (x == size - 1 && f > 0.0f)) return -1;
    return x + (f > 0.5f || (f == 0.5f && (x & 1)));
}

kernel void extract_general(global const element *images, long images_offset, long height, long width, long per_image,
                            SELECTION_ARGS, global element *patches, long patches_offset, long count, long rows,
                            long columns, int nearest)
{
    long u = get_global_id(0), v = get_global_id(1), k = get_global_id(2);
    if (u >= columns || v >= rows || k >= count) return;
    global const element *image = images + images_offset + (per_image ? k / per_image : 0) * height * width;
    sample_position position = selected_position(SELECTION, k);
    long x = position.x + u, y = position.y + v;
    element value;
    if (nearest) {
        long nx = nearest_index(x, position.fx, width), ny = nearest_index(y, position.fy, height);
        value = nx < 0 || ny < 0 ? ELEMENT_ZERO : image[ny * width + nx];
    } else {
        value = bilinear_or_zero(image, height, width, y, x, position.fy, position.fx);
    }
    patches[patches_offset + (k * rows + v) * columns + u] = value;
}
