/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/extension.h"

#include "solve/background.h"
#include "solve/centre.h"
#include "solve/constrain.h"
#include "solve/intensity.h"
#include "solve/momentum.h"
#include "solve/opr.h"
#include "solve/orthogonalise.h"
#include "solve/refine.h"

/* In the order in which they follow an iteration: what moves on, what is found from residuals, what is demanded. */
static const clpti_extension table[] = {
    {.name = "momentum",
     .create = clpti_momentum_create,
     .before = clpti_momentum_before,
     .after = clpti_momentum_after,
     .states = clpti_momentum_states,
     .destroy = clpti_momentum_destroy},
    {.name = "positions",
     .create = clpti_refine_create,
     .meet = clpti_refine_meet,
     .after = clpti_refine_after,
     .states = clpti_refine_states,
     .destroy = clpti_refine_destroy},
    {.name = "variable probe",
     .create = clpti_opr_create,
     .before = clpti_opr_before,
     .meet = clpti_opr_meet,
     .after = clpti_opr_after,
     .states = clpti_opr_states,
     .destroy = clpti_opr_destroy},
    {.name = "intensity",
     .create = clpti_intensity_create,
     .after = clpti_intensity_after,
     .states = clpti_intensity_states,
     .destroy = clpti_intensity_destroy},
    {.name = "background",
     .create = clpti_background_create,
     .after = clpti_background_after,
     .states = clpti_background_states,
     .destroy = clpti_background_destroy},
    {.name = "centred probe", .after = clpti_centre_after}, /* before a support cuts off what lies aside */
    {.name = "constraints",
     .create = clpti_constrain_create,
     .after = clpti_constrain_after,
     .destroy = clpti_constrain_destroy},
    {.name = "orthogonal modes", .after = clpti_orthogonalise_after},
};
enum { rows = sizeof table / sizeof *table };

clpt_status clpti_extensions_create(clpt_solver *solver)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < rows; i++)
        if (table[i].create) CLPTI_TRY(table[i].create(solver));
cleanup:
    return status;
}

clpt_status clpti_extensions_before(clpt_solver *solver)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < rows; i++)
        if (table[i].before) CLPTI_TRY(table[i].before(solver));
cleanup:
    return status;
}

clpt_status clpti_extensions_meet(clpt_solver *solver, clpti_view waves, const clpti_selection *at)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < rows; i++)
        if (table[i].meet) CLPTI_TRY(table[i].meet(solver, waves, at));
cleanup:
    return status;
}

clpt_status clpti_extensions_after(clpt_solver *solver)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < rows; i++)
        if (table[i].after) CLPTI_TRY(table[i].after(solver));
cleanup:
    return status;
}

int clpti_extensions_states(clpt_solver *solver, clpti_state_row *list, int room)
{
    int count = 0;
    for (int i = 0; i < rows; i++)
        if (table[i].states) count += table[i].states(solver, list + count, room - count);
    return count;
}

void clpti_extensions_destroy(clpt_solver *solver)
{
    for (int i = 0; i < rows; i++)
        if (table[i].destroy) table[i].destroy(solver);
}
