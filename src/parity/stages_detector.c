/* SPDX-License-Identifier: Apache-2.0 */
/* From the object to the detector: step by step, and in one. */
#include <math.h>

#include "arrays/scan.h"
#include "parity/parts.h"

static clpt_status upload(clpti_parity_task *task, const char *name, clpt_buffer **buffer, clpt_array *view)
{
    clpt_status status = clpti_parity_input(task, name, view);
    if (status != CLPT_OK) return status;
    int64_t count = 1;
    for (int axis = 0; axis < view->rank; axis++) count *= view->shape[axis];
    status = clpti_buffer_create(task->context, CLPTI_COMPLEX, count, buffer);
    if (status == CLPT_OK) status = clpti_field_upload(clpti_view_of(*buffer), view->data, view->type, count);
    return clpti_parity_said(task, status);
}

/* Exit waves, by the operation that the forward model begins with: no public call ends there. */
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
    CLPTI_TRY(clpti_parity_said(task, clpti_buffer_create(task->context, CLPTI_COMPLEX, elements, &waves)));
    const clpti_illuminate_args args = {
        .object = clpti_view_of(object),
        .height = o.shape[0],
        .width = o.shape[1],
        .at = {.places = &scan->places, .count = count, .shift_x = -(n / 2), .shift_y = -(n / 2)},
        .probe = clpti_view_of(probe),
        .modes = modes,
        .size = n,
        .patch = n,
        .waves = clpti_view_of(waves)};
    CLPTI_TRY(clpti_parity_said(task, clpti_illuminate(task->context, &args)));
    CLPTI_TRY(clpti_parity_said(task, clpti_field_download(clpti_view_of(waves), out.data, out.type, elements)));
cleanup:
    clpt_buffer_destroy(&object);
    clpt_buffer_destroy(&probe);
    clpt_buffer_destroy(&waves);
    clpt_scan_destroy(&scan);
    return status;
}

/* Each exit wave at the detector: amplitudes of a far field, waves of a near one. */
clpt_status clpti_parity_detector(clpti_parity_task *task)
{
    clpt_status status = CLPT_OK;
    clpt_array waves, out;
    clpt_propagation propagation = clpti_parity_propagation(&task->problem->config);
    bool near = propagation.kind != CLPT_PROPAGATION_FAR_FIELD;
    CLPTI_TRY(clpti_parity_result(task, "illumination", "waves", &waves));
    const int64_t shape[3] = {waves.shape[0] * waves.shape[1], waves.shape[2], waves.shape[3]};
    waves = clpt_array_host(waves.data, waves.type, 3, shape);
    CLPTI_TRY(clpti_parity_out(task, near ? "waves" : "amplitude", near, 3, shape, &out));
    CLPTI_TRY(
        clpti_parity_said(task, near ? clpt_propagate(task->context, &waves, &propagation, CLPT_DIRECTION_FORWARD, &out)
                                     : clpt_diffract(task->context, &waves, &out)));
cleanup:
    return status;
}

clpt_status clpti_parity_forward(clpti_parity_task *task)
{
    clpt_propagation propagation = clpti_parity_propagation(&task->problem->config);
    const struct {
        const char *name;
        clpt_forward_options options;
    } ways[] = {{"intensity", {.propagation = propagation}},
                {"amplitude", {.propagation = propagation, .amplitude = true}},
                {"smoothed", {.propagation = propagation, .smooth = 0.7, .probe_mask = true, .scale = 1.5}}};
    clpt_status status = CLPT_OK;
    clpt_scan *scan = NULL;
    clpt_array object, probe, measured, out;
    CLPTI_TRY(clpti_parity_input(task, "object", &object));
    CLPTI_TRY(clpti_parity_input(task, "probe", &probe));
    CLPTI_TRY(clpti_parity_input(task, "amplitude", &measured));
    CLPTI_TRY(clpti_parity_scan(task, &scan));
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        CLPTI_TRY(clpti_parity_out(task, ways[k].name, false, 3, measured.shape, &out));
        CLPTI_TRY(clpti_parity_said(task, clpt_forward(task->context, &object, scan, &probe, &ways[k].options, &out)));
    }
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}
