/* SPDX-License-Identifier: Apache-2.0 */
/* From amplitude and phase to the loss of predicted counts, and back: patches of a group are merged onto a canvas,
 * extracted again, and diffracted, as in clpt_physics_layer. */
#include <math.h>
#include <stdlib.h>

#include "api/forward.h"
#include "api/merge.h"
#include "core/memory.h"
#include "network/network.h"
#include "ops/layers.h"

static clpti_polar_args polar_of(const clpt_network *n, int64_t count)
{
    return (clpti_polar_args){.amplitude = clpti_view_of(n->tensors[n->plan.amplitude]),
                              .phase = clpti_view_of(n->tensors[n->plan.phase]),
                              .groups = count,
                              .pixels = n->options.side * n->options.side,
                              .channels = clpti_network_channels(n)};
}

static clpt_status describe(clpt_network *n, const char *function, const clpti_batch *batch, clpti_field_piece *piece)
{
    clpt_status status = CLPT_OK;
    int64_t side = n->options.side, outer = n->options.canvas, channels = clpti_network_channels(n);
    clpt_forward_options options = clpt_forward_options_default();
    options.scale = exp(n->counters[CLPTI_COUNTER_LOG_SCALE]);
    /* Only its shape is checked: the canvas has no memory yet. */
    clpt_array image = {.type = CLPT_TYPE_C64, .rank = 2, .shape = {outer, outer}, .data = &options};
    clpt_array probe = clpt_array_device(n->probe, 0, 3, CLPT_SHAPE(n->modes, side, side));
    CLPTI_TRY(clpti_forward_prepare(n->context, function, &image, &batch->positions, &probe, side, &options,
                                    &piece->forward));
    clpti_selection at = {.positions = &batch->positions, .shift_x = (outer - side) / 2, .shift_y = (outer - side) / 2};
    piece->forward.at = at;
    piece->forward.per_image = channels;
    piece->forward.probe = clpti_view_of(n->probe);
    piece->merge = (clpti_reassemble_group_args){.complex = true,
                                                 .per_group = channels,
                                                 .size = side,
                                                 .at = at,
                                                 .weight = n->options.weight,
                                                 .power = clpti_view_of(n->power),
                                                 .side = outer};
cleanup:
    return status;
}

clpt_status clpti_network_fields(clpt_network *n, const char *function, const clpti_batch *batch, int64_t first,
                                 int64_t count, clpti_field_piece *piece)
{
    clpt_status status = CLPT_OK;
    int64_t side = n->options.side, outer = n->options.canvas, channels = clpti_network_channels(n);
    *piece = (clpti_field_piece){0};
    CLPTI_TRY(describe(n, function, batch, piece));
    CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_COMPLEX, count * channels * side * side, &piece->patches));
    CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_COMPLEX, count * outer * outer, &piece->canvas));
    clpti_polar_args polar = polar_of(n, count);
    polar.patches = clpti_view_of(piece->patches);
    CLPTI_TRY(clpti_polar(n->context, &polar));
    clpti_reassemble_group_args *m = &piece->merge;
    m->patches = polar.patches;
    m->canvas = clpti_view_of(piece->canvas);
    m->groups = count;
    m->at.first = first * channels;
    m->at.count = count * channels;
    CLPTI_TRY(clpti_reassemble_group(n->context, m));
    piece->forward.object = m->canvas;
    piece->forward.at = m->at;
cleanup:
    return status;
}

void clpti_network_fields_give(clpti_field_piece *piece)
{
    clpti_scratch_give(&piece->patches);
    clpti_scratch_give(&piece->canvas);
}

/* ---- loss ---- */

/* value += weight·Σ loss, slope += weight·2·Σ ∂loss/∂I·I, in the order of patterns. */
static clpt_status read_sums(clpt_network *n, clpt_buffer *sums, int64_t patterns, double weight, double *value,
                             double *slope)
{
    double *numbers = clpti_malloc(4 * patterns, sizeof *numbers);
    if (!numbers) return clpti_fail(&n->context->message, CLPT_ERROR_MEMORY, "no host memory for a batch's losses");
    clpt_status status = clpti_field_download(clpti_view_of(sums), numbers, CLPT_TYPE_F64, 4 * patterns);
    for (int64_t k = 0; status == CLPT_OK && k < patterns; k++) {
        *value += weight * (numbers[4 * k] + numbers[4 * k + 1]);
        *slope += 2 * weight * (numbers[4 * k + 2] + numbers[4 * k + 3]);
    }
    free(numbers);
    return status;
}

