/* SPDX-License-Identifier: Apache-2.0 */
/* Mini-batch rPIE: the regularised ptychographical iterative engine (Maiden, Johnson & Li, Optica 4, 736, 2017) with
 * the sums of its update taken over a batch of patterns: object += Σ conj(P)·Δψ / ((1 − α)·Σ|P|² + α·max Σ|P|²), probe
 * likewise with the patches. A batch goes through in chunks that the FFT plan has room for; sums continue from chunk to
 * chunk in order, so that the result does not depend on the chunks. Nothing waits for the device within an iteration.
 */
#include <stdlib.h>

#include "core/memory.h"
#include "core/poisson.h"
#include "solve/solver.h"

typedef struct rpie_state {
    int32_t *order; /* host, refilled each iteration */
    clpti_order shown;
    clpt_buffer *object_step, *object_power, *probe_step, *probe_power; /* sums over the batch */
    clpt_buffer *weight;                                                /* Σ_p |P_p|² */
    clpt_buffer *largest;                                               /* one number */
    int64_t slots;                                                      /* of the probe's sums */
    clpt_buffer *step_slots, *power_slots; /* NULL when there is one slot: the sums themselves */
} rpie_state;

enum { order_stream = 1 }; /* the random stream of the orders */

static int64_t pixels_of(const clpt_solver *s)
{
    return s->side * s->side;
}

static void destroy(clpt_solver *solver)
{
    rpie_state *r = solver->state;
    clpt_buffer **buffers[] = {&r->shown.device, &r->object_step, &r->object_power, &r->probe_step, &r->probe_power,
                               &r->weight,       &r->largest,     &r->step_slots,   &r->power_slots};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) clpt_buffer_destroy(buffers[i]);
    free(r->order);
    free(r);
    solver->state = NULL;
}

static clpt_status create(clpt_solver *s)
{
    clpt_context *context = s->context;
    clpt_status status = CLPT_OK;
    rpie_state *r = calloc(1, sizeof *r);
    if (!r) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for the engine");
    s->state = r;
    if (!(r->order = clpti_malloc(s->count, sizeof *r->order)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for an order of patterns"));
    r->shown.host = r->order;
    int64_t object = s->height * s->width, pixels = pixels_of(s);
    const struct {
        clpt_buffer **buffer;
        clpti_element element;
        int64_t count;
    } needs[] = {{&r->object_step, CLPTI_COMPLEX, object},
                 {&r->object_power, CLPTI_REAL, object},
                 {&r->probe_step, CLPTI_COMPLEX, s->modes * pixels},
                 {&r->probe_power, CLPTI_REAL, pixels},
                 {&r->weight, CLPTI_REAL, pixels},
                 {&r->largest, CLPTI_REAL, 1}};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        CLPTI_TRY(clpti_buffer_create(context, needs[i].element, needs[i].count, needs[i].buffer));
    if (!clpti_is_reference(context)) CLPTI_TRY(clpti_buffer_create(context, CLPTI_INDEX, s->count, &r->shown.device));
    r->slots = clpti_probe_slots(context);
    if (r->slots > 1) {
        CLPTI_TRY(clpti_buffer_create(context, CLPTI_COMPLEX, r->slots * s->modes * pixels, &r->step_slots));
        CLPTI_TRY(clpti_buffer_create(context, CLPTI_REAL, r->slots * pixels, &r->power_slots));
    }
cleanup:
    return status; /* clpt_solver_destroy frees a state that failed */
}

/* Fisher–Yates from counters: the same order on every device. */
static clpt_status shuffle(clpt_solver *s)
{
    rpie_state *r = s->state;
    for (int64_t i = 0; i < s->count; i++) r->order[i] = (int32_t)i;
    for (int64_t i = s->count - 1; i > 0; i--) {
        uint64_t index = (uint64_t)(s->iteration * s->count + i);
        int64_t j = (int64_t)(clpti_uniform(s->options.seed, order_stream, index) * (double)(i + 1));
        int32_t hold = r->order[i];
        r->order[i] = r->order[j];
        r->order[j] = hold;
    }
    return r->shown.device ? clpti_upload(clpti_view_of(r->shown.device), r->order, s->count) : CLPT_OK;
}

/* ---- one chunk of a batch ---- */

static clpt_status add_object_step(clpt_solver *s, const clpti_forward_room *room, const clpti_selection *at)
{
    rpie_state *r = s->state;
    return clpti_object_gradient(s->context, &(clpti_object_gradient_args){.waves = clpti_view_of(room->fft->waves),
                                                                           .probe = clpti_view_of(s->probe),
                                                                           .modes = s->modes,
                                                                           .size = s->side,
                                                                           .at = *at,
                                                                           .weights = clpti_view_of(r->weight),
                                                                           .canvas = clpti_view_of(r->object_step),
                                                                           .weight_sum = clpti_view_of(r->object_power),
                                                                           .height = s->height,
                                                                           .width = s->width});
}

static clpt_status add_probe_step(clpt_solver *s, const clpti_forward_room *room, const clpti_selection *at)
{
    rpie_state *r = s->state;
    return clpti_probe_gradient(
        s->context,
        &(clpti_probe_gradient_args){.object = clpti_view_of(s->object),
                                     .height = s->height,
                                     .width = s->width,
                                     .at = *at,
                                     .waves = clpti_view_of(room->fft->waves),
                                     .modes = s->modes,
                                     .size = s->side,
                                     .slots = r->slots,
                                     .gradient = clpti_view_of(r->step_slots ? r->step_slots : r->probe_step),
                                     .patch_power = clpti_view_of(r->power_slots ? r->power_slots : r->probe_power)});
}

static clpt_status chunk(clpt_solver *s, const clpti_forward_room *room, const clpti_selection *at, bool update_probe)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_solver_exit_step(s, room, at, false));
    CLPTI_TRY(add_object_step(s, room, at));
    if (update_probe) CLPTI_TRY(add_probe_step(s, room, at));
cleanup:
    return status;
}

