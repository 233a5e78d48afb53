/* SPDX-License-Identifier: Apache-2.0 */
/* Batches: checks, positions, and inputs of a piece. */
#include "network/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arrays/patches.h"
#include "core/memory.h"
#include "core/struct_size.h"
#include "ops/layers.h"

static const clpti_struct batch_struct = {"clpt_network_batch", sizeof(clpt_network_batch), NULL};

static clpt_status check(clpt_network *n, const char *function, clpt_network_batch *b)
{
    clpt_context *context = n->context;
    clpt_status status = CLPT_OK;
    int64_t side = n->options.side, channels = clpti_network_channels(n);
    CLPTI_TRY(clpti_check_array(context, function, "amplitudes", b->amplitudes, 3, 4, CLPTI_KIND_REAL));
    const int64_t *shape = b->amplitudes->shape + b->amplitudes->rank - 2;
    if (shape[0] != side || shape[1] != side)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                          "%s: amplitudes are %lld x %lld; the network's side is %lld", function, (long long)shape[0],
                          (long long)shape[1], (long long)side);
    if (b->groups < 1 || b->groups > INT32_MAX / channels || !b->offsets)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: %s", function,
                          b->offsets ? "groups must be at least 1" : "offsets is NULL");
    if (!(b->gain >= 0) || isinf(b->gain))
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: gain is %g; it must be positive", function,
                          b->gain);
    if (b->gain == 0) b->gain = 1;
    if (!b->mask) return CLPT_OK;
    CLPTI_TRY(clpti_check_array(context, function, "mask", b->mask, 2, 2, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_shape(context, function, "mask", b->mask, 2, CLPT_SHAPE(side, side), "the network's side"));
cleanup:
    return status;
}

static clpt_status read_indices(clpt_network *n, const char *function, clpti_batch *batch)
{
    const clpt_network_batch *b = &batch->given;
    int64_t patterns = clpti_array_elements(b->amplitudes) / (n->options.side * n->options.side);
    int64_t count = b->groups * clpti_network_channels(n);
    batch->indices = clpti_malloc(count, sizeof *batch->indices);
    if (!batch->indices)
        return clpti_fail(&n->context->message, CLPT_ERROR_MEMORY, "%s: no host memory for %lld groups", function,
                          (long long)b->groups);
    for (int64_t i = 0; i < count; i++) {
        int64_t index = b->indices ? b->indices[i] : i;
        if (index < 0 || index >= patterns || index > INT32_MAX)
            return clpti_fail(&n->context->message, CLPT_ERROR_ARGUMENT,
                              "%s: pattern %lld of group %lld is %lld; there are %lld amplitudes", function,
                              (long long)(i % clpti_network_channels(n)), (long long)(i / clpti_network_channels(n)),
                              (long long)index, (long long)patterns);
        batch->indices[i] = (int32_t)index;
    }
    return CLPT_OK;
}

/* ---- pieces ---- */

/* Bytes per group of tensors, their gradients, and fields. */
static int64_t group_bytes(const clpt_network *n)
{
    int64_t elements = 0, maximum = 0, side = n->options.side, canvas = n->options.canvas;
    for (int i = 0; i < n->plan.tensor_count; i++) {
        int64_t own = clpti_tensor_elements(&n->plan.tensors[i]);
        elements += own;
        if (own > maximum) maximum = own;
    }
    elements += 4 * maximum + clpti_network_channels(n) * side * side * (8 + 2 * n->modes) + 6 * canvas * canvas;
    return elements * (int64_t)clpti_element_size(n->context, CLPTI_REAL);
}

/* Memory of the tensors for a piece. */
static clpt_status reserve(clpt_network *n, int64_t groups)
{
    clpt_status status = CLPT_OK;
    if (groups <= n->capacity) return CLPT_OK;
    n->capacity = 0;
    for (int i = 0; i < n->plan.tensor_count; i++) {
        clpt_buffer_destroy(&n->tensors[i]);
        CLPTI_TRY(clpti_buffer_create(n->context, CLPTI_REAL, groups * clpti_tensor_elements(&n->plan.tensors[i]),
                                      &n->tensors[i]));
    }
    n->capacity = groups;
cleanup:
    return status;
}

