/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_forward_adjoint and clpt_gradient: gradients with respect to object, probe, positions and scale. */
#include <stdlib.h>
#include <string.h>

#include "api/forward.h"
#include "api/moved_probes.h"
#include "api/pieces.h"
#include "core/memory.h"
#include "core/struct_size.h"
#include "ops/propagator.h"

/* ---- forward model, optionally with a loss ---- */

enum { OBJECT, PROBE, COTANGENT, MEASURED, MASK, D_OBJECT, D_PROBE, OPERANDS };

typedef struct back_call {
    clpti_operand operands[OPERANDS];
    clpti_forward_back_args args;
    clpti_subpixel *subpixel; /* NULL: bilinear */
    clpt_buffer *probe_slots; /* partial sums of the probe's gradient, if requested */
    int64_t patterns;
    clpt_buffer *scale_object; /* d_object for d_scale, unless the caller's d_object is a buffer */
    double *slopes;            /* host [patterns, 2]; NULL: not requested */
    bool sums_wanted;          /* otherwise the call does not block */
    double value, by_scale;    /* sums over the patterns, of a loss */
} back_call;

static const clpti_struct forward_gradients = {"clpt_forward_gradients", sizeof(clpt_forward_gradients), NULL};

void clpt_forward_gradients_init(clpt_forward_gradients *gradients, size_t size)
{
    clpti_struct_init(&forward_gradients, gradients, size);
}

clpt_status clpti_gradients_read(clpt_context *context, const char *function, const clpt_forward_gradients *given,
                                 const clpt_array *object, const clpt_array *probe, int64_t patterns,
                                 clpt_forward_gradients *gradients)
{
    clpt_status status = CLPT_OK;
    const clpt_array positions = {.type = CLPT_TYPE_F64, .rank = 2, .shape = {patterns, 2}};
    CLPTI_TRY(clpti_struct_read(&forward_gradients, function, given, gradients, &context->message));
    CLPTI_TRY(clpti_check_gradient(context, function, "d_object", gradients->d_object, object));
    CLPTI_TRY(clpti_check_gradient(context, function, "d_probe", gradients->d_probe, probe));
    CLPTI_TRY(clpti_check_geometry_gradient(context, function, "d_positions", gradients->d_positions, &positions));
cleanup:
    return status;
}

/* Zeroes the sums to which patterns add. */
static clpt_status start_sums(const back_call *call)
{
    const clpti_forward_args *f = &call->args.forward;
    clpt_status status = CLPT_OK;
    if (call->args.d_object.buffer) CLPTI_TRY(clpti_zero(call->args.d_object, f->height * f->width));
cleanup:
    return status;
}

static clpt_status read_slopes(back_call *call, clpt_buffer *slopes, int64_t first, int64_t count)
{
    return slopes ? clpti_field_download(clpti_view_of(slopes), call->slopes + 2 * first, CLPT_TYPE_F64, 2 * count)
                  : CLPT_OK;
}

clpt_status clpti_probe_sums_take(clpt_context *context, int64_t elements, clpt_buffer **slots)
{
    int64_t all = clpti_probe_slots(context, elements) * elements;
    clpt_status status = clpti_scratch_take(context, CLPTI_COMPLEX, all, slots);
    return status == CLPT_OK ? clpti_zero(clpti_view_of(*slots), all) : status;
}

clpt_status clpti_probe_sums_fold(clpt_context *context, clpt_buffer *slots, int64_t elements, clpti_view d_probe)
{
    clpt_status status = clpti_zero(d_probe, elements);
    if (status != CLPT_OK) return status;
    return clpti_fold(context, &(clpti_fold_args){.slots = clpti_view_of(slots),
                                                  .complex = true,
                                                  .slot_count = clpti_probe_slots(context, elements),
                                                  .count = elements,
                                                  .out = d_probe});
}

