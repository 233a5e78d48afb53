/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/momentum.h"

#include "ops/engine.h"

enum { OBJECT, PROBE, FIELDS };

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
    return s->options.momentum > 0.0 && (which == OBJECT ? what.object : what.probe);
}

clpt_status clpti_momentum_create(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    if (!(s->options.momentum > 0.0)) return CLPT_OK;
    for (int f = 0; f < FIELDS; f++) {
        CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_COMPLEX, count_of(s, f), &s->previous[f]));
        CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_COMPLEX, count_of(s, f), &s->velocity[f]));
        CLPTI_TRY(clpti_zero(clpti_view_of(s->velocity[f]), count_of(s, f)));
    }
cleanup:
    return status;
}

void clpti_momentum_destroy(clpt_solver *s)
{
    for (int f = 0; f < FIELDS; f++) {
        clpt_buffer_destroy(&s->previous[f]);
        clpt_buffer_destroy(&s->velocity[f]);
    }
}

clpt_status clpti_momentum_before(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    for (int f = 0; f < FIELDS; f++)
        if (is_moving(s, f))
            CLPTI_TRY(clpti_copy(clpti_view_of(field_of(s, f)), clpti_view_of(s->previous[f]), count_of(s, f)));
cleanup:
    return status;
}

clpt_status clpti_momentum_after(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    for (int f = 0; f < FIELDS; f++)
        if (is_moving(s, f))
            CLPTI_TRY(clpti_momentum(s->context, &(clpti_momentum_args){.field = clpti_view_of(field_of(s, f)),
                                                                        .previous = clpti_view_of(s->previous[f]),
                                                                        .velocity = clpti_view_of(s->velocity[f]),
                                                                        .friction = s->options.momentum,
                                                                        .count = count_of(s, f)}));
cleanup:
    return status;
}

int clpti_momentum_states(clpt_solver *s, clpti_state_row *rows, int room)
{
    if (!s->velocity[OBJECT] || room < FIELDS) return 0;
    rows[0] = (clpti_state_row){.name = "object.velocity",
                                .rank = 2,
                                .shape = {s->height, s->width},
                                .buffer = s->velocity[OBJECT],
                                .frame = CLPTI_FRAME_OBJECT,
                                .scale = -1};
    rows[1] = (clpti_state_row){.name = "probe.velocity",
                                .rank = 3,
                                .shape = {s->modes, s->side, s->side},
                                .buffer = s->velocity[PROBE],
                                .frame = CLPTI_FRAME_PROBE,
                                .scale = 1};
    return FIELDS;
}
