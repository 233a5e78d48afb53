/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of square sides and scans, and positions made from offsets, for operations on patches. */
#ifndef CLPTI_ARRAYS_PATCHES_H
#define CLPTI_ARRAYS_PATCHES_H

#include "arrays/check.h"
#include "arrays/scan.h"

/* [lead…, N, N]: the last two sizes are the same. */
clpt_status clpti_check_square(clpt_context *context, const char *function, const char *name, const clpt_array *array);

/* The scan is present, belongs to this context, and has as many positions as the array's leading axis. */
clpt_status clpti_check_scan(clpt_context *context, const char *function, const clpt_scan *scan, const char *name,
                             const clpt_array *array);

/* [P, N, N] or [N, N] complex with the given N: its number of modes. */
clpt_status clpti_check_probe(clpt_context *context, const char *function, const clpt_array *probe, int64_t side,
                              int64_t *modes);

/* Offsets [G, C, 2] to positions: −offset, or mean − offset with CLPT_CENTRING_MEAN. */
clpt_status clpti_offset_positions(clpt_context *context, const char *function, const clpt_array *offsets,
                                   int64_t groups, int64_t per_group, clpt_centring centring,
                                   clpti_positions *positions);

#endif