/* ---- a batch ---- */

static clpt_status start_sums(clpt_solver *s, bool update_probe)
{
    rpie_state *r = s->state;
    int64_t object = s->height * s->width, pixels = pixels_of(s);
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_zero(clpti_view_of(r->object_step), object));
    CLPTI_TRY(clpti_zero(clpti_view_of(r->object_power), object));
    CLPTI_TRY(clpti_power(s->context, &(clpti_power_args){.modes = clpti_view_of(s->probe),
                                                          .mode_count = s->modes,
                                                          .count = pixels,
                                                          .power = clpti_view_of(r->weight)}));
    if (!update_probe) return CLPT_OK;
    CLPTI_TRY(clpti_zero(clpti_view_of(r->probe_step), s->modes * pixels));
    CLPTI_TRY(clpti_zero(clpti_view_of(r->probe_power), pixels));
    if (r->slots == 1) return CLPT_OK;
    CLPTI_TRY(clpti_zero(clpti_view_of(r->step_slots), r->slots * s->modes * pixels));
    CLPTI_TRY(clpti_zero(clpti_view_of(r->power_slots), r->slots * pixels));
cleanup:
    return status;
}

static clpt_status fold(clpt_solver *s, clpt_buffer *slots, bool complex, int64_t count, clpt_buffer *sum)
{
    rpie_state *r = s->state;
    if (!slots) return CLPT_OK;
    return clpti_fold(s->context, &(clpti_fold_args){.slots = clpti_view_of(slots),
                                                     .complex = complex,
                                                     .slot_count = r->slots,
                                                     .count = count,
                                                     .out = clpti_view_of(sum)});
}

static clpt_status update(clpt_solver *s, clpt_buffer *field, clpt_buffer *step, clpt_buffer *power, int64_t repeats,
                          int64_t count, double alpha)
{
    rpie_state *r = s->state;
    clpt_status status = clpti_largest(
        s->context, &(clpti_largest_args){
                        .values = clpti_view_of(power), .groups = 1, .count = count, .out = clpti_view_of(r->largest)});
    if (status != CLPT_OK) return status;
    return clpti_relax(s->context, &(clpti_relax_args){.field = clpti_view_of(field),
                                                       .step = clpti_view_of(step),
                                                       .power = clpti_view_of(power),
                                                       .largest = clpti_view_of(r->largest),
                                                       .repeats = repeats,
                                                       .count = count,
                                                       .alpha = alpha});
}

static clpt_status update_probe_now(clpt_solver *s)
{
    rpie_state *r = s->state;
    clpt_status status = CLPT_OK;
    int64_t pixels = pixels_of(s);
    CLPTI_TRY(fold(s, r->step_slots, true, s->modes * pixels, r->probe_step));
    CLPTI_TRY(fold(s, r->power_slots, false, pixels, r->probe_power));
    CLPTI_TRY(update(s, s->probe, r->probe_step, r->probe_power, s->modes, pixels, s->options.probe_alpha));
cleanup:
    return status;
}

static clpt_status batch(clpt_solver *s, const clpti_forward_room *room, int64_t first, int64_t count,
                         bool update_probe)
{
    rpie_state *r = s->state;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(start_sums(s, update_probe));
    for (int64_t done = 0; done < count; done += room->chunk) {
        clpti_selection at =
            clpti_solver_selection(s, &r->shown, first + done, count - done < room->chunk ? count - done : room->chunk);
        CLPTI_TRY(chunk(s, room, &at, update_probe));
    }
    CLPTI_TRY(update(s, s->object, r->object_step, r->object_power, 1, s->height * s->width, s->options.object_alpha));
    if (update_probe) CLPTI_TRY(update_probe_now(s));
cleanup:
    return status;
}

static clpt_status iterate(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    clpti_forward_room room = {0};
    bool update_probe = s->options.probe_start >= 0 && s->iteration >= s->options.probe_start;
    CLPTI_TRY(clpti_solver_reserve(s, &room));
    CLPTI_TRY(shuffle(s));
    /* Batches of nearly equal size: a last one of a few patterns would take as large a step as the others, and leave
     * the object fitted to those few. */
    int64_t batches = (s->count + s->batch - 1) / s->batch;
    for (int64_t b = 0; b < batches; b++) {
        int64_t first = s->count * b / batches, next = s->count * (b + 1) / batches;
        CLPTI_TRY(batch(s, &room, first, next - first, update_probe));
    }
cleanup:
    clpti_forward_release(&room);
    return status;
}

const clpti_engine clpti_engine_rpie = {"rpie", create, iterate, destroy, NULL};
