/* SPDX-License-Identifier: Apache-2.0 */
/* What the fused variants of the forward model and of exit steps share: kernels that sample, illuminate and transform
 * in one go. */
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

/* Twiddles in the order in which a side's kernels read them (cl/common/tile64.clh for 64, lines.clh for 128 and 256,
 * mixed_lines.clh for others), made on first use; the context keeps those of the sides used last. */
clpt_status clpti_fused_stages(clpt_context *context, int64_t side, clpt_buffer **stages);
void clpti_fused_stages_destroy(clpt_context *context);

/* Registers: four groups of 256 fit on a multiprocessor of 65536, for a few that spill. */
enum { CLPTI_FUSED_GROUP = 256, CLPTI_FUSED_REGISTERS = 64 };

/* Build options of a fused kernel's two programs, for one mode and for several: of what `modes` takes, and of the
 * other, built along with it so that another number of modes builds nothing (`also` of clpti_launch). `options`: any
 * others. */
typedef struct clpti_fused_programs {
    char options[256], also[256];
} clpti_fused_programs;
void clpti_fused_programs_of(int64_t modes, const char *options, clpti_fused_programs *programs);

/* How the lines of a side are shared: the options of kernels on cl/common/exit_lines.clh, their work-groups' size, how
 * many of those a pattern's lines take, and CLPTI_FUSED_REGISTERS or what suits. */
typedef struct clpti_fused_lines {
    char options[160];
    int64_t group, blocks;
    int32_t registers;
    bool spare; /* the last work-group of a pattern has lines to spare */
} clpti_fused_lines;
/* False where a side is none that lines are transformed for. */
bool clpti_fused_lines_of(const clpt_context *context, int64_t side, clpti_fused_lines *lines);
#define CLPTI_FUSED_LINES_NEEDS "a side of 16 to 1024 that is a product of up to three of 2 to 13 and 16, "

/* Patterns whose waves stay in a GPU's last-level cache from kernel to kernel, in whole images. */
int64_t clpti_fused_chunk(clpt_context *context, const clpti_forward_args *forward);

#endif
