/* SPDX-License-Identifier: Apache-2.0 */
/* CPU variant of object_gradient: an entry of the table in object_gradient.c. */
#ifndef CLPTI_OPS_OBJECT_GRADIENT_LANES_H
#define CLPTI_OPS_OBJECT_GRADIENT_LANES_H

#include "fft/line_tables.h"

#define CLPTI_OBJECT_GRADIENT_LANES_NEEDS                                                                              \
    "a CPU, a side divisible by 16, no padding, one canvas, and weights where their sum is requested"
bool clpti_object_gradient_lanes_applies(const clpt_context *context, const void *args);
clpt_status clpti_object_gradient_lanes(clpt_context *context, const void *args);

#endif
