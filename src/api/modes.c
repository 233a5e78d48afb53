/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_gram and clpt_orthogonalise: Gram matrix and orthogonalisation of modes. */
#include <stdlib.h>

#include "arrays/patches.h"
#include "api/pieces.h"
#include "core/memory.h"

typedef struct modes_call {
    clpti_operand operands[2]; /* input modes, output modes (absent for gram) */
    int64_t modes, pixels;
    double *gram; /* [modes, modes] complex; only for clpt_gram */
} modes_call;

static clpt_status gram_of(clpt_context *context, const modes_call *call)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *gram = NULL;
    int64_t entries = call->modes * call->modes;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, entries, &gram));
    CLPTI_TRY(clpti_gram(context, &(clpti_gram_args){.modes = call->operands[0].view,
                                                     .mode_count = call->modes,
                                                     .count = call->pixels,
                                                     .gram = clpti_view_of(gram)}));
    CLPTI_TRY(clpti_field_download(clpti_view_of(gram), call->gram, CLPT_TYPE_C128, entries));
cleanup:
    clpti_scratch_give(&gram);
    return status;
}

static clpt_status gram_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    (void)first;
    (void)count;
    return gram_of(context, user);
}

static clpt_status check_modes(clpt_context *context, const char *function, const clpt_array *modes)
{
    clpt_status status = clpti_check_array(context, function, "modes", modes, 3, 3, CLPTI_KIND_COMPLEX);
    return status == CLPT_OK ? clpti_check_square(context, function, "modes", modes) : status;
}

static modes_call call_of(const clpt_array *modes)
{
    return (modes_call){.operands = {{.array = modes}, {.array = modes, .output = true}},
                        .modes = modes->shape[0],
                        .pixels = modes->shape[1] * modes->shape[2]};
}

clpt_status clpt_gram(clpt_context *context, const clpt_array *modes, const clpt_array *gram)
{
    static const char *const function = "clpt_gram";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    double *made = NULL;
    CLPTI_TRY(check_modes(context, function, modes));
    int64_t count = modes->shape[0];
    CLPTI_TRY(clpti_check_array(context, function, "gram", gram, 2, 2, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_shape(context, function, "gram", gram, 2, (int64_t[]){count, count}, "modes by modes"));
    modes_call call = call_of(modes);
    if (!(made = call.gram = clpti_malloc(count * count, 2 * sizeof *call.gram)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory", function));
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 1, 1, 0, gram_piece, &call));
    clpt_array from = clpt_array_host(made, CLPT_TYPE_C128, 2, gram->shape);
    CLPTI_TRY(clpt_array_copy(context, &from, gram));
cleanup:
    free(made);
    return status;
}

/* modes ← modes rotated by the Gram matrix's eigenvectors. */
static clpt_status rotate_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    modes_call *call = user;
    clpt_status status = CLPT_OK;
    clpt_buffer *matrix = NULL, *rotated = NULL;
    int64_t elements = call->modes * call->pixels;
    (void)first;
    (void)count;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, call->modes * call->modes, &matrix));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, elements, &rotated));
    CLPTI_TRY(clpti_principal(context, &(clpti_gram_args){.modes = call->operands[0].view,
                                                          .mode_count = call->modes,
                                                          .count = call->pixels,
                                                          .gram = clpti_view_of(matrix)}));
    CLPTI_TRY(clpti_rotate(context, &(clpti_rotate_args){.modes = call->operands[0].view,
                                                         .out = clpti_view_of(rotated),
                                                         .mode_count = call->modes,
                                                         .count = call->pixels,
                                                         .matrix = clpti_view_of(matrix)}));
    CLPTI_TRY(clpti_copy(clpti_view_of(rotated), call->operands[1].view, elements));
cleanup:
    clpti_scratch_give(&rotated);
    clpti_scratch_give(&matrix);
    return status;
}

clpt_status clpt_orthogonalise(clpt_context *context, const clpt_array *modes)
{
    static const char *const function = "clpt_orthogonalise";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(check_modes(context, function, modes));
    modes_call call = call_of(modes);
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 2, 1, 0, rotate_piece, &call));
cleanup:
    return status;
}
