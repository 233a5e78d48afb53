/* SPDX-License-Identifier: Apache-2.0 */
/* Steps common to all engines: patterns to the detector and back, and the resulting error. */
#include <stdlib.h>

#include "core/memory.h"
#include "solve/extension.h"

clpti_selection clpti_solver_selection(const clpt_solver *solver, const clpti_order *order, int64_t first,
                                       int64_t count)
{
    int64_t corner = -(solver->side / 2);
    return (clpti_selection){.positions =
                                 solver->subpixel ? clpti_subpixel_positions(solver->subpixel) : &solver->positions,
                             .order = order,
                             .first = first,
                             .count = count,
                             .shift_x = corner,
                             .shift_y = corner};
}

clpti_selection clpti_solver_chunk(const clpt_solver *solver, const clpti_order *order, int64_t first, int64_t count,
                                   int64_t done, int64_t chunk)
{
    return clpti_solver_selection(solver, order, first + done, count - done < chunk ? count - done : chunk);
}

bool clpti_solver_is_past(const clpt_solver *s, int64_t start)
{
    return start != CLPT_NEVER && s->iteration >= start;
}

double clpti_solver_step(const clpt_solver *s)
{
    return s->options.step * (s->options.likelihood == CLPT_LIKELIHOOD_POISSON ? 0.5 : 1.0);
}

clpti_updates clpti_solver_updates(const clpt_solver *s)
{
    return (clpti_updates){.object = clpti_solver_is_past(s, s->options.object_start),
                           .probe = clpti_solver_is_past(s, s->options.probe_start)};
}

clpti_forward_args clpti_solver_forward(const clpt_solver *s)
{
    return (clpti_forward_args){.object = clpti_view_of(s->object),
                                .height = s->height,
                                .width = s->width,
                                .probe = clpti_view_of(s->probe),
                                .modes = s->modes,
                                .size = s->side,
                                .scale = 1.0,
                                .propagator = s->propagator};
}

clpti_detector_response clpti_solver_response(const clpt_solver *s, const clpti_selection *at)
{
    clpti_detector_response response = {.order = at->order, .first = at->first};
    clpti_extensions_respond(s, &response);
    return response;
}

int64_t clpti_solver_probe_stride(const clpt_solver *s)
{
    return s->subpixel ? s->modes * s->side * s->side : clpti_extensions_probe_stride(s);
}

clpt_status clpti_solver_probes(clpt_solver *s, const clpti_selection *at, clpti_pattern_probes *probes)
{
    clpt_status status = CLPT_OK;
    if (clpti_subpixel_find(s->subpixel, s->version, at, probes)) return CLPT_OK;
    *probes = (clpti_pattern_probes){.probe = clpti_view_of(s->probe)};
    CLPTI_TRY(clpti_extensions_probes(s, at, probes));
    if (s->subpixel) CLPTI_TRY(clpti_subpixel_probes(s->subpixel, s->version, at, probes));
cleanup:
    return status;
}

clpt_status clpti_solver_shift(clpt_solver *s, const clpti_selection *at, clpti_view field,
                               clpti_pattern_probes *shifted)
{
    *shifted = (clpti_pattern_probes){.probe = field};
    return s->subpixel && field.buffer ? clpti_subpixel_shift(s->subpixel, at, field, shifted) : CLPT_OK;
}

clpt_status clpti_solver_slopes(clpt_solver *s, const clpti_selection *at, clpti_view waves, int64_t stride,
                                clpti_view slopes)
{
    clpt_status status = CLPT_OK;
    clpti_subpixel_slopes_args args = {.version = s->version,
                                       .at = *at,
                                       .probes = {.probe = clpti_view_of(s->probe)},
                                       .object = clpti_view_of(s->object),
                                       .height = s->height,
                                       .width = s->width,
                                       .waves = waves,
                                       .stride = stride,
                                       .slopes = slopes};
    CLPTI_TRY(clpti_extensions_probes(s, at, &args.probes));
    CLPTI_TRY(clpti_subpixel_slopes(s->subpixel, &args));
cleanup:
    return status;
}

