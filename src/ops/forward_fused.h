/* SPDX-License-Identifier: Apache-2.0 */
/* GPU variants of the forward model: entries of the table in forward.c. */
#ifndef CLPTI_OPS_FORWARD_FUSED_H
#define CLPTI_OPS_FORWARD_FUSED_H

#include "ops/fused.h"

#define CLPTI_FORWARD_N64_NEEDS "a GPU, a side of 64, " CLPTI_FUSED_NEEDS
bool clpti_forward_n64_applies(const clpt_context *context, const void *args);
clpt_status clpti_forward_n64(clpt_context *context, const void *args);

#define CLPTI_FORWARD_SPLIT_NEEDS "a GPU, " CLPTI_FUSED_LINES_NEEDS CLPTI_FUSED_NEEDS
bool clpti_forward_split_applies(const clpt_context *context, const void *args);
clpt_status clpti_forward_split(clpt_context *context, const void *args);

#endif
