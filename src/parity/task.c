/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays and calls of a stage on a context. */
#include <stdio.h>

#include "parity/parity.h"

clpt_status clpti_parity_pass_status(const clpti_parity_task *task, clpt_status status)
{
    if (status == CLPT_OK) return status;
    const char *text = clpt_context_get_message(task->context);
    return clpti_fail(task->message, status, "%s", *text ? clpti_message_sentence(text) : clpt_status_name(status));
}

static clpt_array view_of(const clpti_tensor *tensor)
{
    return clpt_array_host(tensor->data, tensor->type, tensor->rank, tensor->shape);
}

static clpt_status add(clpti_parity_task *task, const char *name, clpt_type type, int rank, const int64_t *shape,
                       clpt_array *view)
{
    clpti_tensor *tensor;
    clpt_status status = clpti_parity_add(task->out, name, type, rank, shape, &tensor, task->message);
    if (status == CLPT_OK) *view = view_of(tensor);
    return status;
}

clpt_status clpti_parity_out(clpti_parity_task *task, const char *name, bool complex, int rank, const int64_t *shape,
                             clpt_array *view)
{
    bool wide = clpt_context_get_device(task->context)->type == CLPT_DEVICE_REFERENCE;
    clpt_type type = complex ? (wide ? CLPT_TYPE_C128 : CLPT_TYPE_C64) : (wide ? CLPT_TYPE_F64 : CLPT_TYPE_F32);
    return add(task, name, type, rank, shape, view);
}

clpt_status clpti_parity_numbers(clpti_parity_task *task, const char *name, int rank, const int64_t *shape,
                                 clpt_array *view)
{
    return add(task, name, CLPT_TYPE_F64, rank, shape, view);
}

clpt_status clpti_parity_input(const clpti_parity_task *task, const char *name, clpt_array *view)
{
    const clpti_tensor *tensor = clpti_parity_find(&task->problem->inputs, name);
    if (!tensor) return clpti_fail(task->message, CLPT_ERROR_ARGUMENT, "the inputs have no array '%s'", name);
    *view = view_of(tensor);
    return CLPT_OK;
}

clpt_status clpti_parity_result(const clpti_parity_task *task, const char *stage, const char *name, clpt_array *view)
{
    const clpti_tensor *tensor = clpti_parity_find(clpti_parity_results(task->from, stage), name);
    if (!tensor)
        return clpti_fail(task->message, CLPT_ERROR_ARGUMENT, "it takes '%s' of stage %s, which %s does not have", name,
                          stage, task->from->label);
    *view = view_of(tensor);
    return CLPT_OK;
}

clpt_status clpti_parity_scan(const clpti_parity_task *task, clpt_scan **scan)
{
    clpt_array positions = {0};
    clpt_status status = clpti_parity_input(task, "positions", &positions);
    if (status != CLPT_OK) return status;
    return clpti_parity_pass_status(task, clpt_scan_create(task->context, positions.data, positions.shape[0], scan));
}