/* Each pattern's loss as a high and a low part, added up in double. */
static clpt_status read_sums(clpt_context *context, back_call *call, clpt_buffer *sums, int64_t count)
{
    if (!sums || !call->sums_wanted) return CLPT_OK;
    clpt_status status = CLPT_OK;
    double *numbers = clpti_malloc(count, 4 * sizeof *numbers);
    if (!numbers)
        return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for %lld losses", (long long)count);
    CLPTI_TRY(clpti_field_download(clpti_view_of(sums), numbers, CLPT_TYPE_F64, 4 * count));
    for (int64_t k = 0; k < count; k++) {
        call->value += numbers[4 * k] + numbers[4 * k + 1];
        call->by_scale += numbers[4 * k + 2] + numbers[4 * k + 3];
    }
cleanup:
    free(numbers);
    return status;
}

static void set_views(back_call *call)
{
    clpti_forward_back_args *a = &call->args;
    a->forward.object = call->operands[OBJECT].view;
    a->forward.probe = call->operands[PROBE].view;
    a->cotangent = call->operands[COTANGENT].view;
    a->measured = call->operands[MEASURED].view;
    a->mask = call->operands[MASK].view;
    a->d_object = call->scale_object ? clpti_view_of(call->scale_object) : call->operands[D_OBJECT].view;
    a->d_probe = clpti_view_of(call->probe_slots);
}

static clpt_status take_probe_sums(clpt_context *context, back_call *call, int64_t elements)
{
    if (!call->operands[D_PROBE].array) return CLPT_OK;
    if (call->subpixel) return clpti_moved_sums_take(context, call->subpixel, elements, &call->probe_slots);
    return clpti_probe_sums_take(context, elements, &call->probe_slots);
}

static clpt_status fold_probe_sums(clpt_context *context, back_call *call, int64_t elements)
{
    clpti_view d_probe = call->operands[D_PROBE].view;
    if (!call->probe_slots) return CLPT_OK;
    if (call->subpixel) return clpti_moved_sums_fold(context, call->subpixel, elements, call->probe_slots, d_probe);
    return clpti_probe_sums_fold(context, call->probe_slots, elements, d_probe);
}

static clpt_status run_back(clpt_context *context, const back_call *call)
{
    return call->subpixel ? clpti_moved_back(context, call->subpixel, &call->args)
                          : clpti_forward_back(context, &call->args);
}

/* The views of measured and mask are at the piece already, unless an order indexes the whole arrays. */
static clpt_status back_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    back_call *call = user;
    clpt_status status = CLPT_OK;
    clpt_buffer *slopes = NULL, *sums = NULL;
    set_views(call);
    call->args.forward.at.first = first;
    call->args.forward.at.count = count;
    call->args.rows_first = call->args.rows_order ? first : 0;
    int64_t probe_elements = call->args.forward.modes * call->args.forward.size * call->args.forward.size;
    if (first == 0) CLPTI_TRY(start_sums(call));
    if (first == 0) CLPTI_TRY(take_probe_sums(context, call, probe_elements));
    call->args.d_probe = clpti_view_of(call->probe_slots);
    if (call->slopes) CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 2 * count, &slopes));
    if (!call->args.cotangent.buffer) CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 4 * count, &sums));
    call->args.slopes = clpti_view_of(slopes);
    call->args.sums = clpti_view_of(sums);
    CLPTI_TRY(run_back(context, call));
    if (first + count == call->patterns) CLPTI_TRY(fold_probe_sums(context, call, probe_elements));
    CLPTI_TRY(read_slopes(call, slopes, first, count));
    CLPTI_TRY(read_sums(context, call, sums, count));
cleanup:
    clpti_scratch_give(&sums);
    clpti_scratch_give(&slopes);
    return status;
}

static clpt_status prepare_gradients(clpt_context *context, const char *function, back_call *call,
                                     const clpt_forward_gradients *g, int64_t patterns)
{
    call->patterns = patterns;
    call->operands[D_OBJECT] = (clpti_operand){.array = g->d_object, .output = true};
    call->operands[D_PROBE] = (clpti_operand){.array = g->d_probe, .output = true};
    if (g->d_positions && !(call->slopes = clpti_calloc(patterns, 2 * sizeof *call->slopes)))
        return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory", function);
    return CLPT_OK;
}

