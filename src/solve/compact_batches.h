/* SPDX-License-Identifier: Apache-2.0 */
/* Compact batches: neighbouring patterns, by recursive bisection of the scan. Independent of OpenCL. */
#ifndef CLPTI_SOLVE_COMPACT_BATCHES_H
#define CLPTI_SOLVE_COMPACT_BATCHES_H

#include <stdint.h>

#include "core/status.h"

/* Orders `count` positions xy [count, 2] such that entries count·b/batches … count·(b + 1)/batches − 1 are neighbours:
 * the scan is bisected across its longer side, as near to the middle as whole batches allow, and so are its parts.
 * Equal coordinates are ordered by index, and patterns of a batch by index. order [count]. */
clpt_status clpti_compact_batches(clpt_message *message, const double *xy, int64_t count, int64_t batches,
                                  int32_t *order);

#endif
