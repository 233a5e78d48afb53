/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_reassemble_group and clpt_reassemble_scan: patches merged onto canvases. */
#include "api/merge.h"
#include "api/pieces.h"

/* ---- groups ---- */

typedef struct group_call {
    clpti_operand operands[2]; /* patches, canvas */
    clpti_reassemble_group_args args;
} group_call;

static clpt_status group_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    group_call *call = user;
    call->args.patches = call->operands[0].view;
    call->args.canvas = call->operands[1].view;
    call->args.groups = count;
    call->args.at.first = first * call->args.per_group;
    call->args.at.count = count * call->args.per_group;
    return clpti_reassemble_group(context, &call->args);
}

typedef struct power_call {
    clpti_operand operand; /* probe */
    clpti_power_args args;
} power_call;

static clpt_status power_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    power_call *call = user;
    (void)first;
    (void)count;
    call->args.modes = call->operand.view;
    return clpti_power(context, &call->args);
}

clpt_status clpti_compute_probe_power(clpt_context *context, const char *function, const clpt_array *probe,
                                      int64_t side, clpt_buffer **power)
{
    clpt_status status = CLPT_OK;
    int64_t modes = 0;
    CLPTI_TRY(clpti_check_probe(context, function, probe, side, &modes));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, side * side, power));
    power_call call = {.operand = {.array = probe},
                       .args = {.mode_count = modes, .count = side * side, .power = clpti_view_of(*power)}};
    CLPTI_TRY(clpti_run_pieces(context, &call.operand, 1, 1, 0, power_piece, &call));
cleanup:
    return status;
}

typedef struct probe_call {
    clpti_operand operands[2]; /* probe, d_probe */
    clpti_scale_by_args args;
} probe_call;

static clpt_status probe_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    probe_call *call = user;
    (void)first;
    (void)count;
    call->args.field = call->operands[0].view;
    call->args.out = call->operands[1].view;
    return clpti_scale_by(context, &call->args);
}

clpt_status clpti_probe_gradient_from_power(clpt_context *context, const clpt_array *probe, clpt_buffer *d_power,
                                            const clpt_array *d_probe)
{
    int64_t side = probe->shape[probe->rank - 1];
    probe_call call = {.operands = {{.array = probe}, {.array = d_probe, .output = true}},
                       .args = {.real = clpti_view_of(d_power),
                                .repeats = probe->rank == 3 ? probe->shape[0] : 1,
                                .count = side * side,
                                .factor = 2.0}};
    return clpti_run_pieces(context, call.operands, 2, 1, 0, probe_piece, &call);
}

clpt_status clpti_check_group(clpt_context *context, const char *function, const clpt_array *patches,
                              clpt_weight weight, const char *name, const clpt_array *canvas)
{
    clpt_status status = CLPT_OK;
    if ((unsigned)weight > CLPT_WEIGHT_PROBE)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: unknown weight %d", function, (int)weight));
    CLPTI_TRY(clpti_check_array(context, function, "patches", patches, 4, 4, CLPTI_KIND_ANY));
    CLPTI_TRY(clpti_check_square(context, function, "patches", patches));
    bool complex = clpti_type_is_complex(patches->type);
    CLPTI_TRY(clpti_check_array(context, function, name, canvas, 3, 3, complex ? CLPTI_KIND_COMPLEX : CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_square(context, function, name, canvas));
    int64_t groups = patches->shape[0], side = patches->shape[2], outer = canvas->shape[1];
    CLPTI_TRY(clpti_check_shape(context, function, name, canvas, 3, (int64_t[]){groups, outer, outer},
                                "one canvas for each group of patches"));
    if (side > outer)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                             "%s: patches of side %lld do not fit a canvas of side %lld", function, (long long)side,
                             (long long)outer));
cleanup:
    return status;
}

