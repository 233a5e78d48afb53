/* SPDX-License-Identifier: Apache-2.0 */
/* Sums over patterns for the updates of object and probe, and the updates. */
#include "solve/update_sums.h"

#include "ops/engine.h"
#include "solve/extension.h"

static int64_t pixels_of(const clpt_solver *s)
{
    return s->side * s->side;
}

static int64_t object_pixels(const clpt_solver *s)
{
    return s->height * s->width;
}

clpt_status clpti_update_sums_create(clpt_solver *s, clpti_update_sums *m)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = pixels_of(s), slots = clpti_probe_slots(s->context, s->modes * pixels);
    int64_t terms = clpti_subpixel_terms(s->subpixel);
    if (s->batch == 1 || terms > 1) slots = 1; /* a single pattern, or terms that keep a device as busy as slots */
    *m = (clpti_update_sums){.slots = slots, .terms = terms};
    const struct {
        clpt_buffer **buffer;
        clpti_element element;
        int64_t count;
    } needs[] = {{&m->object_step, CLPTI_COMPLEX, object_pixels(s)},
                 {&m->object_power, CLPTI_REAL, object_pixels(s)},
                 {&m->probe_step, CLPTI_COMPLEX, s->modes * pixels},
                 {&m->probe_power, CLPTI_REAL, pixels},
                 {&m->weight, CLPTI_REAL, pixels},
                 {&m->largest, CLPTI_REAL, 1},
                 {&m->step_slots, CLPTI_COMPLEX, slots > 1 ? slots * terms * s->modes * pixels : 0},
                 {&m->step_terms, CLPTI_COMPLEX, terms > 1 ? terms * s->modes * pixels : 0},
                 {&m->power_slots, CLPTI_REAL, slots > 1 ? slots * pixels : 0}};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (needs[i].count > 0)
            CLPTI_TRY(clpti_buffer_create(s->context, needs[i].element, needs[i].count, needs[i].buffer));
cleanup:
    return status;
}

void clpti_update_sums_destroy(clpti_update_sums *m)
{
    clpt_buffer **buffers[] = {&m->object_step, &m->object_power, &m->probe_step,  &m->probe_power, &m->weight,
                               &m->largest,     &m->step_slots,   &m->power_slots, &m->step_terms};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) clpt_buffer_destroy(buffers[i]);
}

clpt_status clpti_update_sums_start(clpt_solver *s, clpti_update_sums *m, clpti_updates what)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = pixels_of(s);
    if (what.object) m->fresh_object = true;
    if (what.probe) m->fresh_probe = true;
    if (what.object && !s->subpixel)
        CLPTI_TRY(clpti_power(s->context, &(clpti_power_args){.modes = clpti_view_of(s->probe),
                                                              .mode_count = s->modes,
                                                              .count = pixels,
                                                              .power = clpti_view_of(m->weight)}));
cleanup:
    return status;
}

clpt_status clpti_update_sums_add_object(clpt_solver *s, clpti_update_sums *m, clpti_view waves,
                                         const clpti_selection *at)
{
    clpti_pattern_probes probes;
    bool fresh = m->fresh_object;
    clpt_status status = clpti_solver_probes(s, at, &probes);
    if (status != CLPT_OK) return status;
    m->fresh_object = false;
    return clpti_object_gradient(s->context,
                                 &(clpti_object_gradient_args){.waves = waves,
                                                               .probe = probes.probe,
                                                               .probe_stride = probes.stride,
                                                               .modes = s->modes,
                                                               .size = s->side,
                                                               .at = *at,
                                                               .weights = clpti_view_of(s->subpixel ? NULL : m->weight),
                                                               .own_weights = s->subpixel != NULL,
                                                               .canvas = clpti_view_of(m->object_step),
                                                               .fresh = fresh,
                                                               .weight_sum = clpti_view_of(m->object_power),
                                                               .height = s->height,
                                                               .width = s->width});
}

/* The sum of the slots of the probe's step. */
static clpt_buffer *step_of(const clpti_update_sums *m)
{
    return m->step_terms ? m->step_terms : m->probe_step;
}

static clpt_status add_probe(clpt_solver *s, clpti_update_sums *m, clpti_view waves, const clpti_selection *at)
{
    const clpti_probe_gradient_args args = {.object = clpti_view_of(s->object),
                                            .height = s->height,
                                            .width = s->width,
                                            .at = *at,
                                            .waves = waves,
                                            .modes = s->modes,
                                            .size = s->side,
                                            .slots = m->slots,
                                            .gradient = clpti_view_of(m->step_slots ? m->step_slots : step_of(m)),
                                            .patch_power =
                                                clpti_view_of(m->power_slots ? m->power_slots : m->probe_power),
                                            .fresh = m->fresh_probe};
    m->fresh_probe = false;
    return s->subpixel ? clpti_subpixel_add(s->subpixel, &args) : clpti_probe_gradient(s->context, &args);
}

