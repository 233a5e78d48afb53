/* SPDX-License-Identifier: Apache-2.0 */
/* Maximum likelihood (Thibault & Guizar-Sicairos, New J. Phys. 14, 063004, 2012) by conjugate gradients over object and
 * probe together, once for the whole scan: the gradients g of the likelihood are divided by the illumination Σ|P|² and
 * Σ|O_k|² (regularised as in rPIE; the weights of Wei, Chen, Yu & Zhang 2017, and Odstrčil et al. 2018), which gives z;
 * then d = z + β·d with β of Polak, Ribière and Polyak. The step along d ends where the slope is 0, by a secant from
 * the slopes here and after the previous iteration's step: that requires exit waves, but neither the detector's waves
 * nor losses, and applies to any likelihood. Every number stays on the device. */

#include "ops/engine.h"
#include "solve/update_sums.h"

enum { OBJECT, PROBE, FIELDS };

/* Indices into `numbers`: two that persist, values derived from them, and products [FIELDS, 3]. */
enum { LENGTH, MEMORY, LASTING, BETA = LASTING, SLOPE, CORRECTION, PRODUCTS, NUMBERS = PRODUCTS + 3 * FIELDS };

typedef struct ml_state {
    clpti_update_sums sums;        /* whose steps contain g, then z */
    clpt_buffer *gradient[FIELDS]; /* g of the previous iteration */
    clpt_buffer *fresh[FIELDS];    /* g of this one */
    clpt_buffer *direction[FIELDS];
    clpt_buffer *fits;    /* real [count, 5] */
    clpt_buffer *numbers; /* real [NUMBERS] */
} ml_state;

static int64_t count_of(const clpt_solver *s, int field)
{
    return field == OBJECT ? s->height * s->width : s->modes * s->side * s->side;
}

static clpt_buffer *step_of(const clpt_solver *s, int field)
{
    const ml_state *l = s->state;
    return field == OBJECT ? l->sums.object_step : l->sums.probe_step;
}

static bool has(clpti_updates what, int field)
{
    return field == OBJECT ? what.object : what.probe;
}

static clpti_view number(const clpt_solver *s, int which)
{
    const ml_state *l = s->state;
    return clpti_view_at(clpti_view_of(l->numbers), which);
}

static void close_engine(void *state)
{
    ml_state *l = state;
    clpti_update_sums_destroy(&l->sums);
    for (int f = 0; f < FIELDS; f++) {
        clpt_buffer_destroy(&l->gradient[f]);
        clpt_buffer_destroy(&l->fresh[f]);
        clpt_buffer_destroy(&l->direction[f]);
    }
    clpt_buffer_destroy(&l->fits);
    clpt_buffer_destroy(&l->numbers);
}

static const clpti_part part = {"the engine", sizeof(ml_state), close_engine};

/* The first trial has about the final length of simulated scans; counts on dark pixels require a shorter one. */
static clpt_status start(clpt_solver *s)
{
    const ml_state *l = s->state;
    double numbers[NUMBERS] = {[LENGTH] = s->options.likelihood == CLPT_LIKELIHOOD_POISSON ? 0.5 : 1.0};
    return clpti_field_upload(clpti_view_of(l->numbers), numbers, CLPT_TYPE_F64, NUMBERS);
}

static clpt_status create(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    ml_state *l = s->state;
    CLPTI_TRY(clpti_update_sums_create(s, &l->sums));
    for (int f = 0; f < FIELDS; f++) {
        clpt_buffer **fields[] = {&l->gradient[f], &l->fresh[f], &l->direction[f]};
        for (int i = 0; i < 3; i++) {
            CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_COMPLEX, count_of(s, f), fields[i]));
            CLPTI_TRY(clpti_zero(clpti_view_of(*fields[i]), count_of(s, f)));
        }
    }
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, 5 * s->count, &l->fits));
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, NUMBERS, &l->numbers));
    CLPTI_TRY(start(s));
cleanup:
    return status;
}

/* ---- the direction ---- */

