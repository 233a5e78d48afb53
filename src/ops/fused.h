/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the fused variants of forward and exit_step: kernels that sample, illuminate and transform in one pass. */
#ifndef CLPTI_OPS_FUSED_H
#define CLPTI_OPS_FUSED_H

#include "ops/ops.h"
#include "ops/selection.h"

/* True if fused kernels of `operation` support these arguments for some side: a GPU with no FFT provider requested (or
 * any device if the variant is forced), work-groups of 256 and enough local memory, the far field, no padding, no
 * smoothing, objects less than 2^22 wide. */
bool clpti_fused_suits(const clpt_context *context, const clpti_forward_args *forward, const char *operation);
#define CLPTI_FUSED_NEEDS                                                                                              \
    "no FFT provider requested, work-groups of 256 and 39 KB of local memory, the far field, no padding, no "          \
    "smoothing, and an object less than 2^22 wide"

/* Twiddle factors in the order in which a side's kernels read them (cl/common/lines.clh for 128 and 256,
 * mixed_lines.clh for others; CLPTI_FUSED_TILE64 instead of a side: tile64.clh), created on first use; the context
 * keeps those of the most recent sides. */
enum { CLPTI_FUSED_TILE64 = -64 };
clpt_status clpti_fused_twiddles(clpt_context *context, int64_t side, clpt_buffer **roots);

/* Register limit: four work-groups of 256 fit on a multiprocessor with 65536 registers, at the cost of a few spills. */
enum { CLPTI_FUSED_GROUP = 256, CLPTI_FUSED_REGISTERS = 64 };

/* Build options of a fused kernel's two programs, for one mode and for several: the program for `modes`, and the other
 * one, built along with it so that another number of modes needs no build (`also` of clpti_launch). `options`:
 * additional ones. */
typedef struct clpti_fused_programs {
    char options[256], also[256];
} clpti_fused_programs;
void clpti_fused_programs_of(int64_t modes, const char *options, clpti_fused_programs *programs);

/* Distribution of a side's lines over work-groups: build options of kernels based on cl/common/exit_lines.clh,
 * work-group size, work-groups per pattern, and the register limit (CLPTI_FUSED_REGISTERS or a suitable one). */
typedef struct clpti_fused_lines {
    char options[160];
    int64_t group, blocks;
    int32_t registers;
    bool partial_group; /* the last work-group of a pattern has unused lines */
} clpti_fused_lines;
/* False if the side is not supported. */
bool clpti_fused_lines_of(const clpt_context *context, int64_t side, clpti_fused_lines *lines);
#define CLPTI_FUSED_LINES_NEEDS "a side of 16 to 1024 that is a product of up to three of 2 to 13 and 16, "

/* Number of patterns whose waves stay in a GPU's last-level cache from kernel to kernel, in whole images. */
int64_t clpti_fused_chunk(clpt_context *context, const clpti_forward_args *forward);

#endif
