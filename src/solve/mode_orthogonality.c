/* SPDX-License-Identifier: Apache-2.0 */
/* Orthogonalisation of the incoherent probe modes, in order of descending power, at a regular interval of iterations.
 * The rotation is unitary and changes no intensity. State that is stored per mode rotates with the probe. */
#include "solve/extension.h"

static const clpti_part part = {"the rotation of modes", 0, NULL};

static clpt_status check(const clpti_options_check *c)
{
    if (c->options->orthogonalise <= 0 || c->options->opr_modes <= 0) return CLPT_OK;
    return clpti_options_exclude(c, "orthogonalise", "opr-modes",
                                 "variable modes belong to the first probe mode, which would be mixed with the "
                                 "others");
}

static bool is_used(const clpt_solver *s)
{
    return s->options.orthogonalise > 0 && s->modes > 1;
}

static bool is_due(const clpt_solver *s)
{
    return (s->iteration + 1) % s->options.orthogonalise == 0 && clpti_solver_updates(s).probe;
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

static clpt_status after(clpt_solver *s, void *state)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *matrix = NULL, *spare = NULL;
    clpti_state_entry entries[clpti_state_capacity];
    (void)state;
    if (!is_due(s)) return CLPT_OK;
    int count = clpti_solver_states(s, entries);
    CLPTI_TRY(clpti_scratch_take(s->context, CLPTI_COMPLEX, s->modes * s->modes, &matrix));
    CLPTI_TRY(clpti_scratch_take(s->context, CLPTI_COMPLEX, s->modes * s->side * s->side, &spare));
    CLPTI_TRY(clpti_principal(s->context, &(clpti_gram_args){.modes = clpti_view_of(s->probe),
                                                             .mode_count = s->modes,
                                                             .count = s->side * s->side,
                                                             .gram = clpti_view_of(matrix)}));
    for (int i = 0; i < count; i++)
        if (entries[i].by_mode) CLPTI_TRY(rotate(s, entries[i].buffer, clpti_view_of(matrix), clpti_view_of(spare)));
cleanup:
    clpti_scratch_give(&spare);
    clpti_scratch_give(&matrix);
    return status;
}

const clpti_extension clpti_orthogonalise_extension = {
    .part = &part, .check = check, .is_used = is_used, .after = after};