/* One loss of a piece: its sums alone, or with the gradient with respect to the canvas. */
static clpt_status one_loss(clpt_network *n, const clpti_batch *batch, const clpti_field_piece *piece, clpt_loss loss,
                            clpt_buffer *sums, clpt_buffer *d_canvas)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *intensity = NULL;
    int64_t pixels = n->options.side * n->options.side, patterns = piece->forward.at.count;
    if (d_canvas)
        return clpti_forward_back(n->context, &(clpti_forward_back_args){.forward = piece->forward,
                                                                         .loss = loss,
                                                                         .measured = clpti_view_of(batch->counts),
                                                                         .mask = clpti_view_of(batch->mask),
                                                                         .sums = clpti_view_of(sums),
                                                                         .d_object = clpti_view_of(d_canvas)});
    CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_REAL, patterns * pixels, &intensity));
    clpti_forward_args forward = piece->forward;
    forward.out = clpti_view_of(intensity);
    CLPTI_TRY(clpti_forward(n->context, &forward));
    CLPTI_TRY(clpti_loss(n->context, &(clpti_loss_args){.loss = loss,
                                                        .intensity = forward.out,
                                                        .count = patterns,
                                                        .pixels = pixels,
                                                        .measured = clpti_view_of(batch->counts),
                                                        .mask = clpti_view_of(batch->mask),
                                                        .sums = clpti_view_of(sums)}));
cleanup:
    clpti_scratch_give(&intensity);
    return status;
}

/* From the canvas to amplitude and phase. */
static clpt_status back_to_layers(clpt_network *n, clpti_field_piece *piece, clpt_buffer *d_canvas, double factor,
                                  bool add, clpt_buffer *d_amplitude, clpt_buffer *d_phase)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *d_patches = NULL, *other[2] = {NULL, NULL};
    int64_t count = piece->merge.groups, pixels = n->options.side * n->options.side;
    int64_t elements = count * clpti_network_channels(n) * pixels;
    CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_COMPLEX, elements, &d_patches));
    CLPTI_TRY(clpti_merge_adjoint(
        n->context, &piece->merge, clpti_view_of(d_canvas),
        &(clpti_merge_targets){.patches = clpti_view_of(piece->patches), .d_patches = clpti_view_of(d_patches)}));
    clpti_polar_args polar = polar_of(n, count);
    polar.patches = clpti_view_of(d_patches);
    polar.factor = factor;
    for (int i = 0; add && i < 2; i++) CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_REAL, elements, &other[i]));
    polar.d_amplitude = clpti_view_of(add ? other[0] : d_amplitude);
    polar.d_phase = clpti_view_of(add ? other[1] : d_phase);
    CLPTI_TRY(clpti_polar_back(n->context, &polar));
    for (int i = 0; add && i < 2; i++)
        CLPTI_TRY(clpti_fold(n->context, &(clpti_fold_args){.slots = clpti_view_of(other[i]),
                                                            .slot_count = 1,
                                                            .count = elements,
                                                            .out = clpti_view_of(i ? d_phase : d_amplitude)}));
cleanup:
    clpti_scratch_give(&d_patches);
    clpti_scratch_give(&other[0]);
    clpti_scratch_give(&other[1]);
    return status;
}

clpt_status clpti_network_loss(clpt_network *n, const clpti_batch *batch, clpti_field_piece *piece, double factor,
                               double *value, double *slope, clpt_buffer **d_amplitude, clpt_buffer **d_phase)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *sums = NULL, *d_canvas = NULL;
    const struct {
        clpt_loss loss;
        double weight;
    } losses[] = {{CLPT_LOSS_POISSON, n->options.poisson_weight},
                  {CLPT_LOSS_AMPLITUDE_L1, n->options.amplitude_weight}};
    int64_t patterns = piece->forward.at.count, pixels = n->options.side * n->options.side;
    bool add = false;
    CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_REAL, 4 * patterns, &sums));
    if (d_amplitude) {
        CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_COMPLEX,
                                     piece->merge.groups * piece->merge.side * piece->merge.side, &d_canvas));
        CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_REAL, patterns * pixels, d_amplitude));
        CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_REAL, patterns * pixels, d_phase));
    }
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        if (losses[i].weight == 0) continue;
        CLPTI_TRY(one_loss(n, batch, piece, losses[i].loss, sums, d_canvas));
        if (value) CLPTI_TRY(read_sums(n, sums, patterns, losses[i].weight, value, slope));
        if (d_canvas)
            CLPTI_TRY(back_to_layers(n, piece, d_canvas, factor * losses[i].weight, add, *d_amplitude, *d_phase));
        add = true;
    }
cleanup:
    clpti_scratch_give(&sums);
    clpti_scratch_give(&d_canvas);
    return status;
}