/* g into `fresh` and z into the sums' steps. */
static clpt_status find_gradient(clpt_solver *s, const clpti_forward_workspace *workspace, clpti_updates what)
{
    ml_state *l = s->state;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_update_sums_start(s, &l->sums, what));
    for (int64_t done = 0; done < s->count; done += workspace->chunk) {
        clpti_selection at = clpti_solver_chunk(s, NULL, 0, s->count, done, workspace->chunk);
        CLPTI_TRY(clpti_solver_exit_step(s, workspace, &at, CLPTI_STEP_MODEL));
        CLPTI_TRY(clpti_update_sums_add(s, &l->sums, what, clpti_view_of(workspace->fft->waves), &at));
    }
    if (what.probe) CLPTI_TRY(clpti_update_sums_fold(s, &l->sums));
    for (int f = 0; f < FIELDS; f++)
        if (has(what, f))
            CLPTI_TRY(clpti_copy(clpti_view_of(step_of(s, f)), clpti_view_of(l->fresh[f]), count_of(s, f)));
    CLPTI_TRY(clpti_update_sums_precondition(s, &l->sums, what));
cleanup:
    return status;
}

static clpt_status find_product(clpt_solver *s, clpt_buffer *a, clpt_buffer *b, int field, int which)
{
    return clpti_inner(s->context, &(clpti_inner_args){.a = clpti_view_of(a),
                                                       .b = clpti_view_of(b),
                                                       .count = count_of(s, field),
                                                       .out = number(s, PRODUCTS + 3 * field + which)});
}

/* True if this iteration updates an array that the previous one did not: the directions are not conjugate then. */
static bool starts_anew(const clpt_solver *s)
{
    return s->iteration == 0 || s->iteration == s->options.object_start || s->iteration == s->options.probe_start;
}

/* d = z + β·d. */
static clpt_status turn_field(clpt_solver *s, int field)
{
    ml_state *l = s->state;
    clpt_status status = CLPT_OK;
    int64_t count = count_of(s, field);
    clpti_view step = clpti_view_of(step_of(s, field)), direction = clpti_view_of(l->direction[field]);
    CLPTI_TRY(clpti_advance(
        s->context,
        &(clpti_advance_args){
            .field = step, .direction = direction, .length = number(s, BETA), .factor = 1.0, .count = count}));
    CLPTI_TRY(clpti_copy(step, direction, count));
cleanup:
    return status;
}

static clpt_status find_direction(clpt_solver *s, clpti_updates what)
{
    ml_state *l = s->state;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_zero(number(s, PRODUCTS), 3 * FIELDS));
    for (int f = 0; f < FIELDS; f++) {
        if (!has(what, f)) continue;
        CLPTI_TRY(find_product(s, l->fresh[f], step_of(s, f), f, 0));
        CLPTI_TRY(find_product(s, l->gradient[f], step_of(s, f), f, 1));
        CLPTI_TRY(find_product(s, l->fresh[f], l->direction[f], f, 2));
    }
    CLPTI_TRY(clpti_conjugate(s->context, &(clpti_conjugate_args){.products = number(s, PRODUCTS),
                                                                  .fields = FIELDS,
                                                                  .restart = starts_anew(s),
                                                                  .memory = number(s, MEMORY),
                                                                  .beta = number(s, BETA),
                                                                  .slope = number(s, SLOPE)}));
    for (int f = 0; f < FIELDS; f++) {
        if (!has(what, f)) continue;
        CLPTI_TRY(turn_field(s, f));
        clpt_buffer *last = l->gradient[f];
        l->gradient[f] = l->fresh[f];
        l->fresh[f] = last;
    }
cleanup:
    return status;
}

/* ---- the step ---- */

static clpt_status move(clpt_solver *s, clpti_updates what, int length)
{
    ml_state *l = s->state;
    clpt_status status = CLPT_OK;
    clpt_buffer *fields[FIELDS] = {s->object, s->probe};
    s->version++;
    for (int f = 0; f < FIELDS; f++)
        if (has(what, f))
            CLPTI_TRY(clpti_advance(s->context, &(clpti_advance_args){.field = clpti_view_of(fields[f]),
                                                                      .direction = clpti_view_of(l->direction[f]),
                                                                      .length = number(s, length),
                                                                      .factor = 1.0,
                                                                      .count = count_of(s, f)}));
cleanup:
    return status;
}

