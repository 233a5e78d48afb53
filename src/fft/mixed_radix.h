/* SPDX-License-Identifier: Apache-2.0 */
/* Distribution of lines over work-groups, for sides that are products of small radices: build options of
 * cl/common/mixed_lines.clh. */
#ifndef CLPTI_FFT_MIXED_RADIX_H
#define CLPTI_FFT_MIXED_RADIX_H

#include "core/context.h"

enum { CLPTI_MIXED_RADICES = 3 };

typedef struct clpti_mixed_radix {
    int radices[CLPTI_MIXED_RADICES]; /* their product is the side; padded with 1 */
    int items, lines;                 /* work-items per line, lines per work-group */
} clpti_mixed_radix;

/* True if the device supports the side, from 16 to 1024, with work-groups of up to 256 and enough local memory; fills
 * `mixed`. */
bool clpti_mixed_radix_find(const clpt_context *context, int64_t side, clpti_mixed_radix *mixed);
#define CLPTI_MIXED_NEEDS                                                                                              \
    "a side of 16 to 1024 that is a product of up to three of 2 to 13 and 16, work-groups of 256 and 35 KB of local "  \
    "memory"

/* "-DCLPT_N=104 -DCLPT_R0=13 …" */
enum { CLPTI_MIXED_OPTIONS = 120 };
void clpti_mixed_radix_options(const clpti_mixed_radix *mixed, int64_t side, char options[CLPTI_MIXED_OPTIONS]);

#endif
