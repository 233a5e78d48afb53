/* SPDX-License-Identifier: Apache-2.0 */
/* The adjoint of the forward model, composed of the adjoints of its steps. */
#include "ops/adjoint.h"
#include "fft/fft.h"
#include "ops/operation.h"

/* A chunk on its way back: its waves and scratch. */
typedef struct back_chunk {
    clpti_selection at;
    int64_t done; /* patterns before this chunk */
    clpti_view waves;
    clpt_buffer *step;
} back_chunk;

static int64_t patch_side(const clpti_forward_args *f)
{
    return f->pad ? f->size / 2 : f->size;
}

static clpti_view image_of(const clpti_forward_args *f, const back_chunk *c)
{
    return clpti_view_at(f->object, f->per_image ? c->done / f->per_image * f->height * f->width : 0);
}

static clpti_view probe_of(const clpti_forward_args *f, const back_chunk *c)
{
    return clpti_view_at(f->probe, c->done * f->probe_stride);
}

static clpti_detector detector_of(const clpti_forward_back_args *a)
{
    return a->cotangent.buffer ? CLPTI_DETECTOR_COTANGENT : CLPTI_DETECTOR_LOSS;
}

/* Exit waves to the detector and back to the gradient with respect to them. */
static clpt_status to_waves(clpt_context *context, const clpti_forward_back_args *a,
                            const clpti_forward_workspace *workspace, const back_chunk *c)
{
    clpti_exit_step_args step = {.forward = a->forward,
                                 .workspace = workspace,
                                 .detector = detector_of(a),
                                 .measured = a->measured,
                                 .mask = a->mask,
                                 .mask_per_pattern = a->mask_per_pattern,
                                 .rows_order = a->rows_order,
                                 .rows_first = a->rows_first + c->done,
                                 .loss = a->loss,
                                 .sums = clpti_view_at(a->sums, 4 * c->done),
                                 .cotangent = clpti_view_at(a->cotangent, c->done * a->forward.size * a->forward.size)};
    step.forward.object = image_of(&a->forward, c);
    step.forward.probe = probe_of(&a->forward, c);
    step.forward.at = c->at;
    return clpti_exit_step(context, &step);
}

static bool masks_or_smooths(const clpti_forward_args *f)
{
    return f->smooth > 0.0 || f->probe_mask;
}

/* σ small enough to make the convolution the identity: smooth_back then applies only the probe mask. */
static const double no_smoothing = 1e-3;

/* From the detector to the gradient with respect to the products patch·P_p; updates c->waves to their buffer. */
static clpt_status to_products(clpt_context *context, const clpti_forward_back_args *a,
                               const clpti_forward_workspace *workspace, back_chunk *c)
{
    const clpti_forward_args *f = &a->forward;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(to_waves(context, a, workspace, c));
    if (!masks_or_smooths(f)) return CLPT_OK;
    CLPTI_TRY(clpti_smooth_back(context, &(clpti_smooth_back_args){.in = c->waves,
                                                                   .out = clpti_view_of(workspace->spare),
                                                                   .count = c->at.count * f->modes,
                                                                   .size = f->size,
                                                                   .sigma = f->smooth > 0.0 ? f->smooth : no_smoothing,
                                                                   .probe_mask = f->probe_mask}));
    c->waves = clpti_view_of(workspace->spare);
cleanup:
    return status;
}

/* Destination of the gradient of a chunk's first image. */
static clpti_view d_image_of(const clpti_forward_back_args *a, const back_chunk *c)
{
    const clpti_forward_args *f = &a->forward;
    return clpti_view_at(a->d_object, f->per_image ? c->done / f->per_image * f->height * f->width : 0);
}

static clpt_status to_object(clpt_context *context, const clpti_forward_back_args *a, const back_chunk *c)
{
    const clpti_forward_args *f = &a->forward;
    return clpti_object_gradient(context, &(clpti_object_gradient_args){.waves = c->waves,
                                                                        .probe = probe_of(f, c),
                                                                        .probe_stride = f->probe_stride,
                                                                        .modes = f->modes,
                                                                        .size = f->size,
                                                                        .patch = patch_side(f),
                                                                        .pad = f->pad ? f->size / 4 : 0,
                                                                        .at = c->at,
                                                                        .per_image = f->per_image,
                                                                        .canvas = d_image_of(a, c),
                                                                        .height = f->height,
                                                                        .width = f->width});
}

