/* SPDX-License-Identifier: Apache-2.0 */
/* The rotation is unitary, so that it changes no intensity. What goes on from one iteration to the next mode by mode
 * has to turn with the probe: that is the probe's velocity. (Its previous state is taken anew before each iteration.)
 */
#include "solve/orthogonalise.h"

static bool is_due(const clpt_solver *s)
{
    int64_t every = s->options.orthogonalise;
    return every > 0 && s->modes > 1 && (s->iteration + 1) % every == 0 && clpti_solver_updates(s).probe;
}

static clpt_status rotate(clpt_solver *s, clpt_buffer *field, clpti_view matrix, clpti_view spare)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = s->side * s->side;
    CLPTI_TRY(clpti_rotate(
        s->context,
        &(clpti_rotate_args){
            .modes = clpti_view_of(field), .out = spare, .mode_count = s->modes, .count = pixels, .matrix = matrix}));
    CLPTI_TRY(clpti_copy(spare, clpti_view_of(field), s->modes * pixels));
cleanup:
    return status;
}

clpt_status clpti_orthogonalise_after(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *matrix = NULL, *spare = NULL;
    clpt_buffer *const turn[] = {s->probe, s->velocity[1]};
    if (!is_due(s)) return CLPT_OK;
    CLPTI_TRY(clpti_scratch_take(s->context, CLPTI_COMPLEX, s->modes * s->modes, &matrix));
    CLPTI_TRY(clpti_scratch_take(s->context, CLPTI_COMPLEX, s->modes * s->side * s->side, &spare));
    CLPTI_TRY(clpti_principal(s->context, &(clpti_gram_args){.modes = clpti_view_of(s->probe),
                                                             .mode_count = s->modes,
                                                             .count = s->side * s->side,
                                                             .gram = clpti_view_of(matrix)}));
    for (size_t i = 0; i < sizeof turn / sizeof *turn; i++)
        if (turn[i]) CLPTI_TRY(rotate(s, turn[i], clpti_view_of(matrix), clpti_view_of(spare)));
cleanup:
    clpti_scratch_give(&spare);
    clpti_scratch_give(&matrix);
    return status;
}
