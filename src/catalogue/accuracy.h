/* SPDX-License-Identifier: Apache-2.0 */
/* Accuracy of float32 results against double precision: the maximum difference relative to the maximum magnitude of the
 * reference. The tolerances of tests, benchmarks, tuning and parity. */
#ifndef CLPTI_CATALOGUE_ACCURACY_H
#define CLPTI_CATALOGUE_ACCURACY_H

#define CLPTI_ACCURACY_LINEAR 2e-6   /* translate, extract, reassemble */
#define CLPTI_ACCURACY_WARP 5e-6     /* projective warp */
#define CLPTI_ACCURACY_DIFFRACT 2e-6 /* diffract, intensity, amplitude */
#define CLPTI_ACCURACY_LOSS 1e-6     /* losses and other single numbers, relative */
#define CLPTI_ACCURACY_GRADIENT 2e-5
#define CLPTI_ACCURACY_ENGINE                                                                                          \
    1e-4 /* one iteration: the phase of nearly dark far-field pixels is determined by rounding                         \
          * \ */

#endif
