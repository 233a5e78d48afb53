/* SPDX-License-Identifier: Apache-2.0 */
/* Momentum of object and probe over whole iterations: the change of an iteration continues in the next one, reduced by
 * friction. */
#include "ops/engine.h"
#include "solve/extension.h"

enum { OBJECT, PROBE, FIELDS };

typedef struct momentum {
    clpt_buffer *previous[FIELDS], *velocity[FIELDS];
} momentum;

static void close_momentum(void *state)
{
    momentum *m = state;
    for (int f = 0; f < FIELDS; f++) {
        clpt_buffer_destroy(&m->previous[f]);
        clpt_buffer_destroy(&m->velocity[f]);
    }
}

static const clpti_part part = {"momentum", sizeof(momentum), close_momentum};

static bool is_used(const clpt_solver *s)
{
    return s->options.momentum > 0.0;
}

static int64_t count_of(const clpt_solver *s, int which)
{
    return which == OBJECT ? s->height * s->width : s->modes * s->side * s->side;
}

static clpt_buffer *field_of(const clpt_solver *s, int which)
{
    return which == OBJECT ? s->object : s->probe;
}

static bool is_moving(const clpt_solver *s, int which)
{
    clpti_updates what = clpti_solver_updates(s);
    return which == OBJECT ? what.object : what.probe;
}

static clpt_status create(clpt_solver *s, void *state)
{
    momentum *m = state;
    clpt_status status = CLPT_OK;
    for (int f = 0; f < FIELDS; f++) {
        CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_COMPLEX, count_of(s, f), &m->previous[f]));
        CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_COMPLEX, count_of(s, f), &m->velocity[f]));
        CLPTI_TRY(clpti_zero(clpti_view_of(m->velocity[f]), count_of(s, f)));
    }
cleanup:
    return status;
}

static clpt_status before(clpt_solver *s, void *state)
{
    momentum *m = state;
    clpt_status status = CLPT_OK;
    for (int f = 0; f < FIELDS; f++)
        if (is_moving(s, f))
            CLPTI_TRY(clpti_copy(clpti_view_of(field_of(s, f)), clpti_view_of(m->previous[f]), count_of(s, f)));
cleanup:
    return status;
}

static clpt_status after(clpt_solver *s, void *state)
{
    momentum *m = state;
    clpt_status status = CLPT_OK;
    for (int f = 0; f < FIELDS; f++)
        if (is_moving(s, f))
            CLPTI_TRY(clpti_momentum(s->context, &(clpti_momentum_args){.field = clpti_view_of(field_of(s, f)),
                                                                        .previous = clpti_view_of(m->previous[f]),
                                                                        .velocity = clpti_view_of(m->velocity[f]),
                                                                        .friction = s->options.momentum,
                                                                        .count = count_of(s, f)}));
cleanup:
    return status;
}

static int states(clpt_solver *s, void *state, clpti_state_entry *entries, int capacity)
{
    momentum *m = state;
    if (capacity < FIELDS) return 0;
    entries[0] = (clpti_state_entry){.name = "object.velocity",
                                     .rank = 2,
                                     .shape = {s->height, s->width},
                                     .buffer = m->velocity[OBJECT],
                                     .frame = CLPTI_FRAME_OBJECT,
                                     .scale = -1};
    entries[1] = (clpti_state_entry){.name = "probe.velocity",
                                     .rank = 3,
                                     .shape = {s->modes, s->side, s->side},
                                     .buffer = m->velocity[PROBE],
                                     .frame = CLPTI_FRAME_PROBE,
                                     .scale = 1,
                                     .by_mode = true};
    return FIELDS;
}

const clpti_extension clpti_momentum_extension = {
    .part = &part, .is_used = is_used, .create = create, .before = before, .after = after, .states = states};
