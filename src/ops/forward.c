/* SPDX-License-Identifier: Apache-2.0 */
/* The forward model, composed: illuminate, smooth, transform, intensity, in chunks of the FFT plan's capacity. */
#include "fft/fft.h"
#include "ops/forward_fused.h"
#include "ops/forward_lanes.h"
#include "ops/operation.h"
#include "ops/propagator.h"
#include "ops/selection.h"

clpt_status clpti_forward_reserve(clpt_context *context, const clpti_forward_args *a, bool spare, bool transforms,
                                  clpti_forward_workspace *workspace)
{
    clpt_status status = CLPT_OK;
    int64_t minimum = a->modes * (a->per_image ? a->per_image : 1);
    *workspace = (clpti_forward_workspace){0};
    CLPTI_TRY(transforms ? clpti_fft_get(context, a->size, minimum, &workspace->fft)
                         : clpti_fft_workspace(context, a->size, minimum, &workspace->fft));
    workspace->chunk = workspace->fft->capacity / minimum * (a->per_image ? a->per_image : 1);
    if (spare)
        CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, workspace->fft->capacity * a->size * a->size,
                                     &workspace->spare));
cleanup:
    return status;
}

void clpti_forward_release(clpti_forward_workspace *workspace)
{
    clpti_scratch_give(&workspace->spare);
}

/* With smoothing, the product goes through the spare buffer and the probe mask is applied afterwards. */
clpt_status clpti_forward_far_field(clpt_context *context, const clpti_forward_args *a, const clpti_selection *at,
                                    int64_t done, const clpti_forward_workspace *workspace)
{
    clpt_status status = CLPT_OK;
    bool smoothed = a->smooth > 0.0;
    clpti_view waves = clpti_view_of(workspace->fft->waves),
               product = smoothed ? clpti_view_of(workspace->spare) : waves;
    int64_t image = a->per_image ? done / a->per_image * a->height * a->width : 0;
    CLPTI_TRY(
        clpti_illuminate(context, &(clpti_illuminate_args){.object = clpti_view_at(a->object, image),
                                                           .height = a->height,
                                                           .width = a->width,
                                                           .per_image = a->per_image,
                                                           .at = *at,
                                                           .probe = clpti_view_at(a->probe, done * a->probe_stride),
                                                           .probe_stride = a->probe_stride,
                                                           .modes = a->modes,
                                                           .size = a->size,
                                                           .patch = a->pad ? a->size / 2 : a->size,
                                                           .pad = a->pad ? a->size / 4 : 0,
                                                           .probe_mask = a->probe_mask && !smoothed,
                                                           .waves = product}));
    if (smoothed)
        CLPTI_TRY(clpti_smooth(context, &(clpti_smooth_args){.in = product,
                                                             .out = waves,
                                                             .count = at->count * a->modes,
                                                             .size = a->size,
                                                             .sigma = a->smooth,
                                                             .probe_mask = a->probe_mask}));
    CLPTI_TRY(clpti_propagate(context, &(clpti_propagate_args){.fft = workspace->fft,
                                                               .propagator = a->propagator,
                                                               .count = at->count * a->modes,
                                                               .direction = CLPTI_FORWARD}));
cleanup:
    return status;
}

static clpt_status composed(clpt_context *context, const void *args)
{
    const clpti_forward_args *a = args;
    clpt_status status = CLPT_OK;
    clpti_forward_workspace workspace = {0};
    int64_t pixels = a->size * a->size;
    CLPTI_TRY(clpti_forward_reserve(context, a, a->smooth > 0.0, true, &workspace));
    for (int64_t done = 0; done < a->at.count; done += workspace.chunk) {
        clpti_selection at = a->at;
        at.first += done;
        at.count = a->at.count - done < workspace.chunk ? a->at.count - done : workspace.chunk;
        CLPTI_TRY(clpti_forward_far_field(context, a, &at, done, &workspace));
        CLPTI_TRY(clpti_intensity(context, &(clpti_intensity_args){.waves = clpti_view_of(workspace.fft->waves),
                                                                   .count = at.count,
                                                                   .modes = a->modes,
                                                                   .size = a->size,
                                                                   .factor = a->scale * a->scale / (double)pixels,
                                                                   .amplitude = a->amplitude,
                                                                   .image = a->propagator != NULL,
                                                                   .out = clpti_view_at(a->out, done * pixels)}));
    }
cleanup:
    clpti_forward_release(&workspace);
    return status;
}

/* The steps dispatch to their own references, so the composition works in both kinds of context. */
static const clpti_variant variants[] = {
    {"lanes", CLPTI_FORWARD_LANES_NEEDS, clpti_forward_lanes_applies, clpti_forward_lanes},
    {"n64", CLPTI_FORWARD_N64_NEEDS, clpti_forward_n64_applies, clpti_forward_n64},
    {"split", CLPTI_FORWARD_SPLIT_NEEDS, clpti_forward_split_applies, clpti_forward_split},
    {"composed", NULL, NULL, composed},
    {0}};
const clpti_operation clpti_operation_forward = {"forward", composed, variants};

clpt_status clpti_forward(clpt_context *context, const clpti_forward_args *args)
{
    return clpti_operation_run(context, &clpti_operation_forward, args);
}
