/* SPDX-License-Identifier: Apache-2.0 */
/* CPU variant of the forward model: an entry of the table in forward.c. */
#ifndef CLPTI_OPS_FORWARD_LANES_H
#define CLPTI_OPS_FORWARD_LANES_H

#include "fft/line_tables.h"

#define CLPTI_FORWARD_LANES_NEEDS                                                                                      \
    CLPTI_LINES_NEEDS ", the far field, no padding, no smoothing, and no mask of each pattern's own probe"
bool clpti_forward_lanes_applies(const clpt_context *context, const void *args);
clpt_status clpti_forward_lanes(clpt_context *context, const void *args);

#endif
