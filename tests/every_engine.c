/* SPDX-License-Identifier: Apache-2.0 */
#include "every_engine.h"

#include <stdio.h>
#include <string.h>

static const every_options sets[] = {
    {"plain", {.seed = 3, .probe_start = 1}, 1, false},
    {"modes and masks", {.seed = 4, .probe_start = 0}, 3, true},
    {"small batches", {.seed = 5, .batch = 7, .probe_start = 0, .object_alpha = 0.3, .probe_alpha = 0.4}, 2, false},
    {"momentum", {.seed = 6, .probe_start = 0, .momentum = 0.6, .step = 0.7, .relaxation = 0.6}, 2, false},
    {"positions",
     {.seed = 7,
      .probe_start = 0,
      .position_start = 1,
      .position_step = 0.8,
      .position_limit = 0.3,
      .position_range = 2,
      .position_stretch = 0.4,
      .position_dilation = true,
      .position_affine = 0.3},
     2,
     false},
    {"constraints",
     {.seed = 8,
      .probe_start = 0,
      .object_start = 1,
      .object_smooth = 0.1,
      .object_tv = 0.02,
      .object_least = 0.2,
      .object_most = 1.1,
      .probe_support = 0.9,
      .probe_power = 4000},
     2,
     false},
    {"corrections", {.seed = 10, .probe_start = 0, .intensity_start = 1, .background_start = 1}, 2, true},
    {"counts", {.seed = 10, .probe_start = 1, .likelihood = CLPT_LIKELIHOOD_POISSON, .position_start = 1}, 2, true},
    {"variable probe", {.seed = 11, .probe_start = 0, .opr_modes = 2, .opr_start = 1}, 2, false},
    {"variable probes", {.seed = 10, .probe_start = 0, .opr_modes = 2}, 2, false},
    {"intensities and background",
     {.seed = 11, .probe_start = 0, .intensity_start = 1, .background_start = 1, .background_smooth = 1.5},
     2,
     false},
    {"orthogonal modes", {.seed = 12, .probe_start = 0, .momentum = 0.5, .orthogonalise = 2}, 3, false},
    {"centred probe",
     {.seed = 14, .probe_start = 0, .momentum = 0.5, .probe_centre = 2, .probe_support = 0.9, .opr_modes = 1},
     2,
     false},
    {"compact batches", {.seed = 13, .probe_start = 0, .batches = CLPT_BATCHES_COMPACT}, 1, true},
    {"near field",
     {.seed = 9, .probe_start = 0, .propagation = {CLPT_PROPAGATION_FRESNEL, 1e-10, 0.05, 1e-6, 0}, .momentum = 0.3},
     1,
     false},
};

const char *every_engine_name(size_t index)
{
    return test_few() && index ? NULL : clpt_engine_name(index);
}

const every_options *every_options_at(int index)
{
    return index < (int)(sizeof sets / sizeof *sets) ? &sets[index] : NULL;
}

clpt_status every_solver(clpt_context *context, const solver_case *c, const char *engine, const every_options *options,
                         clpt_solver **solver)
{
    clpt_solver_options o = options->options;
    clpt_array object = test_array(&c->flat), probe = test_array(&c->weaker);
    o.engine = engine;
    if (strcmp(engine, "rpie") && strcmp(engine, "lsqml")) o.batches = CLPT_BATCHES_RANDOM;
    if (strcmp(engine, "rpie") && strcmp(engine, "lsqml")) o.opr_modes = 0;
    if (!strcmp(engine, "dm") || !strcmp(engine, "raar") || !strcmp(engine, "ml")) o.orthogonalise = 0;
    return clpt_solver_create(context, &c->measurement, &object, &probe, &o, solver);
}

static test_field *add(every_state *state, const char *name, clpt_type type, int rank, const int64_t *shape)
{
    assert_true(state->count < EVERY_STATES);
    snprintf(state->names[state->count], sizeof state->names[0], "%s", name);
    test_field *field = &state->fields[state->count++];
    *field = test_field_new(type, rank, shape);
    return field;
}

void every_state_read(clpt_context *context, clpt_solver *solver, every_state *state)
{
    for (size_t i = 0; i < clpt_solver_get_state_count(solver); i++) {
        clpt_solver_array array;
        test_ok(context, clpt_solver_describe_state(solver, i, &array));
        clpt_array to = test_array(add(state, array.name, array.type, array.rank, array.shape));
        test_ok(context, clpt_solver_get_state(solver, i, &to));
    }
}

enum { LOSSES = CLPT_LOSS_AMPLITUDE_L1 + 1 };

every_state every_reconstruct(clpt_context *context, const solver_case *c, const char *engine,
                              const every_options *options, int iterations)
{
    every_state state = {0};
    clpt_solver *solver = NULL;
    state.status = every_solver(context, c, engine, options, &solver);
    if (state.status != CLPT_OK) return state;
    double *errors = add(&state, "errors", CLPT_TYPE_F64, 1, (int64_t[]){iterations})->data;
    double *overall = add(&state, "R-factor", CLPT_TYPE_F64, 1, (int64_t[]){1})->data;
    double *each = add(&state, "R-factors", CLPT_TYPE_F64, 1, (int64_t[]){c->count})->data;
    double *positions = add(&state, "positions of the scan", CLPT_TYPE_F64, 2, (int64_t[]){c->count, 2})->data;
    for (int i = 0; i < iterations; i++) test_ok(context, clpt_solver_iterate(solver, &errors[i]));
    every_state_read(context, solver, &state);
    test_ok(context, clpt_solver_get_positions(solver, positions));
    test_ok(context, clpt_solver_evaluate_r_factor(solver, overall, each));
    double *loss = add(&state, "loss", CLPT_TYPE_F64, 1, (int64_t[]){1})->data;
    double *losses = add(&state, "losses", CLPT_TYPE_F64, 1, (int64_t[]){c->count})->data;
    test_ok(context, clpt_solver_evaluate_loss(solver, (clpt_loss)(options->options.seed % LOSSES), loss, losses));
    clpt_solver_destroy(&solver);
    return state;
}

void every_state_free(every_state *state)
{
    for (int i = 0; i < state->count; i++) test_field_free(&state->fields[i]);
    state->count = 0;
}
