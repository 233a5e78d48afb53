/* SPDX-License-Identifier: Apache-2.0 */
/* What the fused variants of the forward model and of exit steps share: kernels that sample, illuminate and transform
 * in one go, for the sides 64, 128 and 256. */
#ifndef CLPTI_OPS_FUSED_H
#define CLPTI_OPS_FUSED_H

#include "ops/ops.h"
#include "ops/selection.h"

/* Whether a fused kernel of `operation` for some side can do this: a GPU for which no FFT provider is asked for (or
 * any device where the variant is forced) with work-groups of 256 and enough local memory, the far field, no padding,
 * no smoothing, one probe for all patterns, objects less than 2^22 wide. */
bool clpti_fused_suits(const clpt_context *context, const clpti_forward_args *forward, const char *operation);
#define CLPTI_FUSED_NEEDS                                                                                              \
    "no FFT provider asked for, work-groups of 256 and 39 KB of local memory, the far field, no padding, no "          \
    "smoothing, one probe for all "                                                                                    \
    "patterns, and an object less than 2^22 wide"

/* Twiddles in the order in which a side's kernels read them (cl/common/tile64.clh, lines.clh), made on first use and
 * kept with the context. */
clpt_status clpti_fused_stages(clpt_context *context, int64_t side, clpt_buffer **stages);
void clpti_fused_stages_destroy(clpt_context *context);

/* Registers: four groups of 256 fit on a multiprocessor of 65536, for a few that spill. */
enum { CLPTI_FUSED_GROUP = 256, CLPTI_FUSED_REGISTERS = 64 };

/* "-DCLPT_N=128", and with several modes "-DCLPT_MANY" */
const char *clpti_fused_side_option(int64_t side, int64_t modes);
/* Work-groups that the lines of one pattern take. */
int64_t clpti_fused_blocks(int64_t side);
/* Patterns whose waves stay in a GPU's last-level cache from kernel to kernel, in whole images. */
int64_t clpti_fused_chunk(clpt_context *context, const clpti_forward_args *forward);

#endif
