/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on host arrays, in pieces that fit on the device. */
#include "api/pieces.h"

#include "arrays/check.h"

static clpti_element element_of(const clpti_operand *o)
{
    return clpti_type_is_complex(o->array->type) ? CLPTI_COMPLEX : CLPTI_REAL;
}

static bool staged(const clpti_operand *o)
{
    return o->array && o->array->data;
}

/* Bytes of `elements` of an operand as the context stores them. */
static uint64_t stored_bytes(const clpt_context *context, const clpti_operand *o, int64_t elements)
{
    return (uint64_t)elements * clpti_element_size(context, element_of(o));
}

/* Maximum number of items within the memory limit and the largest allocation; at least 1. */
static int64_t items_per_piece(const clpt_context *context, const clpti_operand *operands, int count, int64_t items,
                               int64_t extra)
{
    uint64_t limit = context->memory_limit, largest = context->device.largest_allocation;
    uint64_t fixed = 0, per_item = (uint64_t)extra, widest = 1;
    bool any = false;
    for (const clpti_operand *o = operands; o < operands + count; o++) {
        if (!staged(o)) continue;
        if (!o->per_item) {
            fixed += stored_bytes(context, o, clpti_array_elements(o->array));
            continue;
        }
        uint64_t bytes = stored_bytes(context, o, o->per_item);
        per_item += bytes;
        if (bytes > widest) widest = bytes;
        any = true;
    }
    if (!any) return items;
    uint64_t maximum = (uint64_t)items;
    if (limit) {
        uint64_t capacity = limit > fixed ? (limit - fixed) / (per_item ? per_item : 1) : 0;
        if (capacity < maximum) maximum = capacity;
    }
    if (largest && largest / widest < maximum) maximum = largest / widest;
    return maximum ? (int64_t)maximum : 1;
}

/* Staging memory: for a piece, or for the whole of an array that is not split. */
static clpt_status reserve(clpt_context *context, clpti_operand *o, int64_t piece)
{
    if (!o->array) return CLPT_OK;
    if (!staged(o)) {
        o->view = (clpti_view){o->array->buffer, o->array->offset};
        return CLPT_OK;
    }
    int64_t elements = o->per_item ? piece * o->per_item : clpti_array_elements(o->array);
    clpt_status status = clpti_scratch_take(context, element_of(o), elements, &o->staged);
    if (status == CLPT_OK) o->view = clpti_view_of(o->staged);
    if (status == CLPT_OK && !o->per_item && !o->output)
        status = clpti_field_upload(o->view, o->array->data, o->array->type, elements);
    return status;
}

static char *host_piece(const clpti_operand *o, int64_t first)
{
    return (char *)o->array->data + (size_t)(first * o->per_item) * clpti_type_bytes(o->array->type);
}

/* Before a piece: uploads inputs, and advances views of buffers. */
static clpt_status enter(clpti_operand *o, int64_t first, int64_t count)
{
    if (!o->array || !o->per_item) return CLPT_OK;
    if (!staged(o)) o->view.offset = o->array->offset + first * o->per_item;
    if (!staged(o) || o->output) return CLPT_OK;
    return clpti_field_upload(o->view, host_piece(o, first), o->array->type, count * o->per_item);
}

static clpt_status leave(clpti_operand *o, int64_t first, int64_t count)
{
    if (!staged(o) || !o->per_item || !o->output) return CLPT_OK;
    return clpti_field_download(o->view, host_piece(o, first), o->array->type, count * o->per_item);
}

clpt_status clpti_run_pieces(clpt_context *context, clpti_operand *operands, int operand_count, int64_t items,
                             int64_t extra, clpti_piece body, void *user)
{
    clpt_status status = CLPT_OK;
    clpti_operand *end = operands + operand_count;
    int64_t piece = items_per_piece(context, operands, operand_count, items, extra);
    for (clpti_operand *o = operands; o < end; o++) CLPTI_TRY(reserve(context, o, piece));
    for (int64_t first = 0; first < items; first += piece) {
        int64_t count = items - first < piece ? items - first : piece;
        for (clpti_operand *o = operands; o < end; o++) CLPTI_TRY(enter(o, first, count));
        CLPTI_TRY(body(context, user, first, count));
        for (clpti_operand *o = operands; o < end; o++) CLPTI_TRY(leave(o, first, count));
    }
    for (clpti_operand *o = operands; o < end; o++)
        if (staged(o) && o->output && !o->per_item)
            CLPTI_TRY(clpti_field_download(o->view, o->array->data, o->array->type, clpti_array_elements(o->array)));
cleanup:
    for (clpti_operand *o = operands; o < end; o++) clpti_scratch_give(&o->staged);
    return status;
}
