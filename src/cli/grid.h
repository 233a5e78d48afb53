/* SPDX-License-Identifier: Apache-2.0 */
/* Grids finer than that of the patterns: a detector padded by free pixels has pixels of the object F times as small,
 * and waves that leave the measured pixels do not wrap around. F = padded / side exactly. */
#ifndef CLPTI_CLI_GRID_H
#define CLPTI_CLI_GRID_H

#include "io/io.h"

enum { CLPTI_PAD_DETECTOR_MAX = 16 }; /* the largest F */

/* Side of padded patterns of `side`: the nearest even number to factor · side, at least `side`. */
int64_t clpti_padded_side(int64_t side, double factor);

/* Patterns come into the middle of padded×padded pixels whose others are masked; positions, the pixel size of
 * the object and a starting object are those of the finer grid. The probe is unchanged. */
clpt_status clpti_scan_pad(clpti_scan_file *scan, int64_t padded, clpt_message *message);
/* The middle side×side of each pattern again. */
void clpti_patterns_unpad(float *patterns, int64_t count, int64_t padded, int64_t side);

/* C128 [P, N, N] becomes [P, side, side] with the same field of view: zeros around its spectrum, or the middle of it;
 * what it gives per detector pixel stays. */
clpt_status clpti_probe_regrid(clpti_tensor *probe, int64_t side, clpt_message *message);

/* C128 [H, W] becomes [⌈H·F⌉, ⌈W·F⌉] by the trigonometric functions through its pixels and their mirror images; those
 * beyond the Nyquist frequency of a coarser grid are left out. Pixel k is at k/F. */
clpt_status clpti_object_regrid(clpti_tensor *object, double factor, clpt_message *message);

#endif
