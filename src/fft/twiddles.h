/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the project's own transforms: factors of a side, and roots of unity computed in double precision. */
#ifndef CLPTI_FFT_TWIDDLES_H
#define CLPTI_FFT_TWIDDLES_H

#include "buffer/buffer.h"

enum { CLPTI_MAX_FACTORS = 64 };

/* Factors of side from `radices` (0-terminated, tried in order), followed by its remaining primes. Returns their
 * number. */
int clpti_factors(int64_t side, const int *radices, int64_t factors[CLPTI_MAX_FACTORS]);

/* e^{−2πi k / side} for k = 0 … side − 1, rounded from double to float32 pairs, into a complex buffer of at least
 * `side`. */
clpt_status clpti_twiddles_upload(clpt_buffer *twiddles, int64_t side);
/* The same in a new buffer. */
clpt_status clpti_twiddles_create(clpt_context *context, int64_t side, clpt_buffer **twiddles);

#endif
