/* SPDX-License-Identifier: Apache-2.0 */
/* All engines with several sets of options. */
#include "every_engine.h"

#include <stdio.h>
#include <string.h>

#include "core/words.h"
#include "solve/options.h"

static const every_options sets[] = {
    {"plain", "seed=3 probe-start=1", 1, false},
    {"modes and masks", "seed=4 probe-start=0", 3, true},
    {"small batches", "seed=5 batch=7 probe-start=0 object-alpha=0.3 probe-alpha=0.4", 2, false},
    {"momentum", "seed=6 probe-start=0 momentum=0.6 step=0.7 relaxation=0.6", 2, false},
    {"positions",
     "seed=7 probe-start=0 position-start=1 position-step=0.8 position-limit=0.3 position-range=2 position-stretch=0.4 "
     "position-dilation=yes position-affine=0.3",
     2, false},
    {"constraints",
     "seed=8 probe-start=0 object-start=1 object-smooth=0.1 object-tv=0.02 object-amplitude-min=0.2 "
     "object-amplitude-max=1.1 probe-support=0.9 probe-power=4000",
     2, false},
    {"corrections", "seed=10 probe-start=0 intensity-start=1 background-start=1", 2, true},
    {"counts", "seed=10 probe-start=1 likelihood=poisson position-start=1", 2, true},
    {"variable probe", "seed=11 probe-start=0 opr-modes=2 opr-start=1", 2, false},
    {"variable probes", "seed=10 probe-start=0 opr-modes=2", 2, false},
    {"intensities and background", "seed=11 probe-start=0 intensity-start=1 background-start=1 background-smooth=1.5",
     2, false},
    {"orthogonal modes", "seed=12 probe-start=0 momentum=0.5 orthogonalise=2", 3, false},
    {"centred probe", "seed=14 probe-start=0 momentum=0.5 probe-centre=2 probe-support=0.9 opr-modes=1", 2, false},
    {"pupil", "seed=15 probe-start=0 momentum=0.5 probe-pupil=0.3 probe-support=0.9 probe-power=4000", 2, false},
    {"compact batches", "seed=13 probe-start=0 batches=compact", 1, true},
    {"exact fractions", "seed=16 probe-start=0 subpixel=exact position-start=1 momentum=0.3", 2, false},
    {"exact fractions of a variable probe", "seed=17 probe-start=0 subpixel=exact opr-modes=2 intensity-start=1", 2,
     true},
    {"bank of probes", "seed=18 probe-start=0 subpixel=bank:4 position-start=1", 2, true},
    {"near field",
     "seed=9 probe-start=0 propagation=fresnel wavelength=1e-10 distance=0.05 detector-pixel=1e-6 momentum=0.3", 1,
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
    static const char point[] = "batch|object-alpha|probe-alpha|likelihood"; /* sets are about them */
    clpt_solver_options o = test_options("%s", options->options);
    clpt_array object = test_array(&c->flat), probe = test_array(&c->weaker);
    o.engine = engine;
    for (const clpt_option *option = clpti_solver_option_table; option->name; option++)
        if (!clpti_option_supports(option, engine) && clpti_word_index(point, option->name) < 0)
            clpti_option_reset(option, &o);
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
    test_ok(context, clpt_solver_evaluate_loss(solver, (clpt_loss)(test_options("%s", options->options).seed % LOSSES),
                                               loss, losses));
    clpt_solver_destroy(&solver);
    return state;
}

void every_state_free(every_state *state)
{
    for (int i = 0; i < state->count; i++) test_field_free(&state->fields[i]);
    state->count = 0;
}
