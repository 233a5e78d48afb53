/* SPDX-License-Identifier: Apache-2.0 */
/* Predicted intensities of all patterns, chunk by chunk, next to the measured counts. */
#include "solve/predicted_intensity.h"

static const double floor_part = 1e-3; /* fraction of the mean count: the weight of dark pixels */

static clpt_status visit(clpt_solver *s, const clpti_selection *at, clpti_view intensity, clpti_prediction_function add,
                         void *state)
{
    clpt_status status = CLPT_OK;
    clpti_batch_data batch = {0};
    clpti_forward_args forward = clpti_solver_forward(s);
    forward.at = *at;
    forward.out = intensity;
    clpti_pattern_probes probes;
    CLPTI_TRY(clpti_solver_probes(s, at, &probes));
    forward.probe = probes.probe;
    forward.probe_stride = probes.stride;
    CLPTI_TRY(clpti_forward(s->context, &forward));
    CLPTI_TRY(clpti_dataset_batch(&s->data, at, &batch));
    CLPTI_TRY(add(s, state,
                  &(clpti_misfit_args){.intensity = intensity,
                                       .count = at->count,
                                       .size = s->side,
                                       .response = clpti_solver_response(s, at),
                                       .measured = batch.measured,
                                       .mask = batch.mask,
                                       .mask_per_pattern = s->data.source.mask_per_pattern,
                                       .order = batch.order,
                                       .first = batch.first,
                                       .floor = floor_part * s->data.mean_count}));
cleanup:
    clpti_batch_data_release(&batch);
    return status;
}

clpt_status clpti_for_each_prediction(clpt_solver *s, clpti_prediction_function add, void *state)
{
    clpt_status status = CLPT_OK;
    clpti_forward_workspace workspace = {0};
    clpt_buffer *intensity = NULL;
    CLPTI_TRY(clpti_solver_reserve(s, &workspace));
    int64_t chunk = workspace.chunk < s->count ? workspace.chunk : s->count;
    CLPTI_TRY(clpti_scratch_take(s->context, CLPTI_REAL, chunk * s->side * s->side, &intensity));
    for (int64_t done = 0; done < s->count; done += chunk) {
        clpti_selection at = clpti_solver_chunk(s, NULL, 0, s->count, done, chunk);
        CLPTI_TRY(visit(s, &at, clpti_view_of(intensity), add, state));
    }
cleanup:
    clpti_scratch_give(&intensity);
    clpti_forward_release(&workspace);
    return status;
}
