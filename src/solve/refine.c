/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/refine.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ops/engine.h"
#include "solve/opr.h"

static const double damping = 1e-3; /* of the systems of equations */
/* The map of all positions moves less than each of them: the object follows it more slowly than the next step comes. */
static const double map_limit = 0.2;

static bool is_refining(const clpt_solver *s)
{
    return s->moved && s->iteration >= s->options.position_start;
}

clpt_status clpti_refine_create(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    if (s->options.position_start <= 0) return CLPT_OK;
    CLPTI_TRY(clpti_places_create(s->context, s->data.source.positions, s->count, &s->start));
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, 2 * s->count, &s->moved));
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, clpti_position_sums * s->count, &s->position_fits));
    CLPTI_TRY(clpti_zero(clpti_view_of(s->moved), 2 * s->count));
cleanup:
    return status;
}

void clpti_refine_destroy(clpt_solver *s)
{
    clpti_places_destroy(&s->start);
    clpt_buffer_destroy(&s->moved);
    clpt_buffer_destroy(&s->position_fits);
}

clpt_status clpti_refine_meet(clpt_solver *s, clpti_view waves, const clpti_selection *at)
{
    clpti_own own;
    if (!is_refining(s)) return CLPT_OK;
    clpt_status status = clpti_solver_own(s, at, &own);
    if (status != CLPT_OK) return status;
    return clpti_position_fit(s->context, &(clpti_position_fit_args){.object = clpti_view_of(s->object),
                                                                     .height = s->height,
                                                                     .width = s->width,
                                                                     .at = *at,
                                                                     .probe = own.probe,
                                                                     .probe_stride = own.stride,
                                                                     .waves = waves,
                                                                     .modes = s->modes,
                                                                     .size = s->side,
                                                                     .sums = clpti_view_of(s->position_fits)});
}

/* Also after a state was put back. */
static clpt_status place(clpt_solver *s)
{
    return clpti_place_moved(
        s->context, &(clpti_place_moved_args){
                        .start = &s->start, .places = &s->places, .count = s->count, .moved = clpti_view_of(s->moved)});
}

clpt_status clpti_refine_after(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    if (!is_refining(s)) return CLPT_OK;
    CLPTI_TRY(clpti_displace(s->context, &(clpti_displace_args){.sums = clpti_view_of(s->position_fits),
                                                                .places = &s->start,
                                                                .count = s->count,
                                                                .size = s->side,
                                                                .moved = clpti_view_of(s->moved),
                                                                .step = s->options.position_step,
                                                                .damping = damping,
                                                                .limit = s->options.position_limit,
                                                                .stretch = s->options.position_stretch,
                                                                .map_limit = map_limit * s->options.position_limit,
                                                                .pull = s->options.position_affine,
                                                                .range = s->options.position_range,
                                                                .dilation = s->options.position_dilation}));
    CLPTI_TRY(place(s));
cleanup:
    return status;
}

int clpti_refine_states(clpt_solver *s, clpti_state_row *rows, int room)
{
    if (!s->moved || room < 1) return 0;
    rows[0] = (clpti_state_row){
        .name = "positions.moved", .rank = 2, .shape = {s->count, 2}, .buffer = s->moved, .changed = place};
    return 1;
}

clpt_status clpt_solver_get_positions(clpt_solver *s, double *positions)
{
    clpt_status status = CLPT_OK;
    if (!s || !positions) return CLPT_ERROR_ARGUMENT;
    double *moved = clpti_calloc(2 * s->count, sizeof *moved);
    if (!moved)
        return clpti_fail(&s->context->message, CLPT_ERROR_MEMORY, "clpt_solver_get_positions: no host memory for %lld",
                          (long long)s->count);
    const double *start = s->moved ? s->start.xy : s->places.xy;
    if (s->moved) CLPTI_TRY(clpti_field_download(clpti_view_of(s->moved), moved, CLPT_TYPE_F64, 2 * s->count));
    for (int64_t i = 0; i < 2 * s->count; i++) positions[i] = start[i] + moved[i];
cleanup:
    free(moved);
    return status;
}
