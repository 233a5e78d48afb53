/* SPDX-License-Identifier: Apache-2.0 */
/* Projection engines dm and raar: they store every exit wave ψ_k and project all of them between two sets, waves with
 * the measured moduli (F), and products P·O_k of one probe and one object (O).
 *
 * dm, the difference map with its parameter 1 (Thibault et al., Ultramicroscopy 109, 338, 2009): ψ += G(2·Oψ − ψ) − Oψ
 * with G = βF + 1 − β. β = 1 is the published map, which has no fixed point if noise separates the two sets; it
 * converges for any smaller β.
 * raar, relaxed averaged alternating reflections (Luke, Inverse Problems 21, 37, 2005): with the reflections R = 2·F −
 * 1 and 2·O − 1, ψ = β/2·((2·O − 1)R + 1)ψ + (1 − β)·Fψ.
 *
 * With Δ = Fw − w of the projected waves w, both are one step on stored waves s (e = P·O_k):
 *     dm    w = 2e − s      s = e + βΔ                          residual r = βΔ
 *     raar  w = βe + s      s = β(1 − β)e + (1 − β)s + (1 − 2β)Δ    residual r = (β − 1)e + s + 2Δ
 * where s is ψ itself for dm and ψ − βe for raar. The residual of O's argument, ψ − e or Rψ − e, updates object and
 * probe by least squares: field += Σ conj(·)·r / Σ|·|², a fixed point once e equals every wave.
 *
 * raar updates both from one residual, by half of that. dm stores ψ and so has its residual at any time; it alternates
 * as in the paper: the probe first, from the full residual, then the object, from the residual of the new probe,
 * s − P·O_k. The reverse order converges less often from a wrong probe, whose errors the object takes over. */

#include "ops/engine.h"
#include "solve/update_sums.h"

extern const clpti_engine clpti_engine_raar; /* below */

typedef struct projection_state {
    clpti_update_sums sums;
    clpt_buffer *stored; /* complex [count, modes, side, side] */
} projection_state;

typedef struct factors {
    double start[3];           /* of w */
    double stored[3], rest[3]; /* of s and of the residual, after the step */
} factors;

static bool is_raar(const clpt_solver *s)
{
    return s->engine == &clpti_engine_raar;
}

static factors factors_of(const clpt_solver *s)
{
    double b = s->options.relaxation;
    return is_raar(s) ? (factors){{b, 1, 0}, {b * (1 - b), 1 - b, 1 - 2 * b}, {b - 1, 1, 2}}
                      : (factors){{2, -1, 0}, {1, 0, b}, {0, 0, b}};
}

static void close_engine(void *state)
{
    projection_state *q = state;
    clpti_update_sums_destroy(&q->sums);
    clpt_buffer_destroy(&q->stored);
}

static const clpti_part part = {"the engine", sizeof(projection_state), close_engine};

static clpt_status blend(clpt_solver *s, clpt_buffer *waves, const clpti_selection *at, const double stored_by[3],
                         const double waves_by[3])
{
    projection_state *q = s->state;
    clpti_pattern_probes probes;
    clpt_status status = clpti_solver_probes(s, at, &probes);
    if (status != CLPT_OK) return status;
    clpti_blend_args args = {.object = clpti_view_of(s->object),
                             .height = s->height,
                             .width = s->width,
                             .at = *at,
                             .probe = probes.probe,
                             .probe_stride = probes.stride,
                             .modes = s->modes,
                             .size = s->side,
                             .stored = clpti_view_of(q->stored),
                             .waves = clpti_view_of(waves)};
    for (int j = 0; j < 3; j++) {
        args.stored_by[j] = stored_by[j];
        args.waves_by[j] = waves_by[j];
    }
    return clpti_blend(s->context, &args);
}

static const double same_stored[3] = {0, 1, 0}, same_waves[3] = {0, 0, 1};

/* The stored waves of the initial object and probe: ψ = e. */
static clpt_status fill(clpt_solver *s)
{
    projection_state *q = s->state;
    clpt_status status = CLPT_OK;
    clpti_forward_workspace workspace = {0};
    CLPTI_TRY(clpti_solver_reserve(s, &workspace));
    for (int64_t done = 0; done < s->count; done += workspace.chunk) {
        clpti_selection at = clpti_solver_chunk(s, NULL, 0, s->count, done, workspace.chunk);
        CLPTI_TRY(blend(s, q->stored, &at, (double[]){is_raar(s) ? 1 - s->options.relaxation : 1, 0, 0}, same_waves));
    }
cleanup:
    clpti_forward_release(&workspace);
    return status;
}

static clpt_status make_stored(clpt_solver *s)
{
    projection_state *q = s->state;
    int64_t count = s->count * s->modes * s->side * s->side;
    clpt_status status = clpti_buffer_create(s->context, CLPTI_COMPLEX, count, &q->stored);
    if (status != CLPT_OK)
        clpti_message_prefix(&s->context->message,
                             "clpt_solver_create: engine '%s' stores the exit waves of all %lld patterns on the device "
                             "(rpie, epie and lsqml do not)",
                             s->engine->name, (long long)s->count);
    return status;
}

