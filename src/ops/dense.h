/* SPDX-License-Identifier: Apache-2.0 */
/* Dense algebra by a library (CLBlast), where the build has it. */
#ifndef CLPTI_OPS_DENSE_H
#define CLPTI_OPS_DENSE_H

#include "buffer/buffer.h"

#define CLPTI_DENSE_NEEDS "CLBlast in the build, at least 2 modes and a device where its compile time pays"

bool clpti_dense_available(void);

/* gram[p, q] = Σ_i conj(modes[p, i])·modes[q, i]; modes [mode_count, count], gram [mode_count, mode_count], complex. */
clpt_status clpti_dense_gram(clpt_context *context, clpti_view modes, int64_t mode_count, int64_t count,
                             clpti_view gram);

/* out[q, i] = Σ_p matrix[p, q]·modes[p, i]. */
clpt_status clpti_dense_rotate(clpt_context *context, clpti_view modes, int64_t mode_count, int64_t count,
                               clpti_view matrix, clpti_view out);

/* The context no longer needs the library; called before its OpenCL objects go. */
void clpti_dense_close(clpt_context *context);

#endif