static clpt_status reserve_for(clpt_solver *solver, clpti_detector detector, clpti_forward_workspace *workspace)
{
    clpti_selection all = clpti_solver_selection(solver, NULL, 0, solver->count);
    clpti_exit_step_args step = {
        .forward = clpti_solver_forward(solver), .response = clpti_solver_response(solver, &all), .detector = detector};
    step.forward.probe_stride = clpti_solver_probe_stride(solver);
    return clpti_forward_reserve(solver->context, &step.forward, false,
                                 clpti_exit_step_transforms(solver->context, &step), workspace);
}

clpt_status clpti_solver_reserve(clpt_solver *solver, clpti_forward_workspace *workspace)
{
    return reserve_for(solver, CLPTI_DETECTOR_MODULUS, workspace);
}

/* The positions of a selection, and its probes. */
static clpt_status light(clpt_solver *s, const clpti_selection *at, clpti_forward_args *forward)
{
    clpti_pattern_probes probes;
    clpt_status status = clpti_solver_probes(s, at, &probes);
    forward->at = *at;
    forward->probe = probes.probe;
    forward->probe_stride = probes.stride;
    return status;
}

clpt_status clpti_solver_exit_step(clpt_solver *solver, const clpti_forward_workspace *workspace,
                                   const clpti_selection *at, clpti_step_kind kind)
{
    clpt_status status = CLPT_OK;
    clpti_batch_data rows = {0};
    clpt_buffer *spare = NULL;
    clpti_view misfit = {solver->misfit, at->first}, total = {solver->total, at->first};
    if (kind == CLPTI_STEP_MODEL || kind == CLPTI_STEP_GIVEN) CLPTI_TRY(clpti_solver_check_cancelled(solver));
    CLPTI_TRY(clpti_dataset_batch(&solver->data, at, &rows));
    if (kind == CLPTI_STEP_TRIAL) {
        CLPTI_TRY(clpti_scratch_take(solver->context, CLPTI_REAL, 2 * at->count, &spare));
        misfit = clpti_view_of(spare);
        total = clpti_view_at(misfit, at->count);
    }
    clpti_exit_step_args step = {.forward = clpti_solver_forward(solver),
                                 .workspace = workspace,
                                 .detector = CLPTI_DETECTOR_MODULUS,
                                 .response = clpti_solver_response(solver, at),
                                 .likelihood = solver->options.likelihood,
                                 .measured = rows.measured,
                                 .mask = rows.mask,
                                 .mask_per_pattern = solver->data.source.mask_per_pattern,
                                 .rows_order = rows.order,
                                 .rows_first = rows.first,
                                 .given = kind == CLPTI_STEP_GIVEN,
                                 .only_error = kind == CLPTI_STEP_ERROR,
                                 .misfit = misfit,
                                 .total = total};
    CLPTI_TRY(light(solver, at, &step.forward));
    CLPTI_TRY(clpti_exit_step(solver->context, &step));
cleanup:
    clpti_scratch_give(&spare);
    clpti_batch_data_release(&rows);
    return status;
}

/* ---- the error ---- */

clpt_status clpti_solver_read_error(clpt_solver *s, double *overall, double *per_pattern)
{
    clpt_status status = CLPT_OK;
    double misfit_sum = 0.0, total_sum = 0.0;
    double *misfit = clpti_malloc(s->count, sizeof *misfit), *total = clpti_malloc(s->count, sizeof *total);
    if (!misfit || !total)
        CLPTI_TRY(
            clpti_fail(&s->context->message, CLPT_ERROR_MEMORY, "no host memory for %lld errors", (long long)s->count));
    CLPTI_TRY(clpti_field_download(clpti_view_of(s->misfit), misfit, CLPT_TYPE_F64, s->count));
    CLPTI_TRY(clpti_field_download(clpti_view_of(s->total), total, CLPT_TYPE_F64, s->count));
    for (int64_t i = 0; i < s->count; i++) {
        misfit_sum += misfit[i];
        total_sum += total[i];
        if (per_pattern) per_pattern[i] = total[i] > 0.0 ? misfit[i] / total[i] : 0.0;
    }
    if (overall) *overall = total_sum > 0.0 ? misfit_sum / total_sum : 0.0;
cleanup:
    free(total);
    free(misfit);
    return status;
}

