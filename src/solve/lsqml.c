/* SPDX-License-Identifier: Apache-2.0 */
/* Least-squares maximum likelihood (Odstrčil, Menzel & Guizar-Sicairos, Opt. Express 26, 3108, 2018): for each batch
 * the directions D = Σ conj(P)·Δψ / ((1 − α)·Σ|P|² + α·max) of the object and Q likewise of the probe, then for each
 * pattern the step lengths (a, b) that minimise Σ|Δψ_k − a·D_k·P − b·O_k·Q|² (their eqs. 20–22), and one step by the
 * mean of each. */

#include "ops/engine.h"
#include "solve/batches.h"
#include "solve/update_sums.h"

typedef struct lsqml_state {
    clpti_batches batches;
    clpti_update_sums sums;
    clpt_buffer *fits;    /* real [largest batch, 5] */
    clpt_buffer *lengths; /* real [2] */
    clpt_buffer *waves;   /* Δψ of a batch, if the plan's capacity is smaller */
    int64_t capacity;     /* patterns in `waves` */
} lsqml_state;

static const double damping = 0.1; /* of the 2×2 systems */

static void close_engine(void *state)
{
    lsqml_state *l = state;
    clpti_batches_destroy(&l->batches);
    clpti_update_sums_destroy(&l->sums);
    clpt_buffer_destroy(&l->fits);
    clpt_buffer_destroy(&l->lengths);
    clpt_buffer_destroy(&l->waves);
}

static const clpti_part part = {"the engine", sizeof(lsqml_state), close_engine};

static clpt_status create(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    lsqml_state *l = s->state;
    CLPTI_TRY(clpti_batches_create(s, &l->batches));
    CLPTI_TRY(clpti_update_sums_create(s, &l->sums));
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, 5 * s->batch, &l->fits));
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, 2, &l->lengths));
cleanup:
    return status;
}

/* Memory for the waves of a batch, unless the plan stores them all. */
static clpt_status reserve_waves(clpt_solver *s, const clpti_forward_workspace *workspace, int64_t size)
{
    lsqml_state *l = s->state;
    if (size <= workspace->chunk || size <= l->capacity) return CLPT_OK;
    clpt_buffer_destroy(&l->waves);
    l->capacity = 0;
    clpt_status status = clpti_buffer_create(s->context, CLPTI_COMPLEX, size * s->modes * s->side * s->side, &l->waves);
    if (status == CLPT_OK) l->capacity = size;
    return status;
}

/* The changes of the exit waves of a batch and the sums over them; `waves` is the view of the changes. */
static clpt_status process_batch(clpt_solver *s, const clpti_forward_workspace *workspace, clpti_batch batch,
                                 clpti_updates what, clpti_view *waves)
{
    lsqml_state *l = s->state;
    clpt_status status = CLPT_OK;
    int64_t elements = s->modes * s->side * s->side;
    bool kept = batch.size > workspace->chunk;
    *waves = clpti_view_of(kept ? l->waves : workspace->fft->waves);
    for (int64_t done = 0; done < batch.size; done += workspace->chunk) {
        clpti_selection at = clpti_solver_chunk(s, &l->batches.shown, batch.first, batch.size, done, workspace->chunk);
        clpti_view changes = clpti_view_of(workspace->fft->waves);
        CLPTI_TRY(clpti_solver_exit_step(s, workspace, &at, CLPTI_STEP_MODEL));
        CLPTI_TRY(clpti_update_sums_add(s, &l->sums, what, changes, &at));
        if (kept) CLPTI_TRY(clpti_copy(changes, clpti_view_at(*waves, done * elements), at.count * elements));
    }
cleanup:
    return status;
}

static clpt_status fit_chunk(clpt_solver *s, const clpti_selection *at, int64_t done, clpti_updates what,
                             clpti_view waves)
{
    lsqml_state *l = s->state;
    clpti_pattern_probes probes, direction;
    clpt_status status = clpti_solver_probes(s, at, &probes);
    if (status == CLPT_OK)
        status = clpti_solver_shift(s, at, clpti_view_of(what.probe ? l->sums.probe_step : NULL), &direction);
    if (status != CLPT_OK) return status;
    return clpti_step_fit(s->context,
                          &(clpti_step_fit_args){.object = clpti_view_of(s->object),
                                                 .object_direction = clpti_view_of(l->sums.object_step),
                                                 .height = s->height,
                                                 .width = s->width,
                                                 .at = *at,
                                                 .probe = probes.probe,
                                                 .probe_stride = probes.stride,
                                                 .probe_direction = direction.probe,
                                                 .direction_stride = direction.stride,
                                                 .waves = clpti_view_at(waves, done * s->modes * s->side * s->side),
                                                 .modes = s->modes,
                                                 .size = s->side,
                                                 .sums = clpti_view_at(clpti_view_of(l->fits), 5 * done)});
}

