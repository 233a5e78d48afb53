/* SPDX-License-Identifier: Apache-2.0 */
/* --pad-detector of `reconstruct`. */
#include "cli/grid.h"
#include "cli/reconstruct.h"

clpt_status clpti_job_choose_frame(const clpti_job *j, int64_t *frame)
{
    const double factor = j->v->pad_detector;
    *frame = clpti_frame_side(j->scan.side, factor);
    if (*frame == j->scan.side) return CLPT_OK;
    if (j->propagation.kind != CLPT_PROPAGATION_FAR_FIELD)
        return clpti_session_usage(j->session, "--pad-detector is for the far field only");
    printf("detector framed to %lld x %lld pixels (--pad-detector %.4g): object on a grid %.4g times as fine\n",
           (long long)*frame, (long long)*frame, factor, (double)*frame / (double)j->scan.side);
    return CLPT_OK;
}
