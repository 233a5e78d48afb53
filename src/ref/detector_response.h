/* SPDX-License-Identifier: Apache-2.0 */
/* Modelled counts of a pattern from the power of its waves: scale and background. */
#ifndef CLPTI_REF_DETECTOR_RESPONSE_H
#define CLPTI_REF_DETECTOR_RESPONSE_H

#include "ops/ops.h"

/* Factor on the power of the k-th pattern's waves, in addition to `factor`. */
static inline double clpti_detector_response_gain(const clpti_detector_response *response, int64_t k)
{
    const double *scales = clpti_host(response->scales);
    if (!scales) return 1;
    double s = scales[response->order ? response->order->host[response->first + k] : response->first + k];
    return s * s;
}

static inline double clpti_detector_response_extra(const clpti_detector_response *response, int64_t centred)
{
    const double *background = clpti_host(response->background);
    return background ? background[centred] : 0;
}

#endif