/* Re Σ conj(object)·d_object: a function of |waves|² is homogeneous in the object as in the scale. */
static clpt_status product_with_object(clpt_context *context, const clpt_array *object, const clpt_array *d_object,
                                       double *product)
{
    clpt_status status = CLPT_OK;
    int64_t count = clpti_array_elements(object);
    double *a = clpti_malloc(count, 2 * sizeof *a), *b = clpti_malloc(count, 2 * sizeof *b);
    if (!a || !b) CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "clpt_forward_adjoint: no host memory"));
    clpt_array to_a = clpt_array_host(a, CLPT_TYPE_C128, 2, object->shape),
               to_b = clpt_array_host(b, CLPT_TYPE_C128, 2, object->shape);
    CLPTI_TRY(clpt_array_copy(context, object, &to_a));
    CLPTI_TRY(clpt_array_copy(context, d_object, &to_b));
    *product = 0.0;
    for (int64_t i = 0; i < 2 * count; i++) *product += a[i] * b[i];
cleanup:
    free(b);
    free(a);
    return status;
}

static clpt_status take_model(clpt_context *context, const char *function, const clpt_forward_options *o,
                              back_call *call)
{
    if (o->subpixel != CLPT_SUBPIXEL_BILINEAR && o->pad)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                          "%s: with pad there are gradients of subpixel = bilinear only", function);
    return clpti_moved_take(context, function, o->subpixel, &call->args.forward, &call->subpixel);
}

static clpt_status refuse_poisson(clpt_context *context, const char *function, const clpt_forward_options *o)
{
    if (!o->poisson) return CLPT_OK;
    return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                      "%s: drawn counts have no derivative; set poisson to false", function);
}

clpt_status clpt_forward_adjoint(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                                 const clpt_array *probe, const clpt_forward_options *options,
                                 const clpt_array *cotangent, const clpt_forward_gradients *gradients)
{
    static const char *const function = "clpt_forward_adjoint";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_forward_options o;
    clpt_forward_gradients wanted;
    clpt_status status = CLPT_OK;
    back_call call = {0};
    CLPTI_TRY(clpti_forward_options_read(context, function, options, &o));
    CLPTI_TRY(clpti_check_array(context, function, "cotangent", cotangent, 3, 3, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_square(context, function, "cotangent", cotangent));
    CLPTI_TRY(clpti_check_scan(context, function, scan, "cotangent", cotangent));
    CLPTI_TRY(refuse_poisson(context, function, &o));
    int64_t side = cotangent->shape[1], patterns = cotangent->shape[0];
    CLPTI_TRY(clpti_forward_prepare(context, function, object, &scan->positions, probe, side, &o, &call.args.forward));
    CLPTI_TRY(take_model(context, function, &o, &call));
    CLPTI_TRY(clpti_gradients_read(context, function, gradients, object, probe, patterns, &wanted));
    CLPTI_TRY(prepare_gradients(context, function, &call, &wanted, patterns));
    call.operands[OBJECT].array = object;
    call.operands[PROBE].array = probe;
    call.operands[COTANGENT] = (clpti_operand){.array = cotangent, .per_item = side * side};
    bool scale_wanted = wanted.d_scale;
    bool in_host = scale_wanted && !(wanted.d_object && wanted.d_object->buffer);
    if (in_host) { /* d_scale must not depend on the precision of d_object */
        CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, clpti_array_elements(object), &call.scale_object));
        call.operands[D_OBJECT].array = NULL;
    }
    CLPTI_TRY(clpti_run_pieces(context, call.operands, OPERANDS, patterns, 0, back_piece, &call));
    if (call.slopes) clpti_write_geometry(wanted.d_positions, call.slopes);
    if (scale_wanted) {
        clpt_array own = clpt_array_device(call.scale_object, 0, 2, object->shape);
        CLPTI_TRY(product_with_object(context, object, in_host ? &own : wanted.d_object, wanted.d_scale));
        *wanted.d_scale /= call.args.forward.scale;
        if (in_host && wanted.d_object) CLPTI_TRY(clpt_array_copy(context, &own, wanted.d_object));
    }
cleanup:
    clpti_subpixel_destroy(&call.subpixel);
    clpti_propagator_give(&call.args.forward.propagator);
    clpti_scratch_give(&call.probe_slots);
    clpti_scratch_give(&call.scale_object);
    free(call.slopes);
    return status;
}

/* ---- gradient ---- */

