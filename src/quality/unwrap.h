/* SPDX-License-Identifier: Apache-2.0 */
/* Phase unwrapping in two dimensions. */
#ifndef CLPTI_QUALITY_UNWRAP_H
#define CLPTI_QUALITY_UNWRAP_H

#include "core/status.h"

/* Adds multiples of 2π to phases [height, width] in place, so that neighbours differ by less than π along reliable
 * paths; the median pixel keeps its branch. Values must be finite. */
clpt_status clpti_unwrap(double *phase, int64_t height, int64_t width, clpt_message *message);

#endif
