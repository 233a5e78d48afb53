/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLPTI_CORE_CLOCK_H
#define CLPTI_CORE_CLOCK_H

/* Seconds of a clock that only goes forward. */
double clpti_seconds(void);

#endif