static clpt_status to_positions(clpt_context *context, const clpti_forward_back_args *a, const back_chunk *c)
{
    const clpti_forward_args *f = &a->forward;
    return clpti_slope(context, &(clpti_slope_args){.images = image_of(f, c),
                                                    .complex = true,
                                                    .height = f->height,
                                                    .width = f->width,
                                                    .per_image = f->per_image,
                                                    .at = c->at,
                                                    .cotangent = clpti_view_of(c->step),
                                                    .rows = patch_side(f),
                                                    .columns = patch_side(f),
                                                    .out = clpti_view_at(a->slopes, 2 * c->done)});
}

static clpt_status to_probe(clpt_context *context, const clpti_forward_back_args *a, const back_chunk *c)
{
    const clpti_forward_args *f = &a->forward;
    int64_t slots = clpti_probe_slots(context, f->modes * f->size * f->size);
    return clpti_probe_gradient(context, &(clpti_probe_gradient_args){.object = image_of(f, c),
                                                                      .height = f->height,
                                                                      .width = f->width,
                                                                      .at = c->at,
                                                                      .waves = c->waves,
                                                                      .modes = f->modes,
                                                                      .size = f->size,
                                                                      .per_image = f->per_image,
                                                                      .patch = patch_side(f),
                                                                      .pad = f->pad ? f->size / 4 : 0,
                                                                      .slots = slots,
                                                                      .gradient = a->d_probe});
}

static clpt_status chunk(clpt_context *context, const clpti_forward_back_args *a,
                         const clpti_forward_workspace *workspace, back_chunk *c)
{
    const clpti_forward_args *f = &a->forward;
    clpt_status status = CLPT_OK;
    c->waves = clpti_view_of(workspace->fft->waves);
    CLPTI_TRY(to_products(context, a, workspace, c));
    if (a->d_waves.buffer) {
        int64_t elements = f->modes * f->size * f->size;
        CLPTI_TRY(clpti_copy(c->waves, clpti_view_at(a->d_waves, c->done * elements), c->at.count * elements));
    }
    if (a->d_probe.buffer) CLPTI_TRY(to_probe(context, a, c));
    if (a->d_object.buffer) CLPTI_TRY(to_object(context, a, c));
    if (!a->slopes.buffer) return CLPT_OK;
    CLPTI_TRY(clpti_backproject(context, &(clpti_backproject_args){.waves = c->waves,
                                                                   .probe = f->probe,
                                                                   .count = c->at.count,
                                                                   .modes = f->modes,
                                                                   .size = f->size,
                                                                   .patch = patch_side(f),
                                                                   .pad = f->pad ? f->size / 4 : 0,
                                                                   .step = clpti_view_of(c->step)}));
    CLPTI_TRY(to_positions(context, a, c));
cleanup:
    return status;
}

static clpt_status composed(clpt_context *context, const void *args)
{
    const clpti_forward_back_args *a = args;
    const clpti_forward_args *f = &a->forward;
    clpt_status status = CLPT_OK;
    clpti_forward_workspace workspace = {0};
    back_chunk c = {0};
    int64_t side = patch_side(f);
    CLPTI_TRY(clpti_forward_reserve(
        context, f, masks_or_smooths(f),
        clpti_exit_step_transforms(context, &(clpti_exit_step_args){.forward = *f, .detector = detector_of(a)}),
        &workspace));
    int64_t maximum = f->at.count < workspace.chunk ? f->at.count : workspace.chunk;
    if (a->slopes.buffer) CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, maximum * side * side, &c.step));
    for (c.done = 0; c.done < f->at.count; c.done += workspace.chunk) {
        c.at = f->at;
        c.at.first += c.done;
        c.at.count = f->at.count - c.done < workspace.chunk ? f->at.count - c.done : workspace.chunk;
        CLPTI_TRY(chunk(context, a, &workspace, &c));
    }
cleanup:
    clpti_scratch_give(&c.step);
    clpti_forward_release(&workspace);
    return status;
}

static const clpti_variant variants[] = {{"composed", NULL, NULL, composed}, {0}};
const clpti_operation clpti_operation_forward_back = {"forward_back", composed, variants};

clpt_status clpti_forward_back(clpt_context *context, const clpti_forward_back_args *args)
{
    return clpti_operation_run(context, &clpti_operation_forward_back, args);
}
