/* SPDX-License-Identifier: Apache-2.0 */
/* Centring of the probe in its array. Object and probe moved by the same number of pixels leave every far field
 * unchanged, so the data do not determine the probe's place. This moves both by whole pixels (the operation `centre`),
 * with all persistent state in their pixels; positions do not change. */
#include "ops/constraint.h"
#include "solve/extension.h"

static const clpti_part part = {"the centring of the probe", 0, NULL};

static clpt_status check(const clpti_options_check *c)
{
    if (c->options->probe_centre <= 0 || c->options->propagation.kind == CLPT_PROPAGATION_FAR_FIELD) return CLPT_OK;
    return clpti_options_unsupported(c, "probe-centre", "in a near field: patterns would move with the probe");
}

static bool is_used(const clpt_solver *s)
{
    return s->options.probe_centre > 0;
}

/* Only if both are updated: a fixed probe or object is known. */
static bool is_due(const clpt_solver *s)
{
    int64_t every = s->options.probe_centre;
    clpti_updates what = clpti_solver_updates(s);
    return (s->iteration + 1) % every == 0 && what.object && what.probe;
}

/* A state entry as images of its last two dimensions. */
static clpti_centred_field field_of(const clpti_state_entry *entry)
{
    int64_t count = 1;
    for (int axis = 0; axis < entry->rank - 2; axis++) count *= entry->shape[axis];
    return (clpti_centred_field){.field = clpti_view_of(entry->buffer),
                                 .count = count,
                                 .height = entry->shape[entry->rank - 2],
                                 .width = entry->shape[entry->rank - 1],
                                 .wraps = entry->frame == CLPTI_FRAME_PROBE};
}

static clpt_status after(clpt_solver *s, void *state)
{
    (void)state;
    clpti_state_entry entries[clpti_state_capacity];
    clpti_centred_field fields[clpti_state_capacity];
    int field_count = 0;
    if (!is_due(s)) return CLPT_OK;
    int count = clpti_solver_states(s, entries);
    for (int i = 0; i < count; i++)
        if (entries[i].frame != CLPTI_FRAME_NONE) fields[field_count++] = field_of(&entries[i]);
    return clpti_centre(s->context, &(clpti_centre_args){.probe = clpti_view_of(s->probe),
                                                         .modes = s->modes,
                                                         .size = s->side,
                                                         .fields = fields,
                                                         .field_count = field_count});
}

const clpti_extension clpti_centre_extension = {.part = &part, .check = check, .is_used = is_used, .after = after};