clpt_status clpti_update_sums_add(clpt_solver *s, clpti_update_sums *m, clpti_updates what, clpti_view waves,
                                  const clpti_selection *at)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_extensions_on_residual(s, waves, at));
    if (what.object) CLPTI_TRY(clpti_update_sums_add_object(s, m, waves, at));
    if (what.probe) CLPTI_TRY(add_probe(s, m, waves, at));
cleanup:
    return status;
}

static clpt_status fold(clpt_solver *s, const clpti_update_sums *m, clpt_buffer *slots, bool complex, int64_t count,
                        clpt_buffer *sum)
{
    if (!slots) return CLPT_OK;
    return clpti_fold(s->context, &(clpti_fold_args){.slots = clpti_view_of(slots),
                                                     .complex = complex,
                                                     .slot_count = m->slots,
                                                     .count = count,
                                                     .out = clpti_view_of(sum),
                                                     .fresh = true});
}

clpt_status clpti_update_sums_fold(clpt_solver *s, clpti_update_sums *m)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *step = step_of(m);
    CLPTI_TRY(fold(s, m, m->step_slots, true, m->terms * s->modes * pixels_of(s), step));
    CLPTI_TRY(fold(s, m, m->power_slots, false, pixels_of(s), m->probe_power));
    if (s->subpixel)
        CLPTI_TRY(clpti_subpixel_probe_gradient(s->subpixel, clpti_view_of(step), clpti_view_of(m->probe_step)));
cleanup:
    return status;
}

static clpt_status find_largest(clpt_solver *s, clpti_update_sums *m, clpti_view power, int64_t count)
{
    return clpti_largest(
        s->context,
        &(clpti_largest_args){.values = power, .groups = 1, .count = count, .out = clpti_view_of(m->largest)});
}

static clpt_status precondition(clpt_solver *s, clpti_update_sums *m, const clpti_precondition_args *args)
{
    clpt_status status = find_largest(s, m, args->power, args->count);
    return status == CLPT_OK ? clpti_precondition(s->context, args) : status;
}

clpt_status clpti_update_sums_precondition(clpt_solver *s, clpti_update_sums *m, clpti_updates what)
{
    clpt_status status = CLPT_OK;
    if (what.object)
        CLPTI_TRY(precondition(s, m,
                               &(clpti_precondition_args){.step = clpti_view_of(m->object_step),
                                                          .power = clpti_view_of(m->object_power),
                                                          .largest = clpti_view_of(m->largest),
                                                          .repeats = 1,
                                                          .count = object_pixels(s),
                                                          .alpha = s->options.object_alpha}));
    if (what.probe)
        CLPTI_TRY(precondition(s, m,
                               &(clpti_precondition_args){.step = clpti_view_of(m->probe_step),
                                                          .power = clpti_view_of(m->probe_power),
                                                          .largest = clpti_view_of(m->largest),
                                                          .repeats = s->modes,
                                                          .count = pixels_of(s),
                                                          .alpha = s->options.probe_alpha}));
cleanup:
    return status;
}

static clpt_status update(clpt_solver *s, clpti_update_sums *m, const clpti_relax_args *relax)
{
    clpt_status status = find_largest(s, m, relax->power, relax->count);
    return status == CLPT_OK ? clpti_relax(s->context, relax) : status;
}

clpt_status clpti_update_sums_update_object(clpt_solver *s, clpti_update_sums *m)
{
    return update(s, m,
                  &(clpti_relax_args){.field = clpti_view_of(s->object),
                                      .step = clpti_view_of(m->object_step),
                                      .power = clpti_view_of(m->object_power),
                                      .largest = clpti_view_of(m->largest),
                                      .repeats = 1,
                                      .count = object_pixels(s),
                                      .alpha = s->options.object_alpha,
                                      .factor = clpti_solver_step(s)});
}

clpt_status clpti_update_sums_update_probe(clpt_solver *s, clpti_update_sums *m)
{
    s->version++;
    return update(s, m,
                  &(clpti_relax_args){.field = clpti_view_of(s->probe),
                                      .step = clpti_view_of(m->probe_step),
                                      .power = clpti_view_of(m->probe_power),
                                      .largest = clpti_view_of(m->largest),
                                      .repeats = s->modes,
                                      .count = pixels_of(s),
                                      .alpha = s->options.probe_alpha,
                                      .factor = clpti_solver_step(s)});
}
