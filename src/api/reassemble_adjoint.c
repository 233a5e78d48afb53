/* SPDX-License-Identifier: Apache-2.0 */
/* Adjoints of clpt_reassemble_group and clpt_reassemble_scan, and their gradients with respect to positions and probe.
 */
#include <stdlib.h>
#include <string.h>

#include "api/merge.h"
#include "api/pieces.h"
#include "core/memory.h"

/* Intermediate results of a merge, all scratch: canvas, total weight, and the maximum weight of each group. */
typedef struct merged {
    clpt_buffer *canvas, *total, *largest, *d_total;
} merged;

static void release(merged *m)
{
    clpti_scratch_give(&m->d_total);
    clpti_scratch_give(&m->largest);
    clpti_scratch_give(&m->total);
    clpti_scratch_give(&m->canvas);
}

static clpt_status reserve(clpt_context *context, bool complex, int64_t groups, int64_t pixels, merged *m)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_scratch_take(context, complex ? CLPTI_COMPLEX : CLPTI_REAL, groups * pixels, &m->canvas));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, groups * pixels, &m->total));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, groups, &m->largest));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, groups * pixels, &m->d_total));
cleanup:
    return status;
}

/* ---- from the sums to patches, positions and the probe's power ---- */

static clpt_status slopes_of(clpt_context *context, const clpti_merge_geometry *g, clpti_view patches, double *out)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *slopes = NULL;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 2 * g->at.count, &slopes));
    CLPTI_TRY(clpti_merge_slope(context,
                                &(clpti_merge_slope_args){.g = *g, .patches = patches, .out = clpti_view_of(slopes)}));
    CLPTI_TRY(clpti_field_download(clpti_view_of(slopes), out, CLPT_TYPE_F64, 2 * g->at.count));
cleanup:
    clpti_scratch_give(&slopes);
    return status;
}

static clpt_status pull(clpt_context *context, const clpti_merge_geometry *g, const clpti_merge_targets *t)
{
    clpt_status status = CLPT_OK;
    if (t->d_patches.buffer)
        CLPTI_TRY(clpti_merge_pull(context, &(clpti_merge_pull_args){.g = *g, .d_patches = t->d_patches}));
    if (t->slopes) CLPTI_TRY(slopes_of(context, g, t->patches, t->slopes));
    if (t->d_power.buffer)
        CLPTI_TRY(clpti_merge_weight_pull(
            context, &(clpti_merge_weight_pull_args){.g = *g, .patches = t->patches, .d_power = t->d_power}));
cleanup:
    return status;
}

/* The gradient with respect to patches requires the weights but not the merged canvas: the cotangent is divided when it
 * is read. */
static clpt_status pull_patches(clpt_context *context, const clpti_reassemble_group_args *forward,
                                const clpti_merge_geometry *g, clpti_view d_patches)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *total = NULL, *largest = NULL;
    clpti_reassemble_group_args weights = *forward;
    bool divided = forward->weight != CLPT_WEIGHT_NONE, probe = forward->weight == CLPT_WEIGHT_PROBE;
    if (divided) CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, forward->groups * g->height * g->width, &total));
    if (probe) CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, forward->groups, &largest));
    weights.patches = weights.canvas = (clpti_view){0};
    weights.total = clpti_view_of(total);
    weights.largest = clpti_view_of(largest);
    if (divided) CLPTI_TRY(clpti_reassemble_group(context, &weights));
    CLPTI_TRY(clpti_merge_pull(context, &(clpti_merge_pull_args){.g = *g,
                                                                 .total = clpti_view_of(total),
                                                                 .largest = clpti_view_of(largest),
                                                                 .d_patches = d_patches}));
cleanup:
    clpti_scratch_give(&largest);
    clpti_scratch_give(&total);
    return status;
}

