/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_propagate and clpt_propagation_get_geometry: waves to a near-field detector, and back. */
#include "arrays/patches.h"
#include "api/pieces.h"
#include "ops/propagator.h"

typedef struct propagate_call {
    clpti_operand operands[2]; /* waves, out */
    clpti_propagator *propagator;
    int direction;
} propagate_call;

static clpt_status check_near(clpt_message *message, const char *function, const clpt_propagation *propagation)
{
    if (propagation && propagation->kind != CLPT_PROPAGATION_FAR_FIELD) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                      "%s: propagation is %s; it requires a near field (clpt_diffract supports the far field)",
                      function, propagation ? "the far field" : "NULL");
}

clpt_status clpt_propagation_get_geometry(const clpt_propagation *propagation, clpt_geometry *geometry,
                                          clpt_message *message)
{
    static const char *const function = "clpt_propagation_get_geometry";
    if (message) message->text[0] = '\0';
    if (!geometry) return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: geometry is NULL", function);
    clpt_status status = check_near(message, function, propagation);
    return status == CLPT_OK ? clpti_propagation_check(message, function, propagation, geometry) : status;
}

/* One chunk of waves, within the plan's capacity. */
static clpt_status chunk(clpt_context *context, const propagate_call *call, clpti_fft *fft, int64_t first,
                         int64_t count)
{
    int64_t pixels = fft->side * fft->side;
    clpt_status status = CLPT_OK;
    clpti_view waves = clpti_view_of(fft->waves), out = clpti_view_at(call->operands[1].view, first * pixels);
    CLPTI_TRY(clpti_copy(clpti_view_at(call->operands[0].view, first * pixels), waves, count * pixels));
    CLPTI_TRY(clpti_propagate(context, &(clpti_propagate_args){.fft = fft,
                                                               .propagator = call->propagator,
                                                               .count = count,
                                                               .direction = call->direction,
                                                               .scale = 1.0 / (double)fft->side}));
    CLPTI_TRY(clpti_copy(waves, out, count * pixels));
cleanup:
    return status;
}

static clpt_status piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    (void)first; /* the views are already at the piece */
    propagate_call *call = user;
    clpti_fft *fft = NULL;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_fft_get(context, call->propagator->side, 1, &fft));
    for (int64_t done = 0; done < count; done += fft->capacity)
        CLPTI_TRY(chunk(context, call, fft, done, count - done < fft->capacity ? count - done : fft->capacity));
cleanup:
    return status;
}

clpt_status clpt_propagate(clpt_context *context, const clpt_array *waves, const clpt_propagation *propagation,
                           clpt_direction direction, const clpt_array *out)
{
    static const char *const function = "clpt_propagate";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    propagate_call call = {.direction = direction == CLPT_DIRECTION_FORWARD ? CLPTI_FORWARD : CLPTI_INVERSE};
    if ((unsigned)direction > CLPT_DIRECTION_BACKWARD)
        CLPTI_TRY(
            clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: unknown direction %d", function, (int)direction));
    CLPTI_TRY(check_near(&context->message, function, propagation));
    CLPTI_TRY(clpti_check_array(context, function, "waves", waves, 3, 3, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_square(context, function, "waves", waves));
    CLPTI_TRY(clpti_check_array(context, function, "out", out, 3, 3, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_shape(context, function, "out", out, 3, waves->shape, "the same as waves"));
    int64_t side = waves->shape[1];
    CLPTI_TRY(clpti_propagator_take(context, function, propagation, side, &call.propagator));
    call.operands[0] = (clpti_operand){.array = waves, .per_item = side * side};
    call.operands[1] = (clpti_operand){.array = out, .output = true, .per_item = side * side};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 2, waves->shape[0], 0, piece, &call));
cleanup:
    clpti_propagator_give(&call.propagator);
    return status;
}
