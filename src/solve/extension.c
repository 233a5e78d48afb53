/* SPDX-License-Identifier: Apache-2.0 */
/* The table of extensions, and calls of their hooks. */
#include "solve/extension.h"

extern const clpti_extension clpti_momentum_extension;
extern const clpti_extension clpti_refine_extension;
extern const clpti_extension clpti_opr_extension;
extern const clpti_extension clpti_intensity_extension;
extern const clpti_extension clpti_background_extension;
extern const clpti_extension clpti_centre_extension;
extern const clpti_extension clpti_pupil_extension;
extern const clpti_extension clpti_constrain_extension;
extern const clpti_extension clpti_orthogonalise_extension;

/* In the order of their execution after an iteration: momentum, corrections from residuals, constraints. */
static const clpti_extension *const table[] = {
    &clpti_momentum_extension,      /* velocity of object and probe */
    &clpti_refine_extension,        /* positions */
    &clpti_opr_extension,           /* variable probe modes */
    &clpti_intensity_extension,     /* scale factor of each pattern */
    &clpti_background_extension,    /* additive background */
    &clpti_centre_extension,        /* before the support truncates an off-centre probe */
    &clpti_pupil_extension,         /* aperture of the probe */
    &clpti_constrain_extension,     /* support, power, smoothness, limits */
    &clpti_orthogonalise_extension, /* of the final probe of the iteration */
};
enum { extension_count = sizeof table / sizeof *table };

/* NULL if the solver does not use it. */
static void *state_of(const clpt_solver *solver, const clpti_extension *extension)
{
    return clpti_part_find(&solver->parts, extension->part);
}

clpt_status clpti_extensions_check(const clpti_options_check *check)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < extension_count; i++)
        if (table[i]->check) CLPTI_TRY(table[i]->check(check));
cleanup:
    return status;
}

clpt_status clpti_extensions_create(clpt_solver *solver)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < extension_count; i++) {
        const clpti_extension *e = table[i];
        if (!e->is_used(solver)) continue;
        void *state = clpti_part_get(&solver->parts, e->part, &solver->context->message);
        if (!state) return CLPT_ERROR_MEMORY;
        if (e->create) CLPTI_TRY(e->create(solver, state));
    }
cleanup:
    return status;
}

clpt_status clpti_extensions_before(clpt_solver *solver)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < extension_count; i++) {
        void *state = state_of(solver, table[i]);
        if (state && table[i]->before) CLPTI_TRY(table[i]->before(solver, state));
    }
cleanup:
    return status;
}

clpt_status clpti_extensions_on_residual(clpt_solver *solver, clpti_view waves, const clpti_selection *at)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < extension_count; i++) {
        void *state = state_of(solver, table[i]);
        if (state && table[i]->on_residual) CLPTI_TRY(table[i]->on_residual(solver, state, waves, at));
    }
cleanup:
    return status;
}

clpt_status clpti_extensions_after(clpt_solver *solver)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < extension_count; i++) {
        void *state = state_of(solver, table[i]);
        if (state && table[i]->after) CLPTI_TRY(table[i]->after(solver, state));
        solver->version++;
    }
cleanup:
    return status;
}

int clpti_extensions_states(clpt_solver *solver, clpti_state_entry *entries, int capacity)
{
    int count = 0;
    for (int i = 0; i < extension_count; i++) {
        void *state = state_of(solver, table[i]);
        if (state && table[i]->states) count += table[i]->states(solver, state, entries + count, capacity - count);
    }
    return count;
}

void clpti_extensions_respond(const clpt_solver *solver, clpti_detector_response *response)
{
    for (int i = 0; i < extension_count; i++) {
        const void *state = state_of(solver, table[i]);
        if (state && table[i]->respond) table[i]->respond(solver, state, response);
    }
}

int64_t clpti_extensions_probe_stride(const clpt_solver *solver)
{
    int64_t stride = 0;
    for (int i = 0; i < extension_count && stride == 0; i++) {
        const void *state = state_of(solver, table[i]);
        if (state && table[i]->probe_stride) stride = table[i]->probe_stride(solver, state);
    }
    return stride;
}

clpt_status clpti_extensions_probes(clpt_solver *solver, const clpti_selection *at, clpti_pattern_probes *probes)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < extension_count; i++) {
        void *state = state_of(solver, table[i]);
        if (state && table[i]->probes) CLPTI_TRY(table[i]->probes(solver, state, at, probes));
    }
cleanup:
    return status;
}
