/* SPDX-License-Identifier: Apache-2.0 */
/* ePIE, the extended ptychographical iterative engine (Maiden & Rodenburg, Ultramicroscopy 109, 1256, 2009): one
 * pattern at a time in random order, object patch += β·conj(P)·Δψ / max Σ|P|² and probe += β·conj(O_k)·Δψ / max |O_k|²,
 * both from their values before the step. β is the option `step`. The object is updated in place, within the patch
 * only. */

#include "solve/batches.h"
#include "solve/update_sums.h"

typedef struct epie_state {
    clpti_batches batches;
    clpti_update_sums sums;
    clpt_buffer *scaled; /* complex [modes, side, side]: β·P / max Σ|P|² */
} epie_state;

static void close_engine(void *state)
{
    epie_state *e = state;
    clpti_batches_destroy(&e->batches);
    clpti_update_sums_destroy(&e->sums);
    clpt_buffer_destroy(&e->scaled);
}

static const clpti_part part = {"the engine", sizeof(epie_state), close_engine};

static clpt_status create(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    epie_state *e = s->state;
    CLPTI_TRY(clpti_batches_create(s, &e->batches));
    CLPTI_TRY(clpti_update_sums_create(s, &e->sums));
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_COMPLEX, s->modes * s->side * s->side, &e->scaled));
cleanup:
    return status;
}

/* scaled = β·P / max Σ|P|²: relax with an alpha of 1. */
static clpt_status scale_probe(clpt_solver *s, const clpti_selection *at)
{
    epie_state *e = s->state;
    clpt_status status = CLPT_OK;
    int64_t pixels = s->side * s->side;
    clpti_pattern_probes probes;
    CLPTI_TRY(clpti_solver_probes(s, at, &probes));
    CLPTI_TRY(clpti_power(s->context, &(clpti_power_args){.modes = probes.probe,
                                                          .mode_count = s->modes,
                                                          .count = pixels,
                                                          .power = clpti_view_of(e->sums.weight)}));
    CLPTI_TRY(clpti_largest(s->context, &(clpti_largest_args){.values = clpti_view_of(e->sums.weight),
                                                              .groups = 1,
                                                              .count = pixels,
                                                              .out = clpti_view_of(e->sums.largest)}));
    CLPTI_TRY(clpti_relax(s->context, &(clpti_relax_args){.field = clpti_view_of(e->scaled),
                                                          .step = probes.probe,
                                                          .power = clpti_view_of(e->sums.weight),
                                                          .largest = clpti_view_of(e->sums.largest),
                                                          .repeats = s->modes,
                                                          .count = pixels,
                                                          .alpha = 1.0,
                                                          .factor = s->options.step,
                                                          .fresh = true}));
cleanup:
    return status;
}

static clpt_status move_object(clpt_solver *s, clpti_view waves, const clpti_selection *at)
{
    epie_state *e = s->state;
    return clpti_object_gradient(s->context, &(clpti_object_gradient_args){.waves = waves,
                                                                           .probe = clpti_view_of(e->scaled),
                                                                           .modes = s->modes,
                                                                           .size = s->side,
                                                                           .at = *at,
                                                                           .canvas = clpti_view_of(s->object),
                                                                           .height = s->height,
                                                                           .width = s->width});
}

static clpt_status process_pattern(clpt_solver *s, const clpti_forward_workspace *workspace, int64_t index,
                                   clpti_updates what)
{
    epie_state *e = s->state;
    clpt_status status = CLPT_OK;
    clpti_updates probe = {.probe = what.probe};
    clpti_view waves = clpti_view_of(workspace->fft->waves);
    clpti_selection at = clpti_solver_selection(s, &e->batches.shown, index, 1);
    CLPTI_TRY(clpti_update_sums_start(s, &e->sums, probe));
    CLPTI_TRY(scale_probe(s, &at));
    CLPTI_TRY(clpti_solver_exit_step(s, workspace, &at, CLPTI_STEP_MODEL));
    CLPTI_TRY(clpti_update_sums_add(s, &e->sums, probe, waves, &at)); /* of the object before its update */
    if (what.object) CLPTI_TRY(move_object(s, waves, &at));
    if (!what.probe) return CLPT_OK;
    CLPTI_TRY(clpti_update_sums_fold(s, &e->sums));
    CLPTI_TRY(clpti_update_sums_update_probe(s, &e->sums));
cleanup:
    return status;
}

static clpt_status iterate(clpt_solver *s)
{
    epie_state *e = s->state;
    clpt_status status = CLPT_OK;
    clpti_forward_workspace workspace = {0};
    CLPTI_TRY(clpti_solver_reserve(s, &workspace));
    CLPTI_TRY(clpti_batches_shuffle(s, &e->batches));
    for (int64_t k = 0; k < s->count; k++) CLPTI_TRY(process_pattern(s, &workspace, k, clpti_solver_updates(s)));
cleanup:
    clpti_forward_release(&workspace);
    return status;
}

const clpti_engine clpti_engine_epie = {
    .name = "epie",
    .summary = "ePIE, one pattern at a time (Maiden & Rodenburg 2009)",
    .defaults = {{"object-alpha", 1}, {"probe-alpha", 1}, {"step", 1}, {"momentum", 0}},
    .batch = CLPTI_BATCH_ONE,
    .part = &part,
    .create = create,
    .iterate = iterate};
