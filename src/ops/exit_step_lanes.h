/* SPDX-License-Identifier: Apache-2.0 */
/* CPU variant of exit_step: an entry of the table in exit_step.c. */
#ifndef CLPTI_OPS_EXIT_STEP_LANES_H
#define CLPTI_OPS_EXIT_STEP_LANES_H

#include "fft/line_tables.h"

#define CLPTI_EXIT_STEP_LANES_NEEDS                                                                                    \
    CLPTI_LINES_NEEDS ", the far field, a modulus to project on, no scales and no background, and exit waves given "   \
                      "or without padding, smoothing and a mask of each pattern's own probe"
bool clpti_exit_step_lanes_applies(const clpt_context *context, const void *args);
clpt_status clpti_exit_step_lanes(clpt_context *context, const void *args);

#endif
