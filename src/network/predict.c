/* SPDX-License-Identifier: Apache-2.0 */
/* Predictions of batches, and outputs of single layers. */
#include <stdlib.h>
#include <string.h>

#include "arrays/check.h"
#include "core/memory.h"
#include "core/struct_size.h"
#include "network/network.h"
#include "ops/layers.h"

static const clpti_struct prediction_struct = {"clpt_network_prediction", sizeof(clpt_network_prediction), NULL};

/* A result of G groups: memory of a piece, copied to the caller's array when the piece is done. */
typedef struct result {
    const clpt_array *array;
    int64_t per_group; /* elements */
} result;

/* Elements first … of an array from a view of the same kind. */
static clpt_status put(const result *r, int64_t first, int64_t count, clpti_view from)
{
    const clpt_array *a = r->array;
    int64_t at = first * r->per_group, elements = count * r->per_group;
    if (!a->data) return clpti_copy(from, (clpti_view){a->buffer, a->offset + at}, elements);
    return clpti_field_download(from, (char *)a->data + (size_t)at * clpti_type_bytes(a->type), a->type, elements);
}

static clpt_status check(clpt_network *n, const char *name, const clpt_array *array, int rank, const int64_t *shape,
                         clpti_kind kind, result *r)
{
    static const char *const function = "clpt_network_predict";
    clpt_status status = CLPT_OK;
    if (!array) return CLPT_OK;
    CLPTI_TRY(clpti_check_array(n->context, function, name, array, rank, rank, kind));
    CLPTI_TRY(clpti_check_shape(n->context, function, name, array, rank, shape, "from batch and options"));
    *r = (result){array, clpti_array_elements(array) / shape[0]};
cleanup:
    return status;
}

typedef struct results {
    result patches, object, canvas, intensity;
} results;

static clpt_status check_all(clpt_network *n, const clpt_network_prediction *p, int64_t groups, results *r)
{
    clpt_status status = CLPT_OK;
    int64_t side = n->options.side, outer = n->options.canvas, channels = clpti_network_channels(n);
    const int64_t each[4] = {groups, channels, side, side};
    *r = (results){0};
    CLPTI_TRY(check(n, "patches", p->patches, 4, each, CLPTI_KIND_COMPLEX, &r->patches));
    CLPTI_TRY(check(n, "intensity", p->intensity, 4, each, CLPTI_KIND_REAL, &r->intensity));
    CLPTI_TRY(check(n, "object", p->object, 3, CLPT_SHAPE(groups, side, side), CLPTI_KIND_COMPLEX, &r->object));
    CLPTI_TRY(check(n, "canvas", p->canvas, 3, CLPT_SHAPE(groups, outer, outer), CLPTI_KIND_COMPLEX, &r->canvas));
cleanup:
    return status;
}

/* The central side×side pixels of each canvas. */
static clpt_status put_object(clpt_network *n, const result *r, int64_t first, int64_t count,
                              const clpti_field_piece *piece)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *central = NULL;
    clpti_positions starts = {0};
    int64_t side = n->options.side, outer = n->options.canvas;
    double *zeros = clpti_calloc(count, 2 * sizeof *zeros);
    if (!zeros) return clpti_fail(&n->context->message, CLPT_ERROR_MEMORY, "clpt_network_predict: no host memory");
    CLPTI_TRY(clpti_positions_create(n->context, zeros, count, &starts));
    CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_COMPLEX, count * side * side, &central));
    CLPTI_TRY(clpti_extract(
        n->context,
        &(clpti_extract_args){
            .images = clpti_view_of(piece->canvas),
            .complex = true,
            .height = outer,
            .width = outer,
            .per_image = 1,
            .at = {.positions = &starts, .count = count, .shift_x = (outer - side) / 2, .shift_y = (outer - side) / 2},
            .patches = clpti_view_of(central),
            .rows = side,
            .columns = side}));
    CLPTI_TRY(put(r, first, count, clpti_view_of(central)));
cleanup:
    clpti_positions_destroy(&starts);
    free(zeros);
    clpti_scratch_give(&central);
    return status;
}

