/* SPDX-License-Identifier: Apache-2.0 */
/* Every engine with several sets of options, for suites that hold all of them to the same promise. */
#ifndef CLPT_TESTS_EVERY_ENGINE_H
#define CLPT_TESTS_EVERY_ENGINE_H

#include "solver_case.h"

/* Options that are tried with every engine. */
typedef struct every_options {
    const char *name;
    const char *options; /* of test_options, without the engine */
    int64_t modes;
    bool masked; /* a mask for each pattern, and NaN behind it */
} every_options;

/* As clpt_engine_name; one engine alone with test_few. */
const char *every_engine_name(size_t index);

/* Set number `index`, NULL beyond the last. The first one suits every engine. */
const every_options *every_options_at(int index);

/* All that a run leaves behind, each array as a field: the arrays of the state, the error of each iteration, the
 * R-factors, one of the losses. */
enum { EVERY_STATES = 70 };
typedef struct every_state {
    int count;
    char names[EVERY_STATES][48];
    test_field fields[EVERY_STATES];
    clpt_status status; /* of clpt_solver_create: CLPT_ERROR_ARGUMENT where the engine does not support the options */
} every_state;

/* Makes a solver, iterates and reads everything; any later failure fails the test. */
every_state every_reconstruct(clpt_context *context, const solver_case *c, const char *engine,
                              const every_options *options, int iterations);
/* Reads the state of a solver. */
void every_state_read(clpt_context *context, clpt_solver *solver, every_state *state);
void every_state_free(every_state *state);

/* A solver of the case's starts; the status is clpt_solver_create's. */
clpt_status every_solver(clpt_context *context, const solver_case *c, const char *engine, const every_options *options,
                         clpt_solver **solver);

#endif
