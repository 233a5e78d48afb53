/* SPDX-License-Identifier: Apache-2.0 */
/* A monotonic clock in seconds. */
#ifndef CLPTI_CORE_CLOCK_H
#define CLPTI_CORE_CLOCK_H

/* Seconds since an arbitrary start; never decreases. */
double clpti_seconds(void);

#endif