static clpt_status put_intensity(clpt_network *n, const result *r, int64_t first, int64_t count,
                                 const clpti_field_piece *piece)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *intensity = NULL;
    CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_REAL, count * r->per_group, &intensity));
    clpti_forward_args forward = piece->forward;
    forward.out = clpti_view_of(intensity);
    CLPTI_TRY(clpti_forward(n->context, &forward));
    CLPTI_TRY(put(r, first, count, forward.out));
cleanup:
    clpti_scratch_give(&intensity);
    return status;
}

static clpt_status predict_piece(clpt_network *n, clpti_batch *batch, int64_t first, int64_t count, const results *r)
{
    clpt_status status = CLPT_OK;
    clpti_field_piece piece = {0};
    CLPTI_TRY(clpti_batch_load(n, batch, first, count));
    CLPTI_TRY(clpti_network_forward(n, count));
    CLPTI_TRY(clpti_network_fields(n, "clpt_network_predict", batch, first, count, &piece));
    if (r->patches.array) CLPTI_TRY(put(&r->patches, first, count, clpti_view_of(piece.patches)));
    if (r->canvas.array) CLPTI_TRY(put(&r->canvas, first, count, clpti_view_of(piece.canvas)));
    if (r->object.array) CLPTI_TRY(put_object(n, &r->object, first, count, &piece));
    if (r->intensity.array) CLPTI_TRY(put_intensity(n, &r->intensity, first, count, &piece));
cleanup:
    clpti_network_fields_give(&piece);
    return status;
}

clpt_status clpt_network_predict(clpt_network *network, const clpt_network_batch *batch,
                                 const clpt_network_prediction *prediction)
{
    clpt_status status = CLPT_OK;
    clpti_batch b = {0};
    clpt_network_prediction wanted;
    results r;
    if (!network) return CLPT_ERROR_ARGUMENT;
    CLPTI_TRY(
        clpti_struct_read(&prediction_struct, "clpt_network_predict", prediction, &wanted, &network->context->message));
    CLPTI_TRY(clpti_batch_open(network, "clpt_network_predict", batch, &b));
    CLPTI_TRY(check_all(network, &wanted, b.given.groups, &r));
    for (int64_t first = 0; first < b.given.groups; first += b.piece) {
        int64_t count = b.given.groups - first < b.piece ? b.given.groups - first : b.piece;
        CLPTI_TRY(predict_piece(network, &b, first, count, &r));
    }
cleanup:
    clpti_batch_close(&b);
    return status;
}

static clpt_status find_tensor(clpt_network *n, const char *name, int *tensor)
{
    for (int i = 0; name && i < n->plan.tensor_count; i++)
        if (!strcmp(n->plan.tensors[i].name, name)) {
            *tensor = i;
            return CLPT_OK;
        }
    return clpti_fail(&n->context->message, CLPT_ERROR_ARGUMENT,
                      "clpt_network_get_layer: the network has no layer '%s'; its layers are enc1a … as its weights, "
                      "pool1 …, amp_ups1 …, amp_inner_act, amp_border_act, amp, phase",
                      name ? name : "(NULL)");
}

clpt_status clpt_network_get_layer(clpt_network *network, const clpt_network_batch *batch, const char *name,
                                   const clpt_array *layer)
{
    static const char *const function = "clpt_network_get_layer";
    clpt_network *n = network;
    clpt_status status = CLPT_OK;
    clpti_batch b = {0};
    int tensor = 0;
    if (!n) return CLPT_ERROR_ARGUMENT;
    CLPTI_TRY(find_tensor(n, name, &tensor));
    CLPTI_TRY(clpti_batch_open(n, function, batch, &b));
    const clpti_tensor_plan *t = &n->plan.tensors[tensor];
    int64_t shape[4] = {b.given.groups, t->side, t->side, t->channels};
    CLPTI_TRY(clpti_check_array(n->context, function, name, layer, 4, 4, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_shape(n->context, function, name, layer, 4, shape, "groups and the layer's own shape"));
    for (int64_t first = 0; first < b.given.groups; first += b.piece) {
        int64_t count = b.given.groups - first < b.piece ? b.given.groups - first : b.piece;
        CLPTI_TRY(clpti_batch_load(n, &b, first, count));
        CLPTI_TRY(clpti_network_forward(n, count));
        CLPTI_TRY(put(&(result){layer, clpti_tensor_elements(t)}, first, count, clpti_view_of(n->tensors[tensor])));
    }
cleanup:
    clpti_batch_close(&b);
    return status;
}
