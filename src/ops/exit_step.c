/* SPDX-License-Identifier: Apache-2.0 */
/* Exit waves to the detector and back, composed of propagation, the detector operation and back-propagation. */
#include "ops/adjoint.h"
#include "ops/exit_step_fused.h"
#include "ops/exit_step_lanes.h"
#include "fft/fft.h"
#include "ops/operation.h"
#include "ops/propagator.h"

static double factor_of(const clpti_forward_args *f)
{
    return f->scale * f->scale / (double)(f->size * f->size);
}

static clpt_status propagate(clpt_context *context, const clpti_exit_step_args *a, int direction)
{
    return clpti_propagate(context, &(clpti_propagate_args){.fft = a->workspace->fft,
                                                            .propagator = a->forward.propagator,
                                                            .count = a->forward.at.count * a->forward.modes,
                                                            .direction = direction});
}

static clpt_status modulus(clpt_context *context, const clpti_exit_step_args *a)
{
    const clpti_forward_args *f = &a->forward;
    return clpti_project(context, &(clpti_project_args){.waves = clpti_view_of(a->workspace->fft->waves),
                                                        .count = f->at.count,
                                                        .modes = f->modes,
                                                        .size = f->size,
                                                        .factor = factor_of(f),
                                                        .image = f->propagator != NULL,
                                                        .scale = 1.0 / (double)(f->size * f->size),
                                                        .response = a->response,
                                                        .likelihood = a->likelihood,
                                                        .measured = a->measured,
                                                        .mask = a->mask,
                                                        .mask_per_pattern = a->mask_per_pattern,
                                                        .order = a->rows_order,
                                                        .first = a->rows_first,
                                                        .only_error = a->only_error,
                                                        .misfit = a->misfit,
                                                        .total = a->total});
}

static clpt_status back(clpt_context *context, const clpti_exit_step_args *a, clpti_view cotangent)
{
    const clpti_forward_args *f = &a->forward;
    return clpti_detector_back(
        context, &(clpti_detector_back_args){.waves = clpti_view_of(a->workspace->fft->waves),
                                             .count = f->at.count,
                                             .modes = f->modes,
                                             .size = f->size,
                                             .factor = factor_of(f),
                                             .image = f->propagator != NULL,
                                             .response = a->response,
                                             .amplitude = f->amplitude && a->detector == CLPTI_DETECTOR_COTANGENT,
                                             .cotangent = cotangent});
}

static clpt_status loss(clpt_context *context, const clpti_exit_step_args *a)
{
    const clpti_forward_args *f = &a->forward;
    int64_t pixels = f->size * f->size;
    clpt_buffer *intensity = NULL;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, f->at.count * pixels, &intensity));
    CLPTI_TRY(clpti_intensity(context, &(clpti_intensity_args){.waves = clpti_view_of(a->workspace->fft->waves),
                                                               .count = f->at.count,
                                                               .modes = f->modes,
                                                               .size = f->size,
                                                               .factor = factor_of(f),
                                                               .image = f->propagator != NULL,
                                                               .response = a->response,
                                                               .out = clpti_view_of(intensity)}));
    CLPTI_TRY(clpti_loss(context, &(clpti_loss_args){.loss = a->loss,
                                                     .intensity = clpti_view_of(intensity),
                                                     .count = f->at.count,
                                                     .pixels = pixels,
                                                     .measured = a->measured,
                                                     .roots = a->loss_roots,
                                                     .mask = a->mask,
                                                     .mask_per_pattern = a->mask_per_pattern,
                                                     .order = a->rows_order,
                                                     .first = a->rows_first,
                                                     .sums = a->sums,
                                                     .d_intensity = clpti_view_of(intensity)}));
    if (!a->only_error) CLPTI_TRY(back(context, a, clpti_view_of(intensity)));
cleanup:
    clpti_scratch_give(&intensity);
    return status;
}

static clpt_status composed(clpt_context *context, const void *args)
{
    const clpti_exit_step_args *a = args;
    const clpti_forward_args *f = &a->forward;
    clpt_status status = CLPT_OK;
    clpti_fft *plan = NULL;
    /* The workspace may have been made for a variant without transforms; creating them would destroy given waves. */
    if (!a->given) CLPTI_TRY(clpti_fft_get(context, f->size, 1, &plan));
    if (plan && plan != a->workspace->fft) /* memory ran out, and a new plan replaced the workspace's */
        CLPTI_TRY(
            clpti_fail(&context->message, CLPT_ERROR_MEMORY,
                       "not enough memory for the transforms of side %lld on %s in addition to this call's buffers",
                       (long long)f->size, context->device.name));
    if (a->given)
        CLPTI_TRY(propagate(context, a, CLPTI_FORWARD));
    else
        CLPTI_TRY(clpti_forward_far_field(context, f, &f->at, 0, a->workspace));
    switch (a->detector) {
    case CLPTI_DETECTOR_MODULUS:
        CLPTI_TRY(modulus(context, a));
        break;
    case CLPTI_DETECTOR_LOSS:
        CLPTI_TRY(loss(context, a));
        break;
    case CLPTI_DETECTOR_COTANGENT:
        CLPTI_TRY(back(context, a, a->cotangent));
        break;
    }
    if (!a->only_error) CLPTI_TRY(propagate(context, a, CLPTI_INVERSE));
cleanup:
    return status;
}

/* The steps dispatch to their own references, so the composition works in both kinds of context. */
static const clpti_variant variants[] = {
    {"n64", CLPTI_EXIT_STEP_N64_NEEDS, clpti_exit_step_n64_applies, clpti_exit_step_n64},
    {"split", CLPTI_EXIT_STEP_SPLIT_NEEDS, clpti_exit_step_split_applies, clpti_exit_step_split},
    {"lanes", CLPTI_EXIT_STEP_LANES_NEEDS, clpti_exit_step_lanes_applies, clpti_exit_step_lanes},
    {"composed", NULL, NULL, composed},
    {0}};
const clpti_operation clpti_operation_exit_step = {"exit_step", composed, variants};

clpt_status clpti_exit_step(clpt_context *context, const clpti_exit_step_args *args)
{
    return clpti_operation_run(context, &clpti_operation_exit_step, args);
}

bool clpti_exit_step_transforms(clpt_context *context, const clpti_exit_step_args *args)
{
    const clpti_variant *chosen = clpti_operation_choice(context, &clpti_operation_exit_step, args);
    return !chosen || chosen->run == composed;
}