/* All at once, unless patterns have individual probes, which are processed in chunks. */
static clpt_status find_lengths(clpt_solver *s, const clpti_forward_workspace *workspace, clpti_batch batch,
                                clpti_updates what, clpti_view waves)
{
    int64_t chunk = clpti_solver_probe_stride(s) && workspace->chunk < batch.size ? workspace->chunk : batch.size;
    lsqml_state *l = s->state;
    clpt_status status = CLPT_OK;
    if (!what.object) CLPTI_TRY(clpti_zero(clpti_view_of(l->sums.object_step), s->height * s->width));
    for (int64_t done = 0; done < batch.size; done += chunk) {
        clpti_selection at = clpti_solver_chunk(s, &l->batches.shown, batch.first, batch.size, done, chunk);
        CLPTI_TRY(fit_chunk(s, &at, done, what, waves));
    }
    CLPTI_TRY(clpti_step_lengths(s->context, &(clpti_step_lengths_args){.sums = clpti_view_of(l->fits),
                                                                        .count = batch.size,
                                                                        .damping = damping,
                                                                        .lengths = clpti_view_of(l->lengths)}));
cleanup:
    return status;
}

static clpt_status advance(clpt_solver *s, clpt_buffer *field, clpt_buffer *direction, int which, int64_t count)
{
    lsqml_state *l = s->state;
    return clpti_advance(s->context, &(clpti_advance_args){.field = clpti_view_of(field),
                                                           .direction = clpti_view_of(direction),
                                                           .length = clpti_view_at(clpti_view_of(l->lengths), which),
                                                           .factor = clpti_solver_step(s),
                                                           .count = count});
}

static clpt_status update_batch(clpt_solver *s, const clpti_forward_workspace *workspace, clpti_batch batch,
                                clpti_updates what)
{
    lsqml_state *l = s->state;
    clpt_status status = CLPT_OK;
    clpti_view waves;
    CLPTI_TRY(clpti_update_sums_start(s, &l->sums, what));
    CLPTI_TRY(process_batch(s, workspace, batch, what, &waves));
    if (what.probe) CLPTI_TRY(clpti_update_sums_fold(s, &l->sums));
    CLPTI_TRY(clpti_update_sums_precondition(s, &l->sums, what));
    CLPTI_TRY(find_lengths(s, workspace, batch, what, waves));
    if (what.object) CLPTI_TRY(advance(s, s->object, l->sums.object_step, 0, s->height * s->width));
    s->version++;
    if (what.probe) CLPTI_TRY(advance(s, s->probe, l->sums.probe_step, 1, s->modes * s->side * s->side));
cleanup:
    return status;
}

static clpt_status iterate(clpt_solver *s)
{
    lsqml_state *l = s->state;
    clpt_status status = CLPT_OK;
    clpti_forward_workspace workspace = {0};
    CLPTI_TRY(clpti_solver_reserve(s, &workspace));
    CLPTI_TRY(reserve_waves(s, &workspace, s->batch));
    CLPTI_TRY(clpti_batches_shuffle(s, &l->batches));
    for (int64_t b = 0; b < l->batches.count; b++)
        CLPTI_TRY(update_batch(s, &workspace, clpti_batch_of(s, &l->batches, b), clpti_solver_updates(s)));
cleanup:
    clpti_forward_release(&workspace);
    return status;
}

const clpti_engine clpti_engine_lsqml = {
    .name = "lsqml",
    .summary = "least-squares maximum likelihood (Odstrčil et al. 2018)",
    .defaults = {{"object-alpha", 0.5}, {"probe-alpha", 0.5}, {"step", 0.25}, {"momentum", 0.7}},
    .shifted = {{"object-alpha", 0.2}},
    .part = &part,
    .create = create,
    .iterate = iterate};