/* The batch: its positions and the indices of its patterns. */
typedef struct batch {
    clpti_positions positions; /* of the batch; the scan's own without a list */
    bool own_places;
    int64_t count;
    clpti_order order;    /* indices of patterns in device arrays */
    void *rows[2];        /* patterns of host arrays, packed */
    clpt_array packed[2]; /* measured and mask as used by the pieces */
} batch;

static clpt_status check_batch(clpt_context *context, const char *function, const clpt_scan *scan,
                               const int32_t *patterns, int64_t count)
{
    if (patterns && count < 1)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: a batch of %lld patterns", function,
                          (long long)count);
    for (int64_t i = 0; patterns && i < count; i++)
        if (patterns[i] < 0 || patterns[i] >= scan->positions.count)
            return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                              "%s: entry %lld of the batch is %d, but the scan has %lld patterns", function,
                              (long long)i, (int)patterns[i], (long long)scan->positions.count);
    return CLPT_OK;
}

static clpt_status batch_places(clpt_context *context, const clpt_scan *scan, const int32_t *patterns, batch *b)
{
    b->positions = scan->positions;
    if (!patterns) return CLPT_OK;
    double *xy = clpti_malloc(b->count, 2 * sizeof *xy);
    if (!xy) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "clpt_gradient: no host memory");
    for (int64_t i = 0; i < 2 * b->count; i++) xy[i] = scan->positions.xy[2 * (int64_t)patterns[i / 2] + i % 2];
    b->own_places = true;
    b->positions = (clpti_positions){0};
    clpt_status status = clpti_positions_create(context, xy, b->count, &b->positions);
    free(xy);
    return status;
}

/* Copies the batch's patterns of a host array into contiguous memory. */
static clpt_status pack(clpt_context *context, const clpt_array *from, const int32_t *patterns, int64_t count,
                        void **rows, clpt_array *packed)
{
    size_t bytes = (size_t)(from->shape[1] * from->shape[2]) * clpti_type_bytes(from->type);
    if (!(*rows = clpti_malloc(count, bytes)))
        return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "clpt_gradient: no host memory for %lld patterns",
                          (long long)count);
    for (int64_t i = 0; i < count; i++)
        memcpy((char *)*rows + (size_t)i * bytes, (const char *)from->data + (size_t)patterns[i] * bytes, bytes);
    *packed = *from;
    packed->data = *rows;
    packed->shape[0] = count;
    return CLPT_OK;
}

static clpt_status upload_order(clpt_context *context, const int32_t *patterns, batch *b)
{
    if (b->order.host) return CLPT_OK;
    b->order.host = patterns;
    if (clpti_is_reference(context)) return CLPT_OK;
    clpt_status status = clpti_scratch_take(context, CLPTI_INDEX, b->count, &b->order.device);
    return status == CLPT_OK ? clpti_upload(clpti_view_of(b->order.device), patterns, b->count) : status;
}

/* With a list, measured and mask must be in the same kind of memory, since one order indexes both. */
static clpt_status make_batch(clpt_context *context, const char *function, const clpt_scan *scan,
                              const int32_t *patterns, const clpt_array *measured, const clpt_array *mask, batch *b)
{
    clpt_status status = CLPT_OK;
    const clpt_array *given[2] = {measured, mask};
    CLPTI_TRY(batch_places(context, scan, patterns, b));
    if (patterns && mask && mask->rank == 3 && !mask->data != !measured->data)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                             "%s: with a list of patterns, measured and mask must both be host arrays or both buffers",
                             function));
    for (int i = 0; i < 2; i++) {
        if (!given[i]) continue;
        b->packed[i] = *given[i];
        if (!patterns || given[i]->rank == 2) continue;
        if (given[i]->data)
            CLPTI_TRY(pack(context, given[i], patterns, b->count, &b->rows[i], &b->packed[i]));
        else
            CLPTI_TRY(upload_order(context, patterns, b));
    }
cleanup:
    return status;
}

static void free_batch(batch *b)
{
    if (b->own_places) clpti_positions_destroy(&b->positions);
    clpti_scratch_give(&b->order.device);
    free(b->rows[0]);
    free(b->rows[1]);
}

