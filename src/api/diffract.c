/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_diffract: waves to far-field amplitudes. */
#include "arrays/patches.h"
#include "api/pieces.h"
#include "fft/fft.h"

typedef struct diffract_call {
    clpti_operand operands[2]; /* waves, amplitude */
    int64_t side;
} diffract_call;

/* One chunk of waves, within the plan's capacity. */
static clpt_status chunk(clpt_context *context, const diffract_call *call, clpti_fft *fft, int64_t first, int64_t count)
{
    int64_t pixels = call->side * call->side;
    clpt_status status = CLPT_OK;
    clpti_view waves = clpti_view_of(fft->waves);
    CLPTI_TRY(clpti_copy(clpti_view_at(call->operands[0].view, first * pixels), waves, count * pixels));
    CLPTI_TRY(clpti_fft_run(fft, count, CLPTI_FORWARD));
    CLPTI_TRY(clpti_intensity(context,
                              &(clpti_intensity_args){.waves = waves,
                                                      .count = count,
                                                      .modes = 1,
                                                      .size = call->side,
                                                      .factor = 1.0 / (double)pixels,
                                                      .amplitude = true,
                                                      .out = clpti_view_at(call->operands[1].view, first * pixels)}));
cleanup:
    return status;
}

static clpt_status piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    (void)first; /* the views are already at the piece */
    diffract_call *call = user;
    clpti_fft *fft = NULL;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_fft_get(context, call->side, 1, &fft));
    for (int64_t done = 0; done < count; done += fft->capacity)
        CLPTI_TRY(chunk(context, call, fft, done, count - done < fft->capacity ? count - done : fft->capacity));
cleanup:
    return status;
}

clpt_status clpt_diffract(clpt_context *context, const clpt_array *waves, const clpt_array *amplitude)
{
    static const char *const function = "clpt_diffract";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_check_array(context, function, "waves", waves, 3, 3, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_square(context, function, "waves", waves));
    CLPTI_TRY(clpti_check_array(context, function, "amplitude", amplitude, 3, 3, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_shape(context, function, "amplitude", amplitude, 3, waves->shape, "the same as waves"));
    int64_t side = waves->shape[1];
    diffract_call call = {.operands = {{.array = waves, .per_item = side * side},
                                       {.array = amplitude, .output = true, .per_item = side * side}},
                          .side = side};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 2, waves->shape[0], 0, piece, &call));
cleanup:
    return status;
}
