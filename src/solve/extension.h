/* SPDX-License-Identifier: Apache-2.0 */
/* What goes with every engine: a table of parts that the options switch on. Engines call clpti_extensions_meet (sums.c
 * does it for those that add up with it) and know none of them by name. */
#ifndef CLPTI_SOLVE_EXTENSION_H
#define CLPTI_SOLVE_EXTENSION_H

#include "solve/solver.h"

/* Any function may be NULL: nothing to do. With its options off a part makes nothing, and its functions do nothing. */
typedef struct clpti_extension {
    const char *name;
    clpt_status (*create)(clpt_solver *solver); /* once object, probe, places and measurement are there */
    clpt_status (*before)(clpt_solver *solver); /* an iteration */
    /* The residual waves [at->count, modes, side, side] of a selection, before object and probe change. */
    clpt_status (*meet)(clpt_solver *solver, clpti_view waves, const clpti_selection *at);
    clpt_status (*after)(clpt_solver *solver);                           /* an iteration */
    int (*states)(clpt_solver *solver, clpti_state_row *rows, int room); /* as an engine's */
    void (*destroy)(clpt_solver *solver);                                /* also of what create left unfinished */
} clpti_extension;

/* Each in the order of the table. */
clpt_status clpti_extensions_create(clpt_solver *solver);
clpt_status clpti_extensions_before(clpt_solver *solver);
clpt_status clpti_extensions_meet(clpt_solver *solver, clpti_view waves, const clpti_selection *at);
clpt_status clpti_extensions_after(clpt_solver *solver);
int clpti_extensions_states(clpt_solver *solver, clpti_state_row *rows, int room);
void clpti_extensions_destroy(clpt_solver *solver);

#endif
