/* SPDX-License-Identifier: Apache-2.0 */
/* One call of each of a few operations, of any sizes, for the suites of choices and switches. */
#ifndef CLPT_TESTS_CHOICE_CASE_H
#define CLPT_TESTS_CHOICE_CASE_H

#include "support.h"

typedef struct choice_sizes {
    int64_t height, width, side, count, modes;
} choice_sizes;
extern const choice_sizes choice_small;

clpt_status choice_forward(clpt_context *context, const choice_sizes *s);
clpt_status choice_patches(clpt_context *context, const choice_sizes *s); /* extract and gather */
clpt_status choice_warp(clpt_context *context, const choice_sizes *s);
clpt_status choice_gram(clpt_context *context, const choice_sizes *s); /* and rotate */
clpt_status choice_reconstruct(clpt_context *context, const choice_sizes *s);

#endif