static clpt_status check_measured(clpt_context *context, const char *function, const clpt_scan *scan,
                                  const clpt_array *measured, const clpt_array *mask)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_check_array(context, function, "measured", measured, 3, 3, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_square(context, function, "measured", measured));
    CLPTI_TRY(clpti_check_scan(context, function, scan, "measured", measured));
    if (!mask) return CLPT_OK;
    CLPTI_TRY(clpti_check_array(context, function, "mask", mask, 2, 3, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_shape(context, function, "mask", mask, mask->rank, measured->shape + 3 - mask->rank,
                                "the size of the patterns"));
cleanup:
    return status;
}

/* Arrays indexed by an order do not move with the pieces. */
static clpti_operand rows_operand(const batch *b, const clpt_array *array, int64_t pixels)
{
    bool moves = array->rank == 3 && !(b->order.host && array->buffer);
    return (clpti_operand){.array = array, .per_item = moves ? pixels : 0};
}

static const clpti_struct args_struct = {"clpt_gradient_args", sizeof(clpt_gradient_args), NULL};

void clpt_gradient_args_init(clpt_gradient_args *args, size_t size)
{
    clpti_struct_init(&args_struct, args, size);
}

/* Arguments and options with defaults filled in, checked except for the arrays of the forward model. */
static clpt_status read_args(clpt_context *context, const char *function, const clpt_gradient_args *given,
                             clpt_gradient_args *args, clpt_forward_options *options)
{
    clpt_status status = CLPT_OK;
    if (!given)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: the arguments (args) are NULL", function);
    CLPTI_TRY(clpti_struct_read(&args_struct, function, given, args, &context->message));
    CLPTI_TRY(clpti_forward_options_read(context, function, args->options, options));
    options->amplitude = false;
    if ((unsigned)args->loss > CLPT_LOSS_AMPLITUDE_L1)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: unknown loss %d", function, (int)args->loss));
    CLPTI_TRY(check_measured(context, function, args->scan, args->measured, args->mask));
    CLPTI_TRY(refuse_poisson(context, function, options));
    CLPTI_TRY(check_batch(context, function, args->scan, args->patterns, args->count));
cleanup:
    return status;
}

clpt_status clpt_gradient(clpt_context *context, const clpt_gradient_args *args, double *value,
                          const clpt_forward_gradients *gradients)
{
    static const char *const function = "clpt_gradient";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_gradient_args a;
    clpt_forward_options o;
    clpt_forward_gradients wanted;
    clpt_status status = CLPT_OK;
    back_call call = {0};
    batch b = {0};
    CLPTI_TRY(read_args(context, function, args, &a, &o));
    b.count = a.patterns ? a.count : a.scan->positions.count;
    CLPTI_TRY(clpti_gradients_read(context, function, gradients, a.object, a.probe, b.count, &wanted));
    call.args.loss = a.loss;
    call.sums_wanted = value || wanted.d_scale;
    CLPTI_TRY(make_batch(context, function, a.scan, a.patterns, a.measured, a.mask, &b));
    int64_t side = a.measured->shape[1];
    CLPTI_TRY(clpti_forward_prepare(context, function, a.object, &b.positions, a.probe, side, &o, &call.args.forward));
    CLPTI_TRY(take_model(context, function, &o, &call));
    CLPTI_TRY(prepare_gradients(context, function, &call, &wanted, b.count));
    call.operands[OBJECT].array = a.object;
    call.operands[PROBE].array = a.probe;
    call.operands[MEASURED] = rows_operand(&b, &b.packed[0], side * side);
    if (a.mask) call.operands[MASK] = rows_operand(&b, &b.packed[1], side * side);
    call.args.mask_per_pattern = a.mask && a.mask->rank == 3;
    call.args.rows_order = b.order.host ? &b.order : NULL;
    CLPTI_TRY(clpti_run_pieces(context, call.operands, OPERANDS, b.count, 0, back_piece, &call));
    if (value) *value = call.value;
    if (call.slopes) clpti_write_geometry(wanted.d_positions, call.slopes);
    if (wanted.d_scale) *wanted.d_scale = 2.0 * call.by_scale / call.args.forward.scale;
cleanup:
    clpti_subpixel_destroy(&call.subpixel);
    clpti_propagator_give(&call.args.forward.propagator);
    clpti_scratch_give(&call.probe_slots);
    free(call.slopes);
    free_batch(&b);
    return status;
}
