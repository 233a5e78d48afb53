/* SPDX-License-Identifier: Apache-2.0 */
/* The circular mask of exit waves within the probe. */
#ifndef CLPTI_REF_PROBE_MASK_H
#define CLPTI_REF_PROBE_MASK_H

#include <stdbool.h>
#include <stdint.h>

/* (x − N/2 + ½)² + (y − N/2 + ½)² < ⌊N/4⌋² with integer N/2, in half pixels to be exact. */
static inline bool clpti_in_probe_mask(int64_t x, int64_t y, int64_t size)
{
    int64_t dx = 2 * (x - size / 2) + 1, dy = 2 * (y - size / 2) + 1, radius = 2 * (size / 4);
    return dx * dx + dy * dy < radius * radius;
}

#endif