static clpt_status create(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    projection_state *q = s->state;
    CLPTI_TRY(clpti_update_sums_create(s, &q->sums));
    CLPTI_TRY(make_stored(s));
    CLPTI_TRY(fill(s));
cleanup:
    return status;
}

static clpt_status chunk(clpt_solver *s, const clpti_forward_workspace *workspace, const clpti_selection *at,
                         clpti_updates what)
{
    projection_state *q = s->state;
    clpt_status status = CLPT_OK;
    factors by = factors_of(s);
    CLPTI_TRY(blend(s, workspace->fft->waves, at, same_stored, by.start));
    CLPTI_TRY(clpti_solver_exit_step(s, workspace, at, CLPTI_STEP_GIVEN));
    CLPTI_TRY(blend(s, workspace->fft->waves, at, by.stored, by.rest));
    CLPTI_TRY(clpti_update_sums_add(s, &q->sums, what, clpti_view_of(workspace->fft->waves), at));
cleanup:
    return status;
}

static clpt_status update(clpt_solver *s, clpti_updates what)
{
    projection_state *q = s->state;
    clpt_status status = CLPT_OK;
    if (what.object) CLPTI_TRY(clpti_update_sums_update_object(s, &q->sums));
    if (what.probe) CLPTI_TRY(clpti_update_sums_fold(s, &q->sums));
    if (what.probe) CLPTI_TRY(clpti_update_sums_update_probe(s, &q->sums));
cleanup:
    return status;
}

/* From the waves ψ that dm stores. */
static clpt_status object_of_stored(clpt_solver *s, const clpti_forward_workspace *workspace)
{
    static const double rest[3] = {-1, 1, 0};
    static const clpti_updates what = {.object = true};
    projection_state *q = s->state;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_update_sums_start(s, &q->sums, what));
    for (int64_t done = 0; done < s->count; done += workspace->chunk) {
        clpti_selection at = clpti_solver_chunk(s, NULL, 0, s->count, done, workspace->chunk);
        CLPTI_TRY(blend(s, workspace->fft->waves, &at, same_stored, rest));
        CLPTI_TRY(clpti_update_sums_add_object(s, &q->sums, clpti_view_of(workspace->fft->waves), &at));
    }
    status = update(s, what);
cleanup:
    return status;
}

static clpt_status iterate(clpt_solver *s)
{
    projection_state *q = s->state;
    clpt_status status = CLPT_OK;
    clpti_forward_workspace workspace = {0};
    clpti_updates what = clpti_solver_updates(s);
    const bool alternates = !is_raar(s) && what.object && what.probe;
    if (alternates) what.object = false;
    CLPTI_TRY(clpti_solver_reserve(s, &workspace));
    CLPTI_TRY(clpti_update_sums_start(s, &q->sums, what));
    for (int64_t done = 0; done < s->count; done += workspace.chunk) {
        clpti_selection at = clpti_solver_chunk(s, NULL, 0, s->count, done, workspace.chunk);
        CLPTI_TRY(chunk(s, &workspace, &at, what));
    }
    CLPTI_TRY(update(s, what));
    if (alternates) CLPTI_TRY(object_of_stored(s, &workspace));
cleanup:
    clpti_forward_release(&workspace);
    return status;
}

static int states(clpt_solver *s, clpti_state_entry *entries, int capacity)
{
    projection_state *q = s->state;
    if (capacity < 1) return 0;
    entries[0] = (clpti_state_entry){.name = "exit_waves",
                                     .rank = 4,
                                     .shape = {s->count, s->modes, s->side, s->side},
                                     .buffer = q->stored,
                                     .frame = CLPTI_FRAME_PROBE};
    return 1;
}

static clpt_status check_dm(const clpti_options_check *c)
{
    if (c->options->intensity_start == CLPT_NEVER || c->options->relaxation != 1.0) return CLPT_OK;
    return clpti_options_exclude(c, "intensity-start", "relaxation",
                                 "object and probe of engine 'dm' do not settle then; use a relaxation below "
                                 "1, or engine 'raar'");
}

const clpti_engine clpti_engine_dm = {
    .name = "dm",
    .summary = "difference map (Thibault et al. 2009)",
    .defaults = {{"object-alpha", 0.05}, {"probe-alpha", 0.05}, {"step", 1}, {"momentum", 0}, {"relaxation", 0.9}},
    .batch = CLPTI_BATCH_WHOLE,
    .check = check_dm,
    .part = &part,
    .create = create,
    .iterate = iterate,
    .states = states};
const clpti_engine clpti_engine_raar = {
    .name = "raar",
    .summary = "relaxed averaged alternating reflections (Luke 2005)",
    .defaults = {{"object-alpha", 0.05}, {"probe-alpha", 0.05}, {"step", 0.5}, {"momentum", 0}, {"relaxation", 0.8}},
    .batch = CLPTI_BATCH_WHOLE,
    .part = &part,
    .create = create,
    .iterate = iterate,
    .states = states};
