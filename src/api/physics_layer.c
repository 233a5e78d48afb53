/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_physics_layer and its adjoint: groups of patches are merged onto canvases, extracted again, and diffracted
 * (PtychoPINN). */
#include <stdlib.h>

#include "api/forward.h"
#include "api/merge.h"
#include "api/pieces.h"
#include "core/memory.h"

enum { PATCHES, PROBE, AMPLITUDE, COTANGENT = AMPLITUDE, D_PATCHES, D_PROBE, OPERANDS };

typedef struct layer_call {
    clpti_operand operands[OPERANDS];
    clpti_reassemble_group_args merge;
    clpti_forward_args forward;
    double *slopes;       /* host [G, C, 2], with respect to the offsets; NULL: not requested */
    clpt_buffer *d_power; /* of the probe weighting; NULL: not requested */
    clpt_buffer *probe_slots;
    int64_t groups;
} layer_call;

/* ---- checks ---- */

static clpt_status prepare(clpt_context *context, const char *function, const clpt_array *patches,
                           const clpt_array *offsets, const clpt_array *probe, clpt_weight weight, int64_t outer,
                           clpti_positions *positions, clpt_buffer **power, layer_call *call)
{
    clpt_status status = CLPT_OK;
    clpt_forward_options options = clpt_forward_options_default();
    CLPTI_TRY(clpti_check_array(context, function, "patches", patches, 4, 4, CLPTI_KIND_COMPLEX));
    int64_t groups = patches->shape[0], each = patches->shape[1], side = patches->shape[2];
    /* Only shapes and kinds are checked, so the canvas needs no memory yet. */
    clpt_array canvas = {.type = CLPT_TYPE_C64, .rank = 3, .shape = {groups, outer, outer}, .data = &options};
    CLPTI_TRY(clpti_check_group(context, function, patches, weight, "canvas", &canvas));
    CLPTI_TRY(clpti_offset_positions(context, function, offsets, groups, each, CLPT_CENTRING_NONE, positions));
    clpt_array image = {.type = CLPT_TYPE_C64, .rank = 2, .shape = {outer, outer}, .data = &options};
    options.amplitude = true;
    CLPTI_TRY(clpti_forward_prepare(context, function, &image, positions, probe, side, &options, &call->forward));
    if (weight == CLPT_WEIGHT_PROBE) CLPTI_TRY(clpti_compute_probe_power(context, function, probe, side, power));
    clpti_selection at = {.positions = positions, .shift_x = (outer - side) / 2, .shift_y = (outer - side) / 2};
    call->forward.at = at;
    call->forward.per_image = each;
    call->merge = (clpti_reassemble_group_args){.complex = true,
                                                .per_group = each,
                                                .size = side,
                                                .at = at,
                                                .weight = weight,
                                                .power = clpti_view_of(*power),
                                                .side = outer};
    call->operands[PATCHES] = (clpti_operand){.array = patches, .per_item = each * side * side};
    call->operands[PROBE] = (clpti_operand){.array = probe};
cleanup:
    return status;
}

static clpt_status check_amplitude(clpt_context *context, const char *function, const char *name,
                                   const clpt_array *amplitude, const clpt_array *patches)
{
    clpt_status status = clpti_check_array(context, function, name, amplitude, 4, 4, CLPTI_KIND_REAL);
    if (status != CLPT_OK) return status;
    return clpti_check_shape(context, function, name, amplitude, 4, patches->shape, "the same as patches");
}

/* Bytes per group of the canvases that a piece requires in addition to its arrays. */
static int64_t extra_bytes(const clpt_context *context, int64_t outer)
{
    return 4 * outer * outer * (int64_t)clpti_element_size(context, CLPTI_COMPLEX);
}

/* ---- forward ---- */

/* Merges the groups of a piece onto canvases. */
static clpt_status merge(clpt_context *context, layer_call *call, int64_t first, int64_t count, clpt_buffer **canvas)
{
    clpti_reassemble_group_args *m = &call->merge;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, count * m->side * m->side, canvas));
    m->patches = call->operands[PATCHES].view;
    m->canvas = clpti_view_of(*canvas);
    m->groups = count;
    m->at.first = first * m->per_group;
    m->at.count = count * m->per_group;
    CLPTI_TRY(clpti_reassemble_group(context, m));
    call->forward.object = m->canvas;
    call->forward.probe = call->operands[PROBE].view;
    call->forward.at = m->at;
