/* SPDX-License-Identifier: Apache-2.0 */
/* Double-precision FFT of any length on the host: the reference for every FFT provider. Plain mixed radix; prime
 * factors cost O(p²). Unscaled in both directions. */
#ifndef CLPTI_FFT_HOST_FFT_H
#define CLPTI_FFT_HOST_FFT_H

#include "core/status.h"

/* data: count transforms of side×side complex (re, im pairs), in place. direction −1 forward (e^{−2πi…}), +1 inverse.
 */
clpt_status clpti_ref_fft2(double *data, int64_t side, int64_t count, int direction);
/* One transform of height×width. */
clpt_status clpti_ref_fft2_rectangle(double *data, int64_t height, int64_t width, int direction);

#endif