clpt_status clpti_merge_adjoint(clpt_context *context, const clpti_reassemble_group_args *forward, clpti_view cotangent,
                                const clpti_merge_targets *targets)
{
    clpt_status status = CLPT_OK;
    merged m = {0};
    clpt_buffer *d_sum = NULL;
    int64_t pixels = forward->side * forward->side;
    clpti_merge_geometry g = {.merge = (clpti_merge)forward->weight,
                              .complex = forward->complex,
                              .at = forward->at,
                              .per_group = forward->per_group,
                              .size = forward->size,
                              .crop = forward->size,
                              .height = forward->side,
                              .width = forward->side,
                              .power = forward->power,
                              .d_sum = cotangent};
    if (!targets->slopes && !targets->d_power.buffer)
        return targets->d_patches.buffer ? pull_patches(context, forward, &g, targets->d_patches) : CLPT_OK;
    if (forward->weight != CLPT_WEIGHT_NONE) {
        clpti_reassemble_group_args again = *forward;
        CLPTI_TRY(reserve(context, forward->complex, forward->groups, pixels, &m));
        CLPTI_TRY(clpti_scratch_take(context, forward->complex ? CLPTI_COMPLEX : CLPTI_REAL, forward->groups * pixels,
                                     &d_sum));
        again.canvas = clpti_view_of(m.canvas);
        again.total = clpti_view_of(m.total);
        again.largest = forward->weight == CLPT_WEIGHT_PROBE ? clpti_view_of(m.largest) : (clpti_view){0};
        CLPTI_TRY(clpti_reassemble_group(context, &again));
        g.d_sum = clpti_view_of(d_sum);
        g.d_total = clpti_view_of(m.d_total);
        CLPTI_TRY(clpti_merge_back(context, &(clpti_merge_back_args){.merge = g.merge,
                                                                     .cotangent = cotangent,
                                                                     .canvas = again.canvas,
                                                                     .complex = forward->complex,
                                                                     .total = again.total,
                                                                     .largest = again.largest,
                                                                     .groups = forward->groups,
                                                                     .pixels = pixels,
                                                                     .d_sum = g.d_sum,
                                                                     .d_total = g.d_total}));
    }
    CLPTI_TRY(pull(context, &g, targets));
cleanup:
    clpti_scratch_give(&d_sum);
    release(&m);
    return status;
}

void clpti_subtract_mean(double *pairs, int64_t count)
{
    double mean[2] = {0.0, 0.0};
    for (int64_t i = 0; i < 2 * count; i++) mean[i & 1] += pairs[i];
    for (int64_t i = 0; i < 2 * count; i++) pairs[i] -= mean[i & 1] / (double)count;
}

/* ---- groups ---- */

enum { PATCHES, COTANGENT, D_PATCHES, GROUP_OPERANDS };

typedef struct group_call {
    clpti_operand operands[GROUP_OPERANDS];
    clpti_reassemble_group_args args;
    double *slopes;       /* host [G, C, 2]; NULL: not requested */
    clpt_buffer *d_power; /* NULL: not requested */
} group_call;

static clpt_status group_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    group_call *call = user;
    call->args.patches = call->operands[PATCHES].view;
    call->args.groups = count;
    call->args.at.first = first * call->args.per_group;
    call->args.at.count = count * call->args.per_group;
    return clpti_merge_adjoint(
        context, &call->args, call->operands[COTANGENT].view,
        &(clpti_merge_targets){.patches = call->operands[PATCHES].view,
                               .d_patches = call->operands[D_PATCHES].view,
                               .slopes = call->slopes ? call->slopes + 2 * call->args.at.first : NULL,
                               .d_power = clpti_view_of(call->d_power)});
}

