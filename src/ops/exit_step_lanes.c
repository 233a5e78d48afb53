/* SPDX-License-Identifier: Apache-2.0 */
/* Exit waves to the detector and back in one kernel for CPUs: see cl/exit_step_lanes.cl. */
#include "ops/exit_step_lanes.h"

#include "ops/adjoint.h"
#include "fft/fft.h"
#include "ops/selection.h"

bool clpti_exit_step_lanes_applies(const clpt_context *context, const void *args)
{
    const clpti_exit_step_args *a = args;
    const clpti_forward_args *f = &a->forward;
    return clpti_line_tables_apply(context, f->size) && a->detector == CLPTI_DETECTOR_MODULUS && !f->propagator &&
           !clpti_detector_response_given(&a->response) &&
           (a->given || (!f->pad && f->smooth == 0.0 && !(f->probe_stride && f->probe_mask)));
}

static clpt_status launch(clpt_context *context, const clpti_exit_step_args *a, const clpti_line_tables *lines,
                          clpt_buffer *planes)
{
    const clpti_forward_args *f = &a->forward;
    double pixels = (double)(f->size * f->size);
    return clpti_run_kernel(
        context, &(clpti_launch){
                     .file = "exit_step_lanes",
                     .kernel = "exit_step_lanes",
                     .lanes = true,
                     .options = clpti_likelihood_option(a->likelihood),
                     .global = {lines->items},
                     .local = {1, 1, 1},
                     .args = CLPTI_ARGS(
                         CLPTI_VIEW(f->object), CLPTI_LONG(f->height), CLPTI_LONG(f->width), CLPTI_LONG(f->per_image),
                         CLPTI_SELECTION(f->at), CLPTI_LONG(f->at.count), CLPTI_BUFFER(planes), CLPTI_VIEW(f->probe),
                         CLPTI_LONG(f->probe_stride), CLPTI_LONG(f->modes), CLPTI_INT(f->size), CLPTI_LINES(*lines),
                         CLPTI_INT(a->given), CLPTI_FLOAT(f->scale * f->scale / pixels), CLPTI_FLOAT(1.0 / pixels),
                         CLPTI_VIEW(a->measured), CLPTI_VIEW(a->mask), CLPTI_INT(a->mask_per_pattern),
                         CLPTI_ORDER(a->rows_order), CLPTI_LONG(a->rows_first), CLPTI_INT(a->only_error),
                         CLPTI_VIEW(a->misfit), CLPTI_VIEW(a->total), CLPTI_BUFFER(a->workspace->fft->waves))});
}

clpt_status clpti_exit_step_lanes(clpt_context *context, const void *args)
{
    const clpti_exit_step_args *a = args;
    const clpti_forward_args *f = &a->forward;
    clpt_status status = CLPT_OK;
    clpti_line_tables lines = {0};
    clpt_buffer *planes = NULL;
    if (!a->given && !f->probe_stride)
        CLPTI_TRY(clpti_line_tables_probe(context, f->probe, f->modes, f->size, f->probe_mask, &planes));
    CLPTI_TRY(clpti_line_tables_take(context, f->size, f->at.count, 2 * f->modes * f->size * (f->size + 16), &lines));
    CLPTI_TRY(launch(context, a, &lines, planes));
cleanup:
    clpti_line_tables_give(&lines);
    clpti_scratch_give(&planes);
    return status;
}
