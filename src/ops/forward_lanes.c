/* SPDX-License-Identifier: Apache-2.0 */
/* The forward model in one kernel for CPUs: see cl/forward_lanes.cl. */
#include "ops/forward_lanes.h"
#include "ops/selection.h"

bool clpti_forward_lanes_applies(const clpt_context *context, const void *args)
{
    const clpti_forward_args *a = args;
    return clpti_line_tables_apply(context, a->size) && !a->pad && a->smooth == 0.0 && !a->propagator &&
           !(a->probe_stride && a->probe_mask);
}

clpt_status clpti_forward_lanes(clpt_context *context, const void *args)
{
    const clpti_forward_args *a = args;
    clpt_status status = CLPT_OK;
    clpti_line_tables lines = {0};
    clpt_buffer *planes = NULL;
    int64_t pixels = a->size * a->size;
    if (!a->probe_stride)
        CLPTI_TRY(clpti_line_tables_probe(context, a->probe, a->modes, a->size, a->probe_mask, &planes));
    CLPTI_TRY(clpti_line_tables_take(context, a->size, a->at.count, 3 * pixels + 32 * a->size, &lines));
    CLPTI_TRY(clpti_run_kernel(
        context,
        &(clpti_launch){.file = "forward_lanes",
                        .kernel = "forward_lanes",
                        .lanes = true,
                        .options = "",
                        .global = {lines.items},
                        .local = {1, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                           CLPTI_LONG(a->per_image), CLPTI_SELECTION(a->at), CLPTI_LONG(a->at.count),
                                           CLPTI_BUFFER(planes), CLPTI_VIEW(a->probe), CLPTI_LONG(a->probe_stride),
                                           CLPTI_LONG(a->modes), CLPTI_INT(a->size), CLPTI_LINES(lines),
                                           CLPTI_FLOAT(a->scale * a->scale / (double)pixels), CLPTI_INT(a->amplitude),
                                           CLPTI_VIEW(a->out))}));
cleanup:
    clpti_line_tables_give(&lines);
    clpti_scratch_give(&planes);
    return status;
}
