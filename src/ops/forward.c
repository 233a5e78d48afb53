/* SPDX-License-Identifier: Apache-2.0 */
/* The forward model, composed: illuminate, smooth, transform, intensity, in chunks that the FFT plan has room for. */
#include "ops/fft.h"
#include "ops/operation.h"
#include "ops/selection.h"

/* Exit waves of one chunk into the plan's memory. With smoothing, the product goes through `spare` and the probe mask
 * comes after. */
static clpt_status make_waves(clpt_context *context, const clpti_forward_args *a, const clpti_selection *at,
                              const clpti_fft *fft, clpt_buffer *spare)
{
    bool smoothed = a->smooth > 0.0;
    clpt_status status = clpti_illuminate(
        context, &(clpti_illuminate_args){.object = a->object,
                                          .height = a->height,
                                          .width = a->width,
                                          .at = *at,
                                          .probe = a->probe,
                                          .modes = a->modes,
                                          .size = a->size,
                                          .patch = a->pad ? a->size / 2 : a->size,
                                          .pad = a->pad ? a->size / 4 : 0,
                                          .probe_mask = a->probe_mask && !smoothed,
                                          .waves = clpti_view_of(smoothed ? spare : fft->waves)});
    if (status != CLPT_OK || !smoothed) return status;
    return clpti_smooth(context, &(clpti_smooth_args){.in = clpti_view_of(spare),
                                                      .out = clpti_view_of(fft->waves),
                                                      .count = at->count * a->modes,
                                                      .size = a->size,
                                                      .sigma = a->smooth,
                                                      .probe_mask = a->probe_mask});
}

static clpt_status composed(clpt_context *context, const void *args)
{
    const clpti_forward_args *a = args;
    clpt_status status = CLPT_OK;
    clpti_fft *fft = NULL;
    clpt_buffer *spare = NULL;
    int64_t pixels = a->size * a->size;
    CLPTI_TRY(clpti_fft_get(context, a->size, a->modes, &fft));
    if (a->smooth > 0.0) CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, fft->capacity * pixels, &spare));
    int64_t chunk = fft->capacity / a->modes;
    for (int64_t done = 0; done < a->at.count; done += chunk) {
        clpti_selection at = a->at;
        at.first += done;
        at.count = a->at.count - done < chunk ? a->at.count - done : chunk;
        CLPTI_TRY(make_waves(context, a, &at, fft, spare));
        CLPTI_TRY(clpti_fft_run(fft, at.count * a->modes, CLPTI_FORWARD));
        CLPTI_TRY(clpti_intensity(context, &(clpti_intensity_args){.waves = clpti_view_of(fft->waves),
                                                                   .count = at.count,
                                                                   .modes = a->modes,
                                                                   .size = a->size,
                                                                   .factor = a->scale * a->scale / (double)pixels,
                                                                   .amplitude = a->amplitude,
                                                                   .out = clpti_view_at(a->out, done * pixels)}));
    }
cleanup:
    clpti_scratch_give(&spare);
    return status;
}

/* The steps choose their own reference, so the composition serves both kinds of context. */
static const clpti_variant variants[] = {{"composed", NULL, NULL, composed}, {0}};
static const clpti_operation operation = {"forward", composed, variants};

clpt_status clpti_forward(clpt_context *context, const clpti_forward_args *args)
{
    return clpti_operation_run(context, &operation, args);
}
