/* SPDX-License-Identifier: Apache-2.0 */
/* Dense linear algebra by a library (CLBlast), if the build has it. */
#ifndef CLPTI_OPS_DENSE_H
#define CLPTI_OPS_DENSE_H

#include "buffer/buffer.h"

#define CLPTI_DENSE_NEEDS "CLBlast in the build, at least 2 modes, and at least dense_work (tuning) multiply-adds"

bool clpti_dense_available(void);
/* True if CLBlast computes this product of `operation`: it is large enough, or the variant is forced. */
bool clpti_dense_applies(const clpt_context *context, const char *operation, int64_t mode_count, int64_t count);

/* gram[p, q] = Σ_i conj(modes[p, i])·modes[q, i]; modes [mode_count, count], gram [mode_count, mode_count], complex. */
clpt_status clpti_dense_gram(clpt_context *context, clpti_view modes, int64_t mode_count, int64_t count,
                             clpti_view gram);

/* out[q, i] = Σ_p matrix[p, q]·modes[p, i]. */
clpt_status clpti_dense_rotate(clpt_context *context, clpti_view modes, int64_t mode_count, int64_t count,
                               clpti_view matrix, clpti_view out);

#endif
