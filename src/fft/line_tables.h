/* SPDX-License-Identifier: Apache-2.0 */
/* Data of one side for the CPU-shaped kernels that transform lines in place (cl/common/wide_lines.clh). */
#ifndef CLPTI_FFT_LINE_TABLES_H
#define CLPTI_FFT_LINE_TABLES_H

#include "buffer/buffer.h"

enum { CLPTI_LINES_RADICES = 32 }; /* entries for radices and the counter before the tables */

typedef struct clpti_line_tables {
    int radix_count;
    clpt_buffer *twiddles; /* complex [side], as clpti_twiddles_upload */
    clpt_buffer *tables;   /* CLPTI_INDEX: radices [31]; a counter, initially 0; slots [side]: slot of a centred
                            * frequency; centred [side]: the inverse */
    clpt_buffer *scratch;  /* real: `floats` for each of `items` work-items */
    int64_t items;
} clpti_line_tables;

/* True if the kernels apply: a CPU without a loop limit, a side divisible by 16, up to 1024, with factors 2, 3 and 5,
 * and no other FFT provider requested. */
#define CLPTI_LINES_NEEDS                                                                                              \
    "a CPU, FFT provider 'lanes' or none requested, a side divisible by 16, of factors 2, 3 and 5 and up to 1024"
bool clpti_line_tables_apply(const clpt_context *context, int64_t side);

/* Takes these from the scratch pool, with enough work-items for `count` patterns of `floats` each. Return them once the
 * kernels are enqueued, also after a failure. */
clpt_status clpti_line_tables_take(clpt_context *context, int64_t side, int64_t count, int64_t floats,
                                   clpti_line_tables *lines);
void clpti_line_tables_give(clpti_line_tables *lines);

/* The probe, masked if requested, in the kernels' layout (cl/lanes_probe.cl), in scratch memory that the caller
 * returns. */
clpt_status clpti_line_tables_probe(clpt_context *context, clpti_view probe, int64_t modes, int64_t side,
                                    bool probe_mask, clpt_buffer **planes);

/* As kernel arguments: LINES_ARGS of cl/common/wide_lines.clh. */
#define CLPTI_LINES(l)                                                                                                 \
    CLPTI_BUFFER((l).twiddles), CLPTI_BUFFER((l).tables), CLPTI_INT((l).radix_count), CLPTI_BUFFER((l).scratch)

#endif
