/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_diffract_adjoint: the gradient of clpt_diffract with respect to the waves. */
#include "arrays/patches.h"
#include "api/pieces.h"
#include "ops/adjoint.h"
#include "fft/fft.h"

typedef struct diffract_call {
    clpti_operand operands[3]; /* waves, cotangent, d_waves */
    int64_t side;
} diffract_call;

static clpt_status diffract_chunk(clpt_context *context, const diffract_call *call, clpti_fft *fft, int64_t first,
                                  int64_t count)
{
    int64_t pixels = call->side * call->side;
    clpt_status status = CLPT_OK;
    clpti_view waves = clpti_view_of(fft->waves);
    CLPTI_TRY(clpti_copy(clpti_view_at(call->operands[0].view, first * pixels), waves, count * pixels));
    CLPTI_TRY(clpti_fft_run(fft, count, CLPTI_FORWARD));
    CLPTI_TRY(clpti_detector_back(
        context, &(clpti_detector_back_args){.waves = waves,
                                             .count = count,
                                             .modes = 1,
                                             .size = call->side,
                                             .factor = 1.0 / (double)pixels,
                                             .amplitude = true,
                                             .cotangent = clpti_view_at(call->operands[1].view, first * pixels)}));
    CLPTI_TRY(clpti_fft_run(fft, count, CLPTI_INVERSE));
    CLPTI_TRY(clpti_copy(waves, clpti_view_at(call->operands[2].view, first * pixels), count * pixels));
cleanup:
    return status;
}

static clpt_status diffract_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    (void)first; /* the views are already at the piece */
    diffract_call *call = user;
    clpti_fft *fft = NULL;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_fft_get(context, call->side, 1, &fft));
    for (int64_t done = 0; done < count; done += fft->capacity)
        CLPTI_TRY(
            diffract_chunk(context, call, fft, done, count - done < fft->capacity ? count - done : fft->capacity));
cleanup:
    return status;
}

clpt_status clpt_diffract_adjoint(clpt_context *context, const clpt_array *waves, const clpt_array *cotangent,
                                  const clpt_array *d_waves)
{
    static const char *const function = "clpt_diffract_adjoint";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_check_array(context, function, "waves", waves, 3, 3, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_square(context, function, "waves", waves));
    CLPTI_TRY(clpti_check_array(context, function, "cotangent", cotangent, 3, 3, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_shape(context, function, "cotangent", cotangent, 3, waves->shape, "the same as waves"));
    CLPTI_TRY(clpti_check_array(context, function, "d_waves", d_waves, 3, 3, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_shape(context, function, "d_waves", d_waves, 3, waves->shape, "the same as waves"));
    int64_t side = waves->shape[1];
    diffract_call call = {.operands = {{.array = waves, .per_item = side * side},
                                       {.array = cotangent, .per_item = side * side},
                                       {.array = d_waves, .output = true, .per_item = side * side}},
                          .side = side};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 3, waves->shape[0], 0, diffract_piece, &call));
cleanup:
    return status;
}
