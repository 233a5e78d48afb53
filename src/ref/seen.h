/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLPTI_REF_SEEN_H
#define CLPTI_REF_SEEN_H

#include "ops/ops.h"

/* Factor on the power of the k-th pattern's waves, in addition to `factor`. */
static inline double clpti_seen_gain(const clpti_seen *seen, int64_t k)
{
    const double *scales = clpti_host(seen->scales);
    if (!scales) return 1;
    double s = scales[seen->order ? seen->order->host[seen->first + k] : seen->first + k];
    return s * s;
}

static inline double clpti_seen_extra(const clpti_seen *seen, int64_t centred)
{
    const double *background = clpti_host(seen->background);
    return background ? background[centred] : 0;
}

#endif
