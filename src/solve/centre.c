/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/centre.h"

#include "ops/constraint.h"

/* Only where both move: a probe or an object that is kept is somebody's knowledge. */
static bool is_due(const clpt_solver *s)
{
    int64_t every = s->options.probe_centre;
    clpti_updates what = clpti_solver_updates(s);
    return every > 0 && (s->iteration + 1) % every == 0 && what.object && what.probe;
}

/* A row as images of its last two dimensions. */
static clpti_centred field_of(const clpti_state_row *row)
{
    int64_t count = 1;
    for (int axis = 0; axis < row->rank - 2; axis++) count *= row->shape[axis];
    return (clpti_centred){.field = clpti_view_of(row->buffer),
                           .count = count,
                           .height = row->shape[row->rank - 2],
                           .width = row->shape[row->rank - 1],
                           .wraps = row->frame == CLPTI_FRAME_PROBE};
}

clpt_status clpti_centre_after(clpt_solver *s)
{
    clpti_state_row rows[clpti_state_room];
    clpti_centred fields[clpti_state_room];
    int field_count = 0;
    if (!is_due(s)) return CLPT_OK;
    int count = clpti_solver_states(s, rows);
    for (int i = 0; i < count; i++)
        if (rows[i].frame != CLPTI_FRAME_NONE) fields[field_count++] = field_of(&rows[i]);
    return clpti_centre(s->context, &(clpti_centre_args){.probe = clpti_view_of(s->probe),
                                                         .modes = s->modes,
                                                         .size = s->side,
                                                         .fields = fields,
                                                         .field_count = field_count});
}