clpt_status clpt_reassemble_group_adjoint(clpt_context *context, const clpt_array *patches, const clpt_array *offsets,
                                          const clpt_array *probe, clpt_weight weight, clpt_centring centring,
                                          const clpt_array *cotangent, const clpt_array *d_patches,
                                          const clpt_array *d_offsets, const clpt_array *d_probe)
{
    static const char *const function = "clpt_reassemble_group_adjoint";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    clpti_positions positions = {0};
    clpt_buffer *power = NULL;
    group_call call = {0};
    CLPTI_TRY(clpti_check_group(context, function, patches, weight, "cotangent", cotangent));
    int64_t groups = patches->shape[0], each = patches->shape[1], side = patches->shape[2], outer = cotangent->shape[1];
    CLPTI_TRY(clpti_check_gradient(context, function, "d_patches", d_patches, patches));
    CLPTI_TRY(clpti_offset_positions(context, function, offsets, groups, each, centring, &positions));
    CLPTI_TRY(clpti_check_geometry_gradient(context, function, "d_offsets", d_offsets, offsets));
    if (weight == CLPT_WEIGHT_PROBE) CLPTI_TRY(clpti_compute_probe_power(context, function, probe, side, &power));
    if (d_probe && weight != CLPT_WEIGHT_PROBE)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                             "%s: only the probe weighting depends on the probe", function));
    if (d_probe) {
        CLPTI_TRY(clpti_check_gradient(context, function, "d_probe", d_probe, probe));
        CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, side * side, &call.d_power));
        CLPTI_TRY(clpti_zero(clpti_view_of(call.d_power), side * side));
    }
    if (d_offsets && !(call.slopes = clpti_calloc(groups * each, 2 * sizeof *call.slopes)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory", function));
    int64_t start = (outer - side) / 2;
    call.args = (clpti_reassemble_group_args){.complex = clpti_type_is_complex(patches->type),
                                              .per_group = each,
                                              .size = side,
                                              .at = {.positions = &positions, .shift_x = start, .shift_y = start},
                                              .weight = weight,
                                              .power = clpti_view_of(power),
                                              .side = outer};
    call.operands[PATCHES] = (clpti_operand){.array = patches, .per_item = each * side * side};
    call.operands[COTANGENT] = (clpti_operand){.array = cotangent, .per_item = outer * outer};
    call.operands[D_PATCHES] = (clpti_operand){.array = d_patches, .output = true, .per_item = each * side * side};
    int64_t extra = outer * outer * 2 * (int64_t)clpti_element_size(context, CLPTI_COMPLEX);
    CLPTI_TRY(clpti_run_pieces(context, call.operands, GROUP_OPERANDS, groups, extra, group_piece, &call));
    if (d_offsets && centring == CLPT_CENTRING_MEAN) clpti_subtract_mean(call.slopes, groups * each);
    if (d_offsets) clpti_write_geometry(d_offsets, call.slopes);
    if (d_probe) CLPTI_TRY(clpti_probe_gradient_from_power(context, probe, call.d_power, d_probe));
cleanup:
    free(call.slopes);
    clpti_scratch_give(&call.d_power);
    clpti_scratch_give(&power);
    clpti_positions_destroy(&positions);
    return status;
}

/* ---- scans ---- */

typedef struct scan_call {
    clpti_operand operands[2]; /* patches, d_patches */
    clpti_gather_args gather;
    clpti_merge_geometry g;
    double *slopes;
} scan_call;

static clpt_status merge_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    scan_call *call = user;
    call->gather.patches = call->operands[0].view;
    call->gather.at.first = first;
    call->gather.at.count = count;
    return clpti_gather(context, &call->gather);
}

static clpt_status pull_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    scan_call *call = user;
    call->g.at.first = first;
    call->g.at.count = count;
    return pull(context, &call->g,
                &(clpti_merge_targets){.patches = call->operands[0].view,
                                       .d_patches = call->operands[1].view,
                                       .slopes = call->slopes ? call->slopes + 2 * first : NULL});
}

/* The canvas again, with its total weight. */
static clpt_status merge_again(clpt_context *context, scan_call *call, int64_t patches, const merged *m)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = call->g.height * call->g.width;
    CLPTI_TRY(clpti_zero(clpti_view_of(m->canvas), pixels));
    CLPTI_TRY(clpti_zero(clpti_view_of(m->total), pixels));
    CLPTI_TRY(clpti_run_pieces(context, call->operands, 1, patches, 0, merge_piece, call));
    CLPTI_TRY(clpti_divide(context, &(clpti_divide_args){.canvas = clpti_view_of(m->canvas),
                                                         .weight_sum = clpti_view_of(m->total),
                                                         .complex = call->g.complex,
                                                         .count = pixels,
                                                         .epsilon = 1e-9}));