clpt_status clpt_solver_evaluate_r_factor(clpt_solver *solver, double *overall, double *per_pattern)
{
    if (!solver) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    clpti_forward_workspace workspace = {0};
    CLPTI_TRY(clpti_solver_reserve(solver, &workspace));
    for (int64_t first = 0; first < solver->count; first += workspace.chunk) {
        clpti_selection at = clpti_solver_chunk(solver, NULL, 0, solver->count, first, workspace.chunk);
        CLPTI_TRY(clpti_solver_exit_step(solver, &workspace, &at, CLPTI_STEP_ERROR));
    }
    CLPTI_TRY(clpti_solver_read_error(solver, overall, per_pattern));
cleanup:
    clpti_forward_release(&workspace);
    return status;
}

/* ---- losses ---- */

static clpt_status add_losses(clpt_solver *s, const clpti_forward_workspace *workspace, const clpti_selection *at,
                              clpt_loss loss, clpti_view sums)
{
    clpt_status status = CLPT_OK;
    clpti_batch_data rows = {0};
    CLPTI_TRY(clpti_dataset_batch(&s->data, at, &rows));
    clpti_exit_step_args step = {.forward = clpti_solver_forward(s),
                                 .workspace = workspace,
                                 .detector = CLPTI_DETECTOR_LOSS,
                                 .response = clpti_solver_response(s, at),
                                 .measured = rows.measured,
                                 .mask = rows.mask,
                                 .mask_per_pattern = s->data.source.mask_per_pattern,
                                 .rows_order = rows.order,
                                 .rows_first = rows.first,
                                 .only_error = true,
                                 .loss = loss,
                                 .loss_roots = true,
                                 .sums = sums};
    CLPTI_TRY(light(s, at, &step.forward));
    CLPTI_TRY(clpti_exit_step(s->context, &step));
cleanup:
    clpti_batch_data_release(&rows);
    return status;
}

clpt_status clpt_solver_evaluate_loss(clpt_solver *s, clpt_loss loss, double *overall, double *per_pattern)
{
    if (!s) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    clpti_forward_workspace workspace = {0};
    clpt_buffer *sums = NULL;
    double *found = NULL, sum = 0.0;
    if (loss < CLPT_LOSS_POISSON || loss > CLPT_LOSS_AMPLITUDE_L1)
        CLPTI_TRY(clpti_fail(&s->context->message, CLPT_ERROR_ARGUMENT, "clpt_solver_evaluate_loss: unknown loss %d",
                             (int)loss));
    if (!(found = clpti_malloc(4 * s->count, sizeof *found)))
        CLPTI_TRY(
            clpti_fail(&s->context->message, CLPT_ERROR_MEMORY, "no host memory for %lld losses", (long long)s->count));
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, 4 * s->count, &sums));
    CLPTI_TRY(reserve_for(s, CLPTI_DETECTOR_LOSS, &workspace));
    for (int64_t first = 0; first < s->count; first += workspace.chunk) {
        clpti_selection at = clpti_solver_chunk(s, NULL, 0, s->count, first, workspace.chunk);
        CLPTI_TRY(add_losses(s, &workspace, &at, loss, clpti_view_at(clpti_view_of(sums), 4 * first)));
    }
    CLPTI_TRY(clpti_field_download(clpti_view_of(sums), found, CLPT_TYPE_F64, 4 * s->count));
    for (int64_t i = 0; i < s->count; i++) {
        double one = found[4 * i] + found[4 * i + 1];
        sum += one;
        if (per_pattern) per_pattern[i] = one;
    }
    if (overall) *overall = sum;
cleanup:
    clpt_buffer_destroy(&sums);
    clpti_forward_release(&workspace);
    free(found);
    return status;
}