/* Each pattern's slope along the direction, at the current object and probe. */
static clpt_status find_slopes(clpt_solver *s, const clpti_forward_workspace *workspace)
{
    ml_state *l = s->state;
    clpt_status status = CLPT_OK;
    for (int64_t done = 0; done < s->count; done += workspace->chunk) {
        clpti_selection at = clpti_solver_chunk(s, NULL, 0, s->count, done, workspace->chunk);
        clpti_pattern_probes probes, direction;
        CLPTI_TRY(clpti_solver_exit_step(s, workspace, &at, CLPTI_STEP_TRIAL));
        CLPTI_TRY(clpti_solver_probes(s, &at, &probes));
        CLPTI_TRY(clpti_solver_shift(s, &at, clpti_view_of(l->direction[PROBE]), &direction));
        CLPTI_TRY(clpti_step_fit(s->context,
                                 &(clpti_step_fit_args){.object = clpti_view_of(s->object),
                                                        .object_direction = clpti_view_of(l->direction[OBJECT]),
                                                        .height = s->height,
                                                        .width = s->width,
                                                        .at = at,
                                                        .probe = probes.probe,
                                                        .probe_stride = probes.stride,
                                                        .probe_direction = direction.probe,
                                                        .direction_stride = direction.stride,
                                                        .waves = clpti_view_of(workspace->fft->waves),
                                                        .modes = s->modes,
                                                        .size = s->side,
                                                        .sums = clpti_view_at(clpti_view_of(l->fits), 5 * done)}));
    }
cleanup:
    return status;
}

static clpt_status iterate(clpt_solver *s)
{
    ml_state *l = s->state;
    clpt_status status = CLPT_OK;
    clpti_updates what = clpti_solver_updates(s);
    clpti_forward_workspace workspace = {0};
    CLPTI_TRY(clpti_solver_reserve(s, &workspace));
    CLPTI_TRY(find_gradient(s, &workspace, what));
    CLPTI_TRY(find_direction(s, what));
    CLPTI_TRY(move(s, what, LENGTH));
    CLPTI_TRY(find_slopes(s, &workspace));
    CLPTI_TRY(clpti_secant(s->context, &(clpti_secant_args){.sums = clpti_view_of(l->fits),
                                                            .count = s->count,
                                                            .slope = number(s, SLOPE),
                                                            .factor = s->options.step,
                                                            .length = number(s, LENGTH),
                                                            .correction = number(s, CORRECTION)}));
    CLPTI_TRY(move(s, what, CORRECTION));
cleanup:
    clpti_forward_release(&workspace);
    return status;
}

static int states(clpt_solver *s, clpti_state_entry *entries, int capacity)
{
    const ml_state *l = s->state;
    if (capacity < 5) return 0;
    entries[0] = (clpti_state_entry){.name = "line", .rank = 1, .shape = {LASTING}, .buffer = l->numbers};
    entries[1] = (clpti_state_entry){.name = "object.gradient",
                                     .rank = 2,
                                     .shape = {s->height, s->width},
                                     .buffer = l->gradient[OBJECT],
                                     .frame = CLPTI_FRAME_OBJECT,
                                     .scale = 1};
    entries[2] = (clpti_state_entry){.name = "probe.gradient",
                                     .rank = 3,
                                     .shape = {s->modes, s->side, s->side},
                                     .buffer = l->gradient[PROBE],
                                     .frame = CLPTI_FRAME_PROBE,
                                     .scale = -1};
    entries[3] = (clpti_state_entry){.name = "object.direction",
                                     .rank = 2,
                                     .shape = {s->height, s->width},
                                     .buffer = l->direction[OBJECT],
                                     .frame = CLPTI_FRAME_OBJECT,
                                     .scale = -1};
    entries[4] = (clpti_state_entry){.name = "probe.direction",
                                     .rank = 3,
                                     .shape = {s->modes, s->side, s->side},
                                     .buffer = l->direction[PROBE],
                                     .frame = CLPTI_FRAME_PROBE,
                                     .scale = 1};
    return 5;
}

const clpti_engine clpti_engine_ml = {
    .name = "ml",
    .summary = "maximum likelihood by conjugate gradients (Thibault & "
               "Guizar-Sicairos 2012)",
    .defaults = {{"object-alpha", 0.1}, {"probe-alpha", 0.1}, {"step", 1}, {"momentum", 0}},
    .batch = CLPTI_BATCH_WHOLE,
    .part = &part,
    .create = create,
    .iterate = iterate,
    .states = states};
