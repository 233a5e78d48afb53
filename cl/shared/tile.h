/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes shared by the host's tile lists and the gathering kernels. */
#ifndef CLPT_SHARED_TILE_H
#define CLPT_SHARED_TILE_H

#define CLPT_TILE 16 /* side of a square tile of the canvas, in pixels: the general kernels */

/* The tiles of GPU kernels: a row of work-items across, each with a few pixels of its column. */
#ifndef CLPT_TILE_WIDTH
#define CLPT_TILE_WIDTH 32
#endif
#ifndef CLPT_TILE_HEIGHT
#define CLPT_TILE_HEIGHT 8
#endif
#ifndef CLPT_TILE_ROWS
#define CLPT_TILE_ROWS 4 /* consecutive pixels of a column per work-item */
#endif
#define CLPT_TILE_ITEMS (CLPT_TILE_WIDTH * CLPT_TILE_HEIGHT / CLPT_TILE_ROWS) /* of a work-group */

#endif
