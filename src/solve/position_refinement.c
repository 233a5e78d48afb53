/* SPDX-License-Identifier: Apache-2.0 */
/* Refinement of positions: the residual waves of each pattern give its displacement by least squares (a Gauss-Newton
 * step along the derivative of the object), and after the iteration all positions move together, restricted to an
 * affine map of their starts (clpti_displace). */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ops/engine.h"
#include "solve/extension.h"

static const double damping = 1e-3; /* of the normal equations */
/* Maximum step of the affine map, smaller than that of each position: the object follows it more slowly. */
static const double map_limit = 0.2;

typedef struct refinement {
    clpti_positions start; /* positions before refinement */
    clpt_buffer *moved;    /* real [count, 2]: displacements from there */
    clpt_buffer *fits;     /* real [count, clpti_position_sums] */
} refinement;

static void close_refinement(void *state)
{
    refinement *r = state;
    clpti_positions_destroy(&r->start);
    clpt_buffer_destroy(&r->moved);
    clpt_buffer_destroy(&r->fits);
}

static const clpti_part part = {"the refinement of positions", sizeof(refinement), close_refinement};

static bool is_used(const clpt_solver *s)
{
    return s->options.position_start != CLPT_NEVER;
}

static bool is_refining(const clpt_solver *s)
{
    return clpti_solver_is_past(s, s->options.position_start);
}

static clpt_status create(clpt_solver *s, void *state)
{
    refinement *r = state;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_positions_create(s->context, s->data.source.positions, s->count, &r->start));
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, 2 * s->count, &r->moved));
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, clpti_position_sums * s->count, &r->fits));
    CLPTI_TRY(clpti_zero(clpti_view_of(r->moved), 2 * s->count));
cleanup:
    return status;
}

static clpt_status on_residual(clpt_solver *s, void *state, clpti_view waves, const clpti_selection *at)
{
    refinement *r = state;
    clpti_pattern_probes probes;
    if (!is_refining(s)) return CLPT_OK;
    clpt_status status = CLPT_OK;
    clpti_view fits = clpti_view_of(r->fits);
    CLPTI_TRY(clpti_solver_probes(s, at, &probes));
    CLPTI_TRY(clpti_position_fit(s->context, &(clpti_position_fit_args){.object = clpti_view_of(s->object),
                                                                        .height = s->height,
                                                                        .width = s->width,
                                                                        .at = *at,
                                                                        .probe = probes.probe,
                                                                        .probe_stride = probes.stride,
                                                                        .waves = waves,
                                                                        .modes = s->modes,
                                                                        .size = s->side,
                                                                        .sums = fits}));
    if (s->subpixel) CLPTI_TRY(clpti_solver_slopes(s, at, waves, clpti_position_sums, fits));
cleanup:
    return status;
}

/* Also after a state was restored. */
static clpt_status position(clpt_solver *s)
{
    const refinement *r = clpti_part_find(&s->parts, &part);
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_move_positions(s->context, &(clpti_move_positions_args){.start = &r->start,
                                                                            .positions = &s->positions,
                                                                            .count = s->count,
                                                                            .moved = clpti_view_of(r->moved)}));
    s->version++;
    if (s->subpixel) CLPTI_TRY(clpti_subpixel_moved(s->subpixel));
cleanup:
    return status;
}

static clpt_status after(clpt_solver *s, void *state)
{
    refinement *r = state;
    clpt_status status = CLPT_OK;
    double stretch = s->options.position_stretch;
    if (!is_refining(s)) return CLPT_OK;
    CLPTI_TRY(clpti_displace(s->context, &(clpti_displace_args){.sums = clpti_view_of(r->fits),
                                                                .positions = &r->start,
                                                                .count = s->count,
                                                                .size = s->side,
                                                                .moved = clpti_view_of(r->moved),
                                                                .step = s->options.position_step,
                                                                .damping = damping,
                                                                .limit = s->options.position_limit,
                                                                .stretch = stretch > 0.0 ? stretch : -1.0,
                                                                .map_limit = map_limit * s->options.position_limit,
                                                                .pull = s->options.position_affine,
                                                                .range = s->options.position_range,
                                                                .dilation = s->options.position_dilation}));
    CLPTI_TRY(position(s));
cleanup:
    return status;
}

static int states(clpt_solver *s, void *state, clpti_state_entry *entries, int capacity)
{
    const refinement *r = state;
    if (capacity < 1) return 0;
    entries[0] = (clpti_state_entry){
        .name = "positions.moved", .rank = 2, .shape = {s->count, 2}, .buffer = r->moved, .changed = position};
    return 1;
}

const clpti_extension clpti_refine_extension = {
    .part = &part, .is_used = is_used, .create = create, .on_residual = on_residual, .after = after, .states = states};

clpt_status clpt_solver_get_positions(clpt_solver *s, double *positions)
{
    clpt_status status = CLPT_OK;
    if (!s || !positions) return CLPT_ERROR_ARGUMENT;
    double *moved = clpti_calloc(2 * s->count, sizeof *moved);
    if (!moved)
        return clpti_fail(&s->context->message, CLPT_ERROR_MEMORY, "clpt_solver_get_positions: no host memory for %lld",
                          (long long)s->count);
    const refinement *r = clpti_part_find(&s->parts, &part);
    const double *start = r ? r->start.xy : s->positions.xy;
    if (r) CLPTI_TRY(clpti_field_download(clpti_view_of(r->moved), moved, CLPT_TYPE_F64, 2 * s->count));
    for (int64_t i = 0; i < 2 * s->count; i++) positions[i] = start[i] + moved[i];
cleanup:
    free(moved);
    return status;
}
