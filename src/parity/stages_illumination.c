/* SPDX-License-Identifier: Apache-2.0 */
/* Stage of exit waves, which no public call returns. */
#include <math.h>

#include "arrays/scan.h"
#include "parity/stages.h"

static clpt_status upload(clpti_parity_task *task, const char *name, clpt_buffer **buffer, clpt_array *view)
{
    clpt_status status = clpti_parity_input(task, name, view);
    if (status != CLPT_OK) return status;
    int64_t count = 1;
    for (int axis = 0; axis < view->rank; axis++) count *= view->shape[axis];
    status = clpti_buffer_create(task->context, CLPTI_COMPLEX, count, buffer);
    if (status == CLPT_OK) status = clpti_field_upload(clpti_view_of(*buffer), view->data, view->type, count);
    return clpti_parity_pass_status(task, status);
}

/* Exit waves, by the first operation of the forward model. */
clpt_status clpti_parity_illumination(clpti_parity_task *task)
{
    clpt_status status = CLPT_OK;
    clpt_scan *scan = NULL;
    clpt_buffer *object = NULL, *probe = NULL, *waves = NULL;
    clpt_array o, p, out;
    CLPTI_TRY(clpti_parity_scan(task, &scan));
    CLPTI_TRY(upload(task, "object", &object, &o));
    CLPTI_TRY(upload(task, "probe", &probe, &p));
    int64_t count = clpt_scan_get_count(scan), modes = p.shape[0], n = p.shape[1], elements = count * modes * n * n;
    CLPTI_TRY(clpti_parity_out(task, "waves", true, 4, CLPT_SHAPE(count, modes, n, n), &out));
    CLPTI_TRY(clpti_parity_pass_status(task, clpti_buffer_create(task->context, CLPTI_COMPLEX, elements, &waves)));
    const clpti_illuminate_args args = {
        .object = clpti_view_of(object),
        .height = o.shape[0],
        .width = o.shape[1],
        .at = {.positions = &scan->positions, .count = count, .shift_x = -(n / 2), .shift_y = -(n / 2)},
        .probe = clpti_view_of(probe),
        .modes = modes,
        .size = n,
        .patch = n,
        .waves = clpti_view_of(waves)};
    CLPTI_TRY(clpti_parity_pass_status(task, clpti_illuminate(task->context, &args)));
    CLPTI_TRY(clpti_parity_pass_status(task, clpti_field_download(clpti_view_of(waves), out.data, out.type, elements)));
cleanup:
    clpt_buffer_destroy(&object);
    clpt_buffer_destroy(&probe);
    clpt_buffer_destroy(&waves);
    clpt_scan_destroy(&scan);
    return status;
}
