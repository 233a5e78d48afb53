/* SPDX-License-Identifier: Apache-2.0 */
/* The forward model's GPU variants: rows of the table in forward.c. */
#ifndef CLPTI_OPS_FORWARD_FUSED_H
#define CLPTI_OPS_FORWARD_FUSED_H

#include "core/context.h"

#define CLPTI_FORWARD_N64_NEEDS                                                                                        \
    "a GPU with 33 KB of local memory, a side of 64, the far field, no padding and no smoothing"
bool clpti_forward_n64_applies(const clpt_context *context, const void *args);
clpt_status clpti_forward_n64(clpt_context *context, const void *args);

#define CLPTI_FORWARD_SPLIT_NEEDS                                                                                      \
    "a GPU with 33 KB of local memory, a side of 128 or 256, the far field, no padding and no smoothing"
bool clpti_forward_split_applies(const clpt_context *context, const void *args);
clpt_status clpti_forward_split(clpt_context *context, const void *args);

#endif
