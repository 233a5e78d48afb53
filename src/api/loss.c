/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_loss_evaluate and clpt_variation_evaluate: losses, total variation, and their gradients. */
#include <math.h>
#include <stdlib.h>

#include "arrays/check.h"
#include "api/pieces.h"
#include "core/memory.h"
#include "ops/adjoint.h"

enum { INTENSITY, MEASURED, MASK, D_INTENSITY, LOSS_OPERANDS };

typedef struct loss_call {
    clpti_operand operands[LOSS_OPERANDS];
    clpti_loss_args args;
    double value;
} loss_call;

/* Sums, in double, of rows of `width` numbers whose first two are a high and a low part. */
static clpt_status add_parts(clpt_context *context, clpti_view parts, int64_t rows, int64_t width, double *sum)
{
    clpt_status status = CLPT_OK;
    double *numbers = clpti_malloc(rows * width, sizeof *numbers);
    if (!numbers)
        return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for %lld sums", (long long)rows);
    CLPTI_TRY(clpti_field_download(parts, numbers, CLPT_TYPE_F64, rows * width));
    for (int64_t i = 0; i < rows; i++) *sum += numbers[width * i] + numbers[width * i + 1];
cleanup:
    free(numbers);
    return status;
}

static clpt_status loss_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    loss_call *call = user;
    clpt_status status = CLPT_OK;
    clpt_buffer *sums = NULL;
    (void)first; /* the views are already at the piece */
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 4 * count, &sums));
    call->args.intensity = call->operands[INTENSITY].view;
    call->args.measured = call->operands[MEASURED].view;
    call->args.mask = call->operands[MASK].view;
    call->args.d_intensity = call->operands[D_INTENSITY].view;
    call->args.sums = clpti_view_of(sums);
    call->args.count = count;
    CLPTI_TRY(clpti_loss(context, &call->args));
    CLPTI_TRY(add_parts(context, call->args.sums, count, 4, &call->value));
cleanup:
    clpti_scratch_give(&sums);
    return status;
}

static clpt_status check_loss(clpt_context *context, const char *function, clpt_loss loss, const clpt_array *intensity,
                              const clpt_array *measured, const clpt_array *mask, const clpt_array *d_intensity)
{
    clpt_status status = CLPT_OK;
    if ((unsigned)loss > CLPT_LOSS_AMPLITUDE_L1)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: unknown loss %d", function, (int)loss));
    CLPTI_TRY(clpti_check_array(context, function, "intensity", intensity, 3, 3, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_array(context, function, "measured", measured, 3, 3, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_shape(context, function, "measured", measured, 3, intensity->shape, "the same as intensity"));
    CLPTI_TRY(clpti_check_gradient(context, function, "d_intensity", d_intensity, intensity));
    if (!mask) return CLPT_OK;
    CLPTI_TRY(clpti_check_array(context, function, "mask", mask, 2, 3, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_shape(context, function, "mask", mask, mask->rank, intensity->shape + 3 - mask->rank,
                                "the size of the patterns"));
cleanup:
    return status;
}

clpt_status clpt_loss_evaluate(clpt_context *context, clpt_loss loss, const clpt_array *intensity,
                               const clpt_array *measured, const clpt_array *mask, double *value,
                               const clpt_array *d_intensity)
{
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(check_loss(context, "clpt_loss_evaluate", loss, intensity, measured, mask, d_intensity));
    int64_t pixels = intensity->shape[1] * intensity->shape[2];
    loss_call call = {.args = {.loss = loss, .pixels = pixels, .mask_per_pattern = mask && mask->rank == 3}};
    call.operands[INTENSITY] = (clpti_operand){.array = intensity, .per_item = pixels};
    call.operands[MEASURED] = (clpti_operand){.array = measured, .per_item = pixels};
    call.operands[MASK] = (clpti_operand){.array = mask, .per_item = call.args.mask_per_pattern ? pixels : 0};
    call.operands[D_INTENSITY] = (clpti_operand){.array = d_intensity, .output = true, .per_item = pixels};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, LOSS_OPERANDS, intensity->shape[0], 0, loss_piece, &call));
    if (value) *value = call.value;
cleanup:
    return status;
}

/* ---- total variation ---- */

typedef struct variation_call {
    clpti_operand operands[2]; /* object, d_object */
    clpti_variation_args args;
    double value;
} variation_call;

static clpt_status variation_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    variation_call *call = user;
    clpt_status status = CLPT_OK;
    clpt_buffer *rows = NULL;
    (void)first;
    (void)count;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 2 * call->args.height, &rows));
    call->args.object = call->operands[0].view;
    call->args.d_object = call->operands[1].view;
    call->args.rows = clpti_view_of(rows);
    CLPTI_TRY(clpti_variation(context, &call->args));
    CLPTI_TRY(add_parts(context, call->args.rows, call->args.height, 2, &call->value));
cleanup:
    clpti_scratch_give(&rows);
    return status;
}

clpt_status clpt_variation_evaluate(clpt_context *context, clpt_variation variation, const clpt_array *object,
                                    double epsilon, double *value, const clpt_array *d_object)
{
    static const char *const function = "clpt_variation_evaluate";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    if ((unsigned)variation > CLPT_VARIATION_TOTAL)
        CLPTI_TRY(
            clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: unknown variation %d", function, (int)variation));
    if (variation == CLPT_VARIATION_TOTAL && !(epsilon > 0.0 && isfinite(epsilon)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: an epsilon of %g; it must be positive",
                             function, epsilon));
    CLPTI_TRY(clpti_check_array(context, function, "object", object, 2, 2, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_gradient(context, function, "d_object", d_object, object));
    if (d_object && object->buffer && d_object->buffer == object->buffer)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                             "%s: object and d_object must not be the same buffer", function));
    variation_call call = {
        .operands = {{.array = object}, {.array = d_object, .output = true}},
        .args = {.variation = variation, .height = object->shape[0], .width = object->shape[1], .epsilon = epsilon}};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 2, 1, 0, variation_piece, &call));
    if (value) *value = call.value;
cleanup:
    return status;
}