cleanup:
    return status;
}

static clpt_status layer_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    layer_call *call = user;
    clpt_status status = CLPT_OK;
    clpt_buffer *canvas = NULL;
    CLPTI_TRY(merge(context, call, first, count, &canvas));
    call->forward.out = call->operands[AMPLITUDE].view;
    CLPTI_TRY(clpti_forward(context, &call->forward));
cleanup:
    clpti_scratch_give(&canvas);
    return status;
}

clpt_status clpt_physics_layer(clpt_context *context, const clpt_array *patches, const clpt_array *offsets,
                               const clpt_array *probe, clpt_weight weight, int64_t canvas, const clpt_array *amplitude)
{
    static const char *const function = "clpt_physics_layer";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    clpti_positions positions = {0};
    clpt_buffer *power = NULL;
    layer_call call = {0};
    CLPTI_TRY(prepare(context, function, patches, offsets, probe, weight, canvas, &positions, &power, &call));
    CLPTI_TRY(check_amplitude(context, function, "amplitude", amplitude, patches));
    call.operands[AMPLITUDE] = call.operands[PATCHES];
    call.operands[AMPLITUDE].array = amplitude;
    call.operands[AMPLITUDE].output = true;
    CLPTI_TRY(clpti_run_pieces(context, call.operands, AMPLITUDE + 1, patches->shape[0], extra_bytes(context, canvas),
                               layer_piece, &call));
cleanup:
    clpti_scratch_give(&power);
    clpti_positions_destroy(&positions);
    return status;
}

/* ---- adjoint ---- */

/* From the detector to the canvases, the probe and, if requested, the positions of extraction. */
static clpt_status back_to_canvas(clpt_context *context, layer_call *call, int64_t first, int64_t count,
                                  clpt_buffer *d_canvas)
{
    int64_t probe_elements = call->forward.modes * call->forward.size * call->forward.size;
    clpt_status status = CLPT_OK;
    clpt_buffer *slopes = NULL;
    const clpti_selection *at = &call->merge.at;
    clpti_forward_back_args args = {.forward = call->forward,
                                    .cotangent = call->operands[COTANGENT].view,
                                    .d_object = clpti_view_of(d_canvas),
                                    .d_probe = clpti_view_of(call->probe_slots)};
    if (first == 0 && call->operands[D_PROBE].array) {
        CLPTI_TRY(clpti_probe_sums_take(context, probe_elements, &call->probe_slots));
        args.d_probe = clpti_view_of(call->probe_slots);
    }
    if (call->slopes) CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 2 * at->count, &slopes));
    args.slopes = clpti_view_of(slopes);
    CLPTI_TRY(clpti_forward_back(context, &args));
    if (call->probe_slots && first + count == call->groups)
        CLPTI_TRY(clpti_probe_sums_fold(context, call->probe_slots, probe_elements, call->operands[D_PROBE].view));
    if (slopes)
        CLPTI_TRY(clpti_field_download(args.slopes, call->slopes + 2 * at->first, CLPT_TYPE_F64, 2 * at->count));
cleanup:
    clpti_scratch_give(&slopes);
    return status;
}

static clpt_status back_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    layer_call *call = user;
    clpt_status status = CLPT_OK;
    clpt_buffer *canvas = NULL, *d_canvas = NULL;
    double *merged = NULL;
    CLPTI_TRY(merge(context, call, first, count, &canvas));
    const clpti_selection *at = &call->merge.at;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, count * call->merge.side * call->merge.side, &d_canvas));
    CLPTI_TRY(back_to_canvas(context, call, first, count, d_canvas));
    if (call->slopes && !(merged = clpti_malloc(at->count, 2 * sizeof *merged)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "clpt_physics_layer_adjoint: no host memory"));
    CLPTI_TRY(clpti_merge_adjoint(context, &call->merge, clpti_view_of(d_canvas),
                                  &(clpti_merge_targets){.patches = call->operands[PATCHES].view,
                                                         .d_patches = call->operands[D_PATCHES].view,
                                                         .slopes = merged,
                                                         .d_power = clpti_view_of(call->d_power)}));
    /* Patches are extracted at −offset and merged at offset. */
    double *slopes = call->slopes ? call->slopes + 2 * at->first : NULL;
    for (int64_t i = 0; slopes && i < 2 * at->count; i++) slopes[i] = merged[i] - slopes[i];
