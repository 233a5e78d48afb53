/* SPDX-License-Identifier: Apache-2.0 */
/* What the project's own transforms share: factors of a side, and roots of unity made in double precision. */
#ifndef CLPTI_FFT_TWIDDLES_H
#define CLPTI_FFT_TWIDDLES_H

#include "buffer/buffer.h"

enum { CLPTI_MAX_FACTORS = 64 };

/* Factors of side taken from `radices` (0-terminated, tried in order), then its remaining primes. Returns how many. */
int clpti_factors(int64_t side, const int *radices, int64_t factors[CLPTI_MAX_FACTORS]);

/* e^{−2πi k / side} for k = 0 … side − 1, float32 pairs rounded from double, into a complex buffer of at least `side`.
 */
clpt_status clpti_twiddles_upload(clpt_buffer *twiddles, int64_t side);
/* The same in a new buffer. */
clpt_status clpti_twiddles_create(clpt_context *context, int64_t side, clpt_buffer **twiddles);

#endif
