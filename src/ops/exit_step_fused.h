/* SPDX-License-Identifier: Apache-2.0 */
/* GPU variants of exit_step: entries of the table in exit_step.c. */
#ifndef CLPTI_OPS_EXIT_STEP_FUSED_H
#define CLPTI_OPS_EXIT_STEP_FUSED_H

#include "ops/fused.h"

#define CLPTI_EXIT_STEP_N64_NEEDS "a GPU, a side of 64, no scales and no background, " CLPTI_FUSED_NEEDS
bool clpti_exit_step_n64_applies(const clpt_context *context, const void *args);
clpt_status clpti_exit_step_n64(clpt_context *context, const void *args);

#define CLPTI_EXIT_STEP_SPLIT_NEEDS                                                                                    \
    "a GPU, " CLPTI_FUSED_LINES_NEEDS "one mode or full work-groups where the device's quirks require it, no scales "  \
    "and no background, " CLPTI_FUSED_NEEDS
bool clpti_exit_step_split_applies(const clpt_context *context, const void *args);
clpt_status clpti_exit_step_split(clpt_context *context, const void *args);

#endif
