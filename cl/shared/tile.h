/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes that the host's tile lists and the gathering kernels agree on. */
#ifndef CLPT_SHARED_TILE_H
#define CLPT_SHARED_TILE_H

#define CLPT_TILE 16 /* side of a square tile of the canvas, in pixels */

#endif