clpt_status clpt_reassemble_group(clpt_context *context, const clpt_array *patches, const clpt_array *offsets,
                                  const clpt_array *probe, clpt_weight weight, clpt_centring centring,
                                  const clpt_array *canvas)
{
    static const char *const function = "clpt_reassemble_group";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    clpti_positions positions = {0};
    clpt_buffer *power = NULL;
    CLPTI_TRY(clpti_check_group(context, function, patches, weight, "canvas", canvas));
    int64_t groups = patches->shape[0], per_group = patches->shape[1], side = patches->shape[2],
            outer = canvas->shape[1];
    CLPTI_TRY(clpti_offset_positions(context, function, offsets, groups, per_group, centring, &positions));
    if (weight == CLPT_WEIGHT_PROBE) CLPTI_TRY(clpti_compute_probe_power(context, function, probe, side, &power));
    int64_t start = (outer - side) / 2;
    group_call call = {.operands = {{.array = patches, .per_item = per_group * side * side},
                                    {.array = canvas, .output = true, .per_item = outer * outer}},
                       .args = {.complex = clpti_type_is_complex(patches->type),
                                .per_group = per_group,
                                .size = side,
                                .at = {.positions = &positions, .shift_x = start, .shift_y = start},
                                .weight = weight,
                                .power = clpti_view_of(power),
                                .side = outer}};
    int64_t extra = weight == CLPT_WEIGHT_PROBE ? outer * outer * (int64_t)clpti_element_size(context, CLPTI_REAL) : 0;
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 2, groups, extra, group_piece, &call));
cleanup:
    clpti_scratch_give(&power);
    clpti_positions_destroy(&positions);
    return status;
}

/* ---- scans ---- */

typedef struct scan_call {
    clpti_operand operands[2]; /* patches, canvas */
    clpti_gather_args args;
    int64_t patches;
} scan_call;

/* The canvas starts at 0 before the first piece and is divided after the last. */
static clpt_status scan_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    scan_call *call = user;
    clpti_gather_args *a = &call->args;
    int64_t pixels = a->height * a->width;
    clpt_status status = CLPT_OK;
    a->patches = call->operands[0].view;
    a->canvas = call->operands[1].view;
    a->at.first = first;
    a->at.count = count;
    if (first == 0) {
        CLPTI_TRY(clpti_zero(a->canvas, pixels));
        CLPTI_TRY(clpti_zero(a->weight_sum, pixels));
    }
    CLPTI_TRY(clpti_gather(context, a));
    if (first + count == call->patches)
        CLPTI_TRY(clpti_divide(context, &(clpti_divide_args){.canvas = a->canvas,
                                                             .weight_sum = a->weight_sum,
                                                             .complex = a->complex,
                                                             .count = pixels,
                                                             .epsilon = 1e-9}));
cleanup:
    return status;
}

clpt_status clpti_check_scan_merge(clpt_context *context, const char *function, const clpt_array *patches,
                                   const clpt_scan *scan, int64_t crop, const char *name, const clpt_array *canvas)
{
    clpt_status status = CLPT_OK;
    int64_t side = 0;
    CLPTI_TRY(clpti_check_array(context, function, "patches", patches, 3, 3, CLPTI_KIND_ANY));
    CLPTI_TRY(clpti_check_square(context, function, "patches", patches));
    CLPTI_TRY(clpti_check_scan(context, function, scan, "patches", patches));
    if (crop < 1 || crop > patches->shape[1])
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: a crop of %lld of patches of side %lld",
                             function, (long long)crop, (long long)patches->shape[1]));
    bool complex = clpti_type_is_complex(patches->type);
    CLPTI_TRY(clpti_check_array(context, function, name, canvas, 2, 2, complex ? CLPTI_KIND_COMPLEX : CLPTI_KIND_REAL));
    CLPTI_TRY(clpt_scan_get_canvas(scan, crop, &side, NULL));
    CLPTI_TRY(clpti_check_shape(context, function, name, canvas, 2, (int64_t[]){side, side}, "clpt_scan_get_canvas"));
cleanup:
    return status;
}

clpt_status clpt_reassemble_scan(clpt_context *context, const clpt_array *patches, const clpt_scan *scan, int64_t crop,
                                 const clpt_array *canvas)
{
    static const char *const function = "clpt_reassemble_scan";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    const clpti_positions *positions = NULL;
    clpt_buffer *weight_sum = NULL;
    CLPTI_TRY(clpti_check_scan_merge(context, function, patches, scan, crop, "canvas", canvas));
    int64_t side = patches->shape[1], outer = canvas->shape[0], pad = (outer - crop) / 2;
    CLPTI_TRY(clpti_centred_positions(scan, &positions));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, outer * outer, &weight_sum));
    scan_call call = {.operands = {{.array = patches, .per_item = side * side}, {.array = canvas, .output = true}},
                      .patches = patches->shape[0],
                      .args = {.complex = clpti_type_is_complex(patches->type),
                               .size = side,
                               .crop = crop,
                               .at = {.positions = positions, .shift_x = pad, .shift_y = pad},
                               .weight_sum = clpti_view_of(weight_sum),
                               .height = outer,
                               .width = outer}};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 2, patches->shape[0], 0, scan_piece, &call));
cleanup:
    clpti_scratch_give(&weight_sum);
    return status;
}