cleanup:
    free(merged);
    clpti_scratch_give(&d_canvas);
    clpti_scratch_give(&canvas);
    return status;
}

/* d_probe += 2·d_power·probe, through host memory: P is small. */
static clpt_status add_weight_gradient(clpt_context *context, const clpt_array *probe, clpt_buffer *d_power,
                                       const clpt_array *d_probe)
{
    clpt_status status = CLPT_OK;
    int64_t count = clpti_array_elements(probe);
    double *numbers = clpti_malloc(2 * count, 2 * sizeof *numbers), *extra = numbers ? numbers + 2 * count : NULL;
    if (!numbers) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "clpt_physics_layer_adjoint: no host memory");
    clpt_array sum = clpt_array_host(numbers, CLPT_TYPE_C128, probe->rank, probe->shape);
    clpt_array part = clpt_array_host(extra, CLPT_TYPE_C128, probe->rank, probe->shape);
    CLPTI_TRY(clpti_probe_gradient_from_power(context, probe, d_power, &part));
    CLPTI_TRY(clpt_array_copy(context, d_probe, &sum));
    for (int64_t i = 0; i < 2 * count; i++) numbers[i] += extra[i];
    CLPTI_TRY(clpt_array_copy(context, &sum, d_probe));
cleanup:
    free(numbers);
    return status;
}

static clpt_status prepare_gradients(clpt_context *context, const char *function, layer_call *call,
                                     const clpt_array *patches, const clpt_array *offsets, const clpt_array *probe,
                                     const clpt_array *d_patches, const clpt_array *d_offsets,
                                     const clpt_array *d_probe)
{
    clpt_status status = CLPT_OK;
    int64_t side = patches->shape[2], positions = patches->shape[0] * patches->shape[1];
    CLPTI_TRY(clpti_check_gradient(context, function, "d_patches", d_patches, patches));
    CLPTI_TRY(clpti_check_geometry_gradient(context, function, "d_offsets", d_offsets, offsets));
    CLPTI_TRY(clpti_check_gradient(context, function, "d_probe", d_probe, probe));
    call->operands[D_PATCHES] =
        (clpti_operand){.array = d_patches, .output = true, .per_item = positions / patches->shape[0] * side * side};
    call->groups = patches->shape[0];
    call->operands[D_PROBE] = (clpti_operand){.array = d_probe, .output = true};
    if (d_offsets && !(call->slopes = clpti_calloc(positions, 2 * sizeof *call->slopes)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory", function));
    if (!d_probe || call->merge.weight != CLPT_WEIGHT_PROBE) return CLPT_OK;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, side * side, &call->d_power));
    CLPTI_TRY(clpti_zero(clpti_view_of(call->d_power), side * side));
cleanup:
    return status;
}

clpt_status clpt_physics_layer_adjoint(clpt_context *context, const clpt_array *patches, const clpt_array *offsets,
                                       const clpt_array *probe, clpt_weight weight, int64_t canvas,
                                       const clpt_array *cotangent, const clpt_array *d_patches,
                                       const clpt_array *d_offsets, const clpt_array *d_probe)
{
    static const char *const function = "clpt_physics_layer_adjoint";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    clpti_positions positions = {0};
    clpt_buffer *power = NULL;
    layer_call call = {0};
    CLPTI_TRY(prepare(context, function, patches, offsets, probe, weight, canvas, &positions, &power, &call));
    CLPTI_TRY(check_amplitude(context, function, "cotangent", cotangent, patches));
    CLPTI_TRY(prepare_gradients(context, function, &call, patches, offsets, probe, d_patches, d_offsets, d_probe));
    call.operands[COTANGENT] = call.operands[PATCHES];
    call.operands[COTANGENT].array = cotangent;
    CLPTI_TRY(clpti_run_pieces(context, call.operands, OPERANDS, patches->shape[0], extra_bytes(context, canvas),
                               back_piece, &call));
    if (d_offsets) clpti_write_geometry(d_offsets, call.slopes);
    if (call.d_power) CLPTI_TRY(add_weight_gradient(context, probe, call.d_power, d_probe));
cleanup:
    free(call.slopes);
    clpti_scratch_give(&call.probe_slots);
    clpti_scratch_give(&call.d_power);
    clpti_scratch_give(&power);
    clpti_positions_destroy(&positions);
    return status;
}
