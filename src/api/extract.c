/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_extract_scan and clpt_extract_group: patches of an object or of canvases. */
#include "arrays/patches.h"
#include "api/pieces.h"

typedef struct extract_call {
    clpti_operand operands[2]; /* images, patches */
    clpti_extract_args args;
} extract_call;

static clpt_status piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    extract_call *call = user;
    int64_t per_item = call->args.per_image ? call->args.per_image : 1; /* positions per item of the batch */
    call->args.images = call->operands[0].view;
    call->args.patches = call->operands[1].view;
    call->args.at.first = first * per_item;
    call->args.at.count = count * per_item;
    return clpti_extract(context, &call->args);
}

static clpti_kind same_kind(const clpt_array *array)
{
    return clpti_type_is_complex(array->type) ? CLPTI_KIND_COMPLEX : CLPTI_KIND_REAL;
}

clpt_status clpt_extract_scan(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                              const clpt_array *patches)
{
    static const char *const function = "clpt_extract_scan";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_check_array(context, function, "object", object, 2, 2, CLPTI_KIND_ANY));
    CLPTI_TRY(clpti_check_array(context, function, "patches", patches, 3, 3, same_kind(object)));
    CLPTI_TRY(clpti_check_square(context, function, "patches", patches));
    CLPTI_TRY(clpti_check_scan(context, function, scan, "patches", patches));
    int64_t side = patches->shape[1];
    extract_call call = {.operands = {{.array = object}, {.array = patches, .output = true, .per_item = side * side}},
                         .args = {.complex = clpti_type_is_complex(object->type),
                                  .height = object->shape[0],
                                  .width = object->shape[1],
                                  .at = {.positions = &scan->positions, .shift_x = -(side / 2), .shift_y = -(side / 2)},
                                  .rows = side,
                                  .columns = side}};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 2, patches->shape[0], 0, piece, &call));
cleanup:
    return status;
}

clpt_status clpt_extract_group(clpt_context *context, const clpt_array *canvas, const clpt_array *offsets,
                               const clpt_array *patches)
{
    static const char *const function = "clpt_extract_group";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    clpti_positions positions = {0};
    CLPTI_TRY(clpti_check_array(context, function, "canvas", canvas, 3, 3, CLPTI_KIND_ANY));
    CLPTI_TRY(clpti_check_square(context, function, "canvas", canvas));
    CLPTI_TRY(clpti_check_array(context, function, "patches", patches, 4, 4, same_kind(canvas)));
    CLPTI_TRY(clpti_check_square(context, function, "patches", patches));
    int64_t groups = patches->shape[0], per_group = patches->shape[1], side = patches->shape[2],
            outer = canvas->shape[1];
    CLPTI_TRY(clpti_check_shape(context, function, "canvas", canvas, 3, (int64_t[]){groups, outer, outer},
                                "one canvas for each group of patches"));
    if (side > outer)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                             "%s: patches of side %lld do not fit a canvas of side %lld", function, (long long)side,
                             (long long)outer));
    CLPTI_TRY(clpti_offset_positions(context, function, offsets, groups, per_group, CLPT_CENTRING_NONE, &positions));
    int64_t start = (outer - side) / 2;
    extract_call call = {.operands = {{.array = canvas, .per_item = outer * outer},
                                      {.array = patches, .output = true, .per_item = per_group * side * side}},
                         .args = {.complex = clpti_type_is_complex(canvas->type),
                                  .height = outer,
                                  .width = outer,
                                  .per_image = per_group,
                                  .at = {.positions = &positions, .shift_x = start, .shift_y = start},
                                  .rows = side,
                                  .columns = side}};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 2, groups, 0, piece, &call));
cleanup:
    clpti_positions_destroy(&positions);
    return status;
}