static clpt_status plan_pieces(clpt_network *n, clpti_batch *batch)
{
    clpt_status status = CLPT_OK;
    int64_t side = n->options.side, channels = clpti_network_channels(n);
    int64_t fit = (int64_t)(n->context->memory_limit / (uint64_t)group_bytes(n));
    batch->piece = fit < 1 ? 1 : fit < batch->given.groups ? fit : batch->given.groups;
    CLPTI_TRY(reserve(n, batch->piece));
    CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_REAL, batch->piece * channels * side * side, &batch->counts));
    if (batch->given.amplitudes->data)
        CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_REAL, batch->piece * channels * side * side, &batch->uploaded));
    else if (!clpti_is_reference(n->context)) {
        CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_INDEX, batch->given.groups * channels, &batch->order.device));
        CLPTI_TRY(clpti_upload(clpti_view_of(batch->order.device), batch->indices, batch->given.groups * channels));
    }
    batch->order.host = batch->indices;
    if (!batch->given.mask) return CLPT_OK;
    CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_REAL, side * side, &batch->mask));
    clpt_array mask = clpt_array_device(batch->mask, 0, 2, CLPT_SHAPE(side, side));
    CLPTI_TRY(clpt_array_copy(n->context, batch->given.mask, &mask));
cleanup:
    return status;
}

clpt_status clpti_batch_open(clpt_network *n, const char *function, const clpt_network_batch *given, clpti_batch *batch)
{
    clpt_status status = CLPT_OK;
    clpt_context *context = n->context;
    *batch = (clpti_batch){0};
    if (!given) return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: batch is NULL", function);
    CLPTI_TRY(clpti_struct_read(&batch_struct, function, given, &batch->given, &context->message));
    CLPTI_TRY(check(n, function, &batch->given));
    CLPTI_TRY(read_indices(n, function, batch));
    int64_t channels = clpti_network_channels(n);
    clpt_array offsets =
        clpt_array_host(batch->given.offsets, CLPT_TYPE_F64, 3, CLPT_SHAPE(batch->given.groups, channels, 2));
    CLPTI_TRY(clpti_offset_positions(context, function, &offsets, batch->given.groups, channels, CLPT_CENTRING_NONE,
                                     &batch->positions));
    CLPTI_TRY(plan_pieces(n, batch));
cleanup:
    return status;
}

void clpti_batch_close(clpti_batch *batch)
{
    clpti_scratch_give(&batch->counts);
    clpti_scratch_give(&batch->mask);
    clpti_scratch_give(&batch->uploaded);
    clpti_scratch_give(&batch->order.device);
    clpti_positions_destroy(&batch->positions);
    free(batch->indices);
    batch->indices = NULL;
}

/* Host amplitudes of a piece, in the order of its patterns. */
static clpt_status upload(clpt_network *n, clpti_batch *batch, int64_t first, int64_t count)
{
    clpt_status status = CLPT_OK;
    const clpt_array *from = batch->given.amplitudes;
    int64_t pixels = n->options.side * n->options.side, channels = clpti_network_channels(n);
    size_t bytes = (size_t)pixels * clpti_type_bytes(from->type);
    char *packed = clpti_malloc(count * channels, bytes);
    if (!packed) return clpti_fail(&n->context->message, CLPT_ERROR_MEMORY, "no host memory for a batch");
    for (int64_t k = 0; k < count * channels; k++)
        memcpy(packed + (size_t)k * bytes,
               (const char *)from->data + (size_t)batch->indices[first * channels + k] * bytes, bytes);
    CLPTI_TRY(clpti_field_upload(clpti_view_of(batch->uploaded), packed, from->type, count * channels * pixels));
cleanup:
    free(packed);
    return status;
}

clpt_status clpti_batch_load(clpt_network *n, clpti_batch *batch, int64_t first, int64_t count)
{
    clpt_status status = CLPT_OK;
    const clpt_array *from = batch->given.amplitudes;
    int64_t channels = clpti_network_channels(n);
    clpti_stack_args args = {.groups = count,
                             .channels = channels,
                             .size = n->options.side,
                             .gain = batch->given.gain,
                             .scale = n->options.scale * batch->given.gain,
                             .stacked = clpti_view_of(n->tensors[0]),
                             .counts = clpti_view_of(batch->counts)};
    if (from->data) {
        CLPTI_TRY(upload(n, batch, first, count));
        args.amplitudes = clpti_view_of(batch->uploaded);
    } else {
        args.amplitudes = (clpti_view){from->buffer, from->offset};
        args.order = &batch->order;
        args.first = first * channels;
    }
    CLPTI_TRY(clpti_stack(n->context, &args));
cleanup:
    return status;
}
