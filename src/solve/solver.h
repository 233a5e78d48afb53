/* SPDX-License-Identifier: Apache-2.0 */
/* What every reconstruction engine stands on: the state of a reconstruction, and the table of engines. An engine is one
 * file and one row of the table in solver.c. */
#ifndef CLPTI_SOLVE_SOLVER_H
#define CLPTI_SOLVE_SOLVER_H

#include "ops/adjoint.h"
#include "ops/fft.h"
#include "solve/dataset.h"

typedef struct clpti_engine {
    const char *name;
    clpt_status (*create)(clpt_solver *solver);  /* fills solver->state */
    clpt_status (*iterate)(clpt_solver *solver); /* every pattern once; leaves misfit and total filled */
    void (*destroy)(clpt_solver *solver);
} clpti_engine;

extern const clpti_engine clpti_engine_rpie;

struct clpt_solver {
    clpt_context *context;
    const clpti_engine *engine;
    void *state; /* the engine's own */
    clpt_solver_options options;
    int64_t iteration; /* done so far */
    int64_t count, side, modes, height, width, batch;
    clpti_places places;
    clpti_dataset data;
    clpt_buffer *object, *probe; /* complex [height, width], [modes, side, side] */
    clpt_buffer *misfit, *total; /* real [count]: Σ|√I − √m| and Σ√m of each pattern as last met */
};

/* `count` patterns of an order (NULL: the scan's own) from `first` on, as a selection of their top-left corners. */
clpti_selection clpti_solver_selection(const clpt_solver *solver, const clpti_order *order, int64_t first,
                                       int64_t count);

/* The plan that patterns go through, and how many at a time; give back with clpti_forward_release. */
clpt_status clpti_solver_reserve(clpt_solver *solver, clpti_forward_room *room);

/* Compares (and with only_error false, projects) the exit waves of a selection with what was measured: the plan's waves
 * hold their change; the solver's misfit and total receive entries first … first + count − 1. */
clpt_status clpti_solver_exit_step(clpt_solver *solver, const clpti_forward_room *room, const clpti_selection *at,
                                   bool only_error);

#endif
