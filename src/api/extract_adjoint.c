/* SPDX-License-Identifier: Apache-2.0 */
/* Adjoints of clpt_extract_scan and clpt_extract_group, and their gradients with respect to positions and offsets. */
#include <stdlib.h>

#include "arrays/patches.h"
#include "api/pieces.h"
#include "core/memory.h"
#include "ops/adjoint.h"

enum { IMAGES, COTANGENT, D_IMAGES, OPERANDS };

typedef struct adjoint_call {
    clpti_operand operands[OPERANDS];
    clpti_slope_args slope;
    clpti_gather_args gather;          /* scans */
    clpti_reassemble_group_args merge; /* groups */
    double *slopes;                    /* host, [positions, 2]; NULL: not requested */
} adjoint_call;

/* The derivative with respect to the positions of this piece, times sign. */
static clpt_status slopes_of(clpt_context *context, adjoint_call *call, int64_t first, int64_t count, double sign)
{
    call->slope.images = call->operands[IMAGES].view;
    call->slope.cotangent = call->operands[COTANGENT].view;
    call->slope.at.first = first;
    call->slope.at.count = count;
    return clpti_slope_read(context, &call->slope, sign, call->slopes + 2 * first);
}

static clpt_status scan_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    adjoint_call *call = user;
    clpt_status status = CLPT_OK;
    if (call->operands[D_IMAGES].array) {
        call->gather.patches = call->operands[COTANGENT].view;
        call->gather.canvas = call->operands[D_IMAGES].view;
        call->gather.at.first = first;
        call->gather.at.count = count;
        if (first == 0) CLPTI_TRY(clpti_zero(call->gather.canvas, call->gather.height * call->gather.width));
        CLPTI_TRY(clpti_gather(context, &call->gather));
    }
    if (call->slopes) CLPTI_TRY(slopes_of(context, call, first, count, 1.0));
cleanup:
    return status;
}

static clpt_status reserve_slopes(clpt_context *context, const char *function, adjoint_call *call, int64_t count)
{
    call->slopes = clpti_calloc(count, 2 * sizeof *call->slopes);
    if (call->slopes) return CLPT_OK;
    return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory", function);
}

clpt_status clpt_extract_scan_adjoint(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                                      const clpt_array *cotangent, const clpt_array *d_object,
                                      const clpt_array *d_positions)
{
    static const char *const function = "clpt_extract_scan_adjoint";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    adjoint_call call = {0};
    CLPTI_TRY(clpti_check_array(context, function, "object", object, 2, 2, CLPTI_KIND_ANY));
    bool complex = clpti_type_is_complex(object->type);
    CLPTI_TRY(clpti_check_array(context, function, "cotangent", cotangent, 3, 3,
                                complex ? CLPTI_KIND_COMPLEX : CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_square(context, function, "cotangent", cotangent));
    CLPTI_TRY(clpti_check_scan(context, function, scan, "cotangent", cotangent));
    CLPTI_TRY(clpti_check_gradient(context, function, "d_object", d_object, object));
    clpt_array positions = {.type = CLPT_TYPE_F64, .rank = 2, .shape = {scan->positions.count, 2}};
    CLPTI_TRY(clpti_check_geometry_gradient(context, function, "d_positions", d_positions, &positions));
    int64_t side = cotangent->shape[1], height = object->shape[0], width = object->shape[1];
    clpti_selection at = {.positions = &scan->positions, .shift_x = -(side / 2), .shift_y = -(side / 2)};
    if (d_positions) CLPTI_TRY(reserve_slopes(context, function, &call, scan->positions.count));
    call.operands[IMAGES].array = d_positions ? object : NULL;
    call.operands[COTANGENT] = (clpti_operand){.array = cotangent, .per_item = side * side};
    call.operands[D_IMAGES] = (clpti_operand){.array = d_object, .output = true};
    call.gather =
        (clpti_gather_args){.complex = complex, .size = side, .crop = side, .at = at, .height = height, .width = width};
    call.slope = (clpti_slope_args){
        .complex = complex, .height = height, .width = width, .at = at, .rows = side, .columns = side};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, OPERANDS, cotangent->shape[0], 0, scan_piece, &call));
    if (d_positions) clpti_write_geometry(d_positions, call.slopes);
