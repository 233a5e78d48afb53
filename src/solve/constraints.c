/* SPDX-License-Identifier: Apache-2.0 */
/* Constraints on object and probe after each iteration: support and power of the probe; smoothness, total variation and
 * amplitude limits of the object, in this order. Each applies only in iterations that update its array. */
#include "ops/constraint.h"
#include "solve/extension.h"

static const double soft_edge = 0.03; /* of the probe's support, as a fraction of the side */
enum { tv_steps = 10 };

typedef struct constraints {
    clpt_buffer *support; /* real [side, side]: of the probe; NULL: none */
} constraints;

static void close_constraints(void *state)
{
    constraints *c = state;
    clpt_buffer_destroy(&c->support);
}

static const clpti_part part = {"constraints", sizeof(constraints), close_constraints};

static clpt_status check(const clpti_options_check *c)
{
    const clpt_solver_options *o = c->options;
    if (o->object_amplitude_max <= 0.0 || o->object_amplitude_min <= o->object_amplitude_max) return CLPT_OK;
    return clpti_options_exclude(c, "object-amplitude-min", "object-amplitude-max",
                                 "the minimum is more than the maximum");
}

static bool is_used(const clpt_solver *s)
{
    const clpt_solver_options *o = &s->options;
    return o->probe_support > 0.0 || o->probe_power > 0.0 || o->object_smooth > 0.0 || o->object_tv > 0.0 ||
           o->object_amplitude_min > 0.0 || o->object_amplitude_max > 0.0;
}

static clpt_status create(clpt_solver *s, void *state)
{
    constraints *c = state;
    if (!(s->options.probe_support > 0.0)) return CLPT_OK;
    return clpti_support_disc(s->context, s->side, s->options.probe_support, soft_edge, &c->support);
}

static clpt_status constrain_object(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    const clpt_solver_options *o = &s->options;
    clpti_view object = clpti_view_of(s->object);
    if (o->object_smooth > 0.0)
        CLPTI_TRY(clpti_smooth_object(
            s->context,
            &(clpti_smooth_object_args){
                .field = object, .height = s->height, .width = s->width, .sigma = 1.0, .mix = o->object_smooth}));
    if (o->object_tv > 0.0)
        CLPTI_TRY(clpti_tv_step(
            s->context,
            &(clpti_tv_step_args){
                .field = object, .height = s->height, .width = s->width, .weight = o->object_tv, .steps = tv_steps}));
    if (o->object_amplitude_min > 0.0 || o->object_amplitude_max > 0.0)
        CLPTI_TRY(clpti_limit_amplitude(
            s->context,
            &(clpti_limit_amplitude_args){.field = object,
                                          .count = s->height * s->width,
                                          .lowest = o->object_amplitude_min,
                                          .highest = o->object_amplitude_max > 0.0 ? o->object_amplitude_max : 1e30}));
cleanup:
    return status;
}

static int64_t count_of(const clpti_state_entry *entry)
{
    int64_t count = 1;
    for (int axis = 0; axis < entry->rank; axis++) count *= entry->shape[axis];
    return count;
}

/* The object is scaled by the inverse factor, and the persistent state of both likewise: the data determine only their
 * products, which do not change. */
static clpt_status constrain_power(clpt_solver *s, bool object_too)
{
    clpti_state_entry entries[clpti_state_capacity];
    clpti_scaled_field others[clpti_state_capacity];
    int other_count = 0, count = object_too ? clpti_solver_states(s, entries) : 0;
    for (int i = 0; i < count; i++)
        if (entries[i].scale != 0 && entries[i].buffer != s->probe)
            others[other_count++] = (clpti_scaled_field){.field = clpti_view_of(entries[i].buffer),
                                                         .count = count_of(&entries[i]),
                                                         .inverse = entries[i].scale < 0};
    return clpti_normalise_power(s->context, &(clpti_normalise_power_args){.field = clpti_view_of(s->probe),
                                                                           .modes = s->modes,
                                                                           .size = s->side,
                                                                           .power = s->options.probe_power,
                                                                           .others = others,
                                                                           .other_count = other_count});
}

static clpt_status constrain_probe(clpt_solver *s, const constraints *c, bool object_too)
{
    clpt_status status = CLPT_OK;
    clpti_view probe = clpti_view_of(s->probe);
    if (c->support)
        CLPTI_TRY(clpti_scale_by(s->context, &(clpti_scale_by_args){.field = probe,
                                                                    .out = probe,
                                                                    .real = clpti_view_of(c->support),
                                                                    .repeats = s->modes,
                                                                    .count = s->side * s->side,
                                                                    .factor = 1.0}));
    if (s->options.probe_power > 0.0) CLPTI_TRY(constrain_power(s, object_too));
cleanup:
    return status;
}

static clpt_status after(clpt_solver *s, void *state)
{
    clpt_status status = CLPT_OK;
    clpti_updates what = clpti_solver_updates(s);
    if (what.probe) CLPTI_TRY(constrain_probe(s, state, what.object));
    if (what.object) CLPTI_TRY(constrain_object(s));
cleanup:
    return status;
}

const clpti_extension clpti_constrain_extension = {
    .part = &part, .check = check, .is_used = is_used, .create = create, .after = after};