cleanup:
    return status;
}

typedef struct sum_call {
    clpti_operand operand; /* cotangent */
    clpti_merge_back_args args;
} sum_call;

static clpt_status sum_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    sum_call *call = user;
    (void)first;
    (void)count;
    call->args.cotangent = call->operand.view;
    return clpti_merge_back(context, &call->args);
}

clpt_status clpt_reassemble_scan_adjoint(clpt_context *context, const clpt_array *patches, const clpt_scan *scan,
                                         int64_t crop, const clpt_array *cotangent, const clpt_array *d_patches,
                                         const clpt_array *d_positions)
{
    static const char *const function = "clpt_reassemble_scan_adjoint";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    const clpti_positions *positions = NULL;
    merged m = {0};
    clpt_buffer *d_sum = NULL;
    scan_call call = {0};
    CLPTI_TRY(clpti_check_scan_merge(context, function, patches, scan, crop, "cotangent", cotangent));
    CLPTI_TRY(clpti_check_gradient(context, function, "d_patches", d_patches, patches));
    clpt_array like = {.type = CLPT_TYPE_F64, .rank = 2, .shape = {scan->positions.count, 2}};
    CLPTI_TRY(clpti_check_geometry_gradient(context, function, "d_positions", d_positions, &like));
    int64_t count = patches->shape[0], side = patches->shape[1], outer = cotangent->shape[0], pad = (outer - crop) / 2;
    bool complex = clpti_type_is_complex(patches->type);
    CLPTI_TRY(clpti_centred_positions(scan, &positions));
    CLPTI_TRY(reserve(context, complex, 1, outer * outer, &m));
    CLPTI_TRY(clpti_scratch_take(context, complex ? CLPTI_COMPLEX : CLPTI_REAL, outer * outer, &d_sum));
    if (d_positions && !(call.slopes = clpti_calloc(count, 2 * sizeof *call.slopes)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory", function));
    clpti_selection at = {.positions = positions, .shift_x = pad, .shift_y = pad};
    call.operands[0] = (clpti_operand){.array = patches, .per_item = side * side};
    call.operands[1] = (clpti_operand){.array = d_patches, .output = true, .per_item = side * side};
    call.gather = (clpti_gather_args){.complex = complex,
                                      .size = side,
                                      .crop = crop,
                                      .at = at,
                                      .canvas = clpti_view_of(m.canvas),
                                      .weight_sum = clpti_view_of(m.total),
                                      .height = outer,
                                      .width = outer};
    call.g = (clpti_merge_geometry){.merge = CLPTI_MERGE_SCAN,
                                    .complex = complex,
                                    .at = at,
                                    .size = side,
                                    .crop = crop,
                                    .height = outer,
                                    .width = outer,
                                    .d_sum = clpti_view_of(d_sum),
                                    .d_total = clpti_view_of(m.d_total)};
    CLPTI_TRY(merge_again(context, &call, count, &m));
    sum_call sums = {.operand = {.array = cotangent},
                     .args = {.merge = CLPTI_MERGE_SCAN,
                              .canvas = clpti_view_of(m.canvas),
                              .complex = complex,
                              .total = clpti_view_of(m.total),
                              .groups = 1,
                              .pixels = outer * outer,
                              .d_sum = call.g.d_sum,
                              .d_total = call.g.d_total}};
    CLPTI_TRY(clpti_run_pieces(context, &sums.operand, 1, 1, 0, sum_piece, &sums));
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 2, count, 0, pull_piece, &call));
    /* A position moves its block by +, an offset by −; the mean of the positions is subtracted first. */
    for (int64_t i = 0; d_positions && i < 2 * count; i++) call.slopes[i] = -call.slopes[i];
    if (d_positions) clpti_subtract_mean(call.slopes, count);
    if (d_positions) clpti_write_geometry(d_positions, call.slopes);
cleanup:
    free(call.slopes);
    clpti_scratch_give(&d_sum);
    release(&m);
    return status;
}
