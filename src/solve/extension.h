/* SPDX-License-Identifier: Apache-2.0 */
/* Extensions: corrections and constraints for every engine. An extension is one file with a clpti_extension
 * and an entry of the table in extension.c; its state is a part of the solver. Engines and engine_steps.c call the
 * hooks below and depend on no particular extension (update_sums.c calls them for engines that use it). */
#ifndef CLPTI_SOLVE_EXTENSION_H
#define CLPTI_SOLVE_EXTENSION_H

#include "solve/solver.h"

/* Every function except `is_used` may be NULL, and is called only in solvers that use the extension, with its state;
 * `check` is called for every solver. */
typedef struct clpti_extension {
    const clpti_part *part;
    clpt_status (*check)(const clpti_options_check *check); /* rejects invalid combinations of options */
    bool (*is_used)(const clpt_solver *solver);             /* determined by options and measurement */
    /* Called once object, probe, positions and measurement exist. The part's state is closed also on failure. */
    clpt_status (*create)(clpt_solver *solver, void *state);
    clpt_status (*before)(clpt_solver *solver, void *state); /* each iteration */
    /* The residual waves [at->count, modes, side, side] of a selection, before object and probe change. */
    clpt_status (*on_residual)(clpt_solver *solver, void *state, clpti_view waves, const clpti_selection *at);
    clpt_status (*after)(clpt_solver *solver, void *state); /* each iteration */
    int (*states)(clpt_solver *solver, void *state, clpti_state_entry *entries,
                  int capacity); /* as clpti_engine.states */
    /* Adds its contribution to the detector's response (clpti_solver_response). */
    void (*respond)(const clpt_solver *solver, const void *state, clpti_detector_response *response);
    /* Supplies a probe for each pattern (clpti_solver_probe_stride, clpti_solver_probes): both or neither. */
    int64_t (*probe_stride)(const clpt_solver *solver, const void *state);
    clpt_status (*probes)(clpt_solver *solver, void *state, const clpti_selection *at, clpti_pattern_probes *probes);
} clpti_extension;

/* Each of them in the order of the table. */
clpt_status clpti_extensions_check(const clpti_options_check *check);
clpt_status clpti_extensions_create(clpt_solver *solver);
clpt_status clpti_extensions_before(clpt_solver *solver);
clpt_status clpti_extensions_on_residual(clpt_solver *solver, clpti_view waves, const clpti_selection *at);
clpt_status clpti_extensions_after(clpt_solver *solver);
int clpti_extensions_states(clpt_solver *solver, clpti_state_entry *entries, int capacity);
void clpti_extensions_respond(const clpt_solver *solver, clpti_detector_response *response);
int64_t clpti_extensions_probe_stride(const clpt_solver *solver);
clpt_status clpti_extensions_probes(clpt_solver *solver, const clpti_selection *at, clpti_pattern_probes *probes);

#endif
