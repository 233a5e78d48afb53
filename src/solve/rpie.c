/* SPDX-License-Identifier: Apache-2.0 */
/* Mini-batch rPIE: the regularised ptychographical iterative engine (Maiden, Johnson & Li, Optica 4, 736, 2017) with
 * its update summed over a batch of patterns: object += Σ conj(P)·Δψ / ((1 − α)·Σ|P|² + α·max Σ|P|²), probe likewise
 * with the patches. */

#include "solve/batches.h"
#include "solve/update_sums.h"

typedef struct rpie_state {
    clpti_batches batches;
    clpti_update_sums sums;
} rpie_state;

static void close_engine(void *state)
{
    rpie_state *r = state;
    clpti_batches_destroy(&r->batches);
    clpti_update_sums_destroy(&r->sums);
}

static const clpti_part part = {"the engine", sizeof(rpie_state), close_engine};

static clpt_status create(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    rpie_state *r = s->state;
    CLPTI_TRY(clpti_batches_create(s, &r->batches));
    CLPTI_TRY(clpti_update_sums_create(s, &r->sums));
cleanup:
    return status;
}

static clpt_status update_batch(clpt_solver *s, const clpti_forward_workspace *workspace, clpti_batch batch,
                                clpti_updates what)
{
    rpie_state *r = s->state;
    clpt_status status = CLPT_OK;
    int64_t chunk = s->subpixel ? clpti_subpixel_chunk(s->subpixel, workspace->chunk) : workspace->chunk;
    CLPTI_TRY(clpti_update_sums_start(s, &r->sums, what));
    for (int64_t done = 0; done < batch.size; done += chunk) {
        clpti_selection at = clpti_solver_chunk(s, &r->batches.shown, batch.first, batch.size, done, chunk);
        CLPTI_TRY(clpti_solver_exit_step(s, workspace, &at, CLPTI_STEP_MODEL));
        CLPTI_TRY(clpti_update_sums_add(s, &r->sums, what, clpti_view_of(workspace->fft->waves), &at));
    }
    if (what.object) CLPTI_TRY(clpti_update_sums_update_object(s, &r->sums));
    if (!what.probe) return CLPT_OK;
    CLPTI_TRY(clpti_update_sums_fold(s, &r->sums));
    CLPTI_TRY(clpti_update_sums_update_probe(s, &r->sums));
cleanup:
    return status;
}

static clpt_status iterate(clpt_solver *s)
{
    rpie_state *r = s->state;
    clpt_status status = CLPT_OK;
    clpti_forward_workspace workspace = {0};
    CLPTI_TRY(clpti_solver_reserve(s, &workspace));
    CLPTI_TRY(clpti_batches_shuffle(s, &r->batches));
    for (int64_t b = 0; b < r->batches.count; b++)
        CLPTI_TRY(update_batch(s, &workspace, clpti_batch_of(s, &r->batches, b), clpti_solver_updates(s)));
cleanup:
    clpti_forward_release(&workspace);
    return status;
}

const clpti_engine clpti_engine_rpie = {
    .name = "rpie",
    .summary = "mini-batch rPIE (Maiden, Johnson & Li 2017)",
    .defaults = {{"object-alpha", 0.2}, {"probe-alpha", 0.2}, {"step", 1}, {"momentum", 0}},
    .part = &part,
    .create = create,
    .iterate = iterate};
