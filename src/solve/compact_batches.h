/* SPDX-License-Identifier: Apache-2.0 */
/* Batches of neighbouring patterns. No OpenCL in it. */
#ifndef CLPTI_SOLVE_COMPACT_BATCHES_H
#define CLPTI_SOLVE_COMPACT_BATCHES_H

#include <stdint.h>

#include "core/status.h"

/* An order of `count` positions xy [count, 2] in which entries count·b/batches … count·(b + 1)/batches − 1 lie
 * together: the scan is cut across its longer side in two, as near to the middle as whole batches allow, and so are its
 * parts. Equal coordinates go by index, and within a batch patterns are in their own order. order [count]. */
clpt_status clpti_compact_batches(clpt_message *message, const double *xy, int64_t count, int64_t batches,
                                  int32_t *order);

#endif
