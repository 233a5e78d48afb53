/* SPDX-License-Identifier: Apache-2.0 */
/* Finer grids of --pad-detector: a detector padded by free pixels has object pixels smaller by F,
 * and waves that leave the measured pixels do not wrap around. F = padded / side exactly. */
#ifndef CLPTI_CLI_GRID_H
#define CLPTI_CLI_GRID_H

#include "io/io.h"

enum { CLPTI_PAD_DETECTOR_MAX = 16 }; /* maximum F */

/* Side of padded patterns of `side`: the nearest even number to factor · side, at least `side`. */
int64_t clpti_padded_side(int64_t side, double factor);

/* Centres patterns in padded×padded pixels whose others are masked; positions, the pixel size of
 * the object and a starting object are converted to the finer grid. The probe is unchanged. */
clpt_status clpti_scan_pad(clpti_scan_file *scan, int64_t padded, clpt_message *message);
/* The central side×side block of each pattern. */
void clpti_patterns_unpad(float *patterns, int64_t count, int64_t padded, int64_t side);

/* C128 [P, N, N] becomes [P, side, side] with the same field of view: its spectrum padded with zeros, or cropped;
 * intensities per detector pixel do not change. */
clpt_status clpti_probe_regrid(clpti_tensor *probe, int64_t side, clpt_message *message);

/* C128 [H, W] becomes [⌈H·F⌉, ⌈W·F⌉] by the trigonometric functions through its pixels and their mirror images, without
 * those beyond the Nyquist frequency of a coarser grid. Pixel k is at k/F. */
clpt_status clpti_object_regrid(clpti_tensor *object, double factor, clpt_message *message);

#endif