cleanup:
    free(call.slopes);
    return status;
}

static clpt_status group_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    adjoint_call *call = user;
    int64_t each = call->slope.per_image;
    clpt_status status = CLPT_OK;
    if (call->operands[D_IMAGES].array) {
        call->merge.patches = call->operands[COTANGENT].view;
        call->merge.canvas = call->operands[D_IMAGES].view;
        call->merge.groups = count;
        call->merge.at.first = first * each;
        call->merge.at.count = count * each;
        CLPTI_TRY(clpti_reassemble_group(context, &call->merge));
    }
    if (call->slopes)
        CLPTI_TRY(slopes_of(context, call, first * each, count * each, -1.0)); /* the position is
                                                                                * −offset */
cleanup:
    return status;
}

clpt_status clpt_extract_group_adjoint(clpt_context *context, const clpt_array *canvas, const clpt_array *offsets,
                                       const clpt_array *cotangent, const clpt_array *d_canvas,
                                       const clpt_array *d_offsets)
{
    static const char *const function = "clpt_extract_group_adjoint";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    clpti_positions positions = {0};
    adjoint_call call = {0};
    CLPTI_TRY(clpti_check_array(context, function, "canvas", canvas, 3, 3, CLPTI_KIND_ANY));
    CLPTI_TRY(clpti_check_square(context, function, "canvas", canvas));
    bool complex = clpti_type_is_complex(canvas->type);
    CLPTI_TRY(clpti_check_array(context, function, "cotangent", cotangent, 4, 4,
                                complex ? CLPTI_KIND_COMPLEX : CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_square(context, function, "cotangent", cotangent));
    int64_t groups = cotangent->shape[0], each = cotangent->shape[1], side = cotangent->shape[2],
            outer = canvas->shape[1];
    CLPTI_TRY(clpti_check_shape(context, function, "canvas", canvas, 3, (int64_t[]){groups, outer, outer},
                                "one canvas for each group of patches"));
    if (side > outer)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                             "%s: patches of side %lld do not fit a canvas of side %lld", function, (long long)side,
                             (long long)outer));
    CLPTI_TRY(clpti_check_gradient(context, function, "d_canvas", d_canvas, canvas));
    CLPTI_TRY(clpti_offset_positions(context, function, offsets, groups, each, CLPT_CENTRING_NONE, &positions));
    CLPTI_TRY(clpti_check_geometry_gradient(context, function, "d_offsets", d_offsets, offsets));
    if (d_offsets) CLPTI_TRY(reserve_slopes(context, function, &call, groups * each));
    clpti_selection at = {.positions = &positions, .shift_x = (outer - side) / 2, .shift_y = (outer - side) / 2};
    call.operands[IMAGES] = (clpti_operand){.array = d_offsets ? canvas : NULL, .per_item = outer * outer};
    call.operands[COTANGENT] = (clpti_operand){.array = cotangent, .per_item = each * side * side};
    call.operands[D_IMAGES] = (clpti_operand){.array = d_canvas, .output = true, .per_item = outer * outer};
    call.merge = (clpti_reassemble_group_args){
        .complex = complex, .per_group = each, .size = side, .at = at, .weight = CLPT_WEIGHT_NONE, .side = outer};
    call.slope = (clpti_slope_args){.complex = complex,
                                    .height = outer,
                                    .width = outer,
                                    .per_image = each,
                                    .at = at,
                                    .rows = side,
                                    .columns = side};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, OPERANDS, groups, 0, group_piece, &call));
    if (d_offsets) clpti_write_geometry(d_offsets, call.slopes);
cleanup:
    free(call.slopes);
    clpti_positions_destroy(&positions);
    return status;
}
