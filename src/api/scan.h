/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLPTI_API_SCAN_H
#define CLPTI_API_SCAN_H

#include "ops/ops.h"

struct clpt_scan {
    clpt_context *context;
    clpti_places places;
    double mean[2];
    double reach; /* largest |position − mean| along either axis */
};

#endif
