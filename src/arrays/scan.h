/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_scan: the positions of a scan, whole and relative to their mean. */
#ifndef CLPTI_ARRAYS_SCAN_H
#define CLPTI_ARRAYS_SCAN_H

#include "ops/ops.h"

struct clpt_scan {
    clpt_context *context;
    clpti_positions positions;
    clpti_positions *centred; /* clpti_centred_positions; empty until first needed */
    double mean[2];
    double reach; /* largest |position − mean| along either axis */
};

/* Position − mean of all positions; owned by the scan. */
clpt_status clpti_centred_positions(const clpt_scan *scan, const clpti_positions **positions);

#endif
