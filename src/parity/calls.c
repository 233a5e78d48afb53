/* SPDX-License-Identifier: Apache-2.0 */
/* Stages that are calls of operations of the catalogue: sources of their arrays and names of their results. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "parity/parity.h"

/* Name that a call maps an array to; NULL: none. */
static const char *name_of(const clpti_parity_call *call, const char *array)
{
    for (int k = 0; k < CLPTI_PARITY_NAMES && call->names[k].array; k++)
        if (!strcmp(call->names[k].array, array)) return call->names[k].name;
    return NULL;
}

/* ---- inputs ---- */

/* Patches of all groups, [G, C, N, N], in memory that the caller frees. */
static clpt_status group_patches(clpti_parity_task *task, clpt_array *groups)
{
    clpt_array patches, indices;
    clpt_status status = clpti_parity_result(task, "patches", "patches", &patches);
    if (status == CLPT_OK) status = clpti_parity_input(task, "indices", &indices);
    if (status != CLPT_OK) return status;
    int64_t n = patches.shape[1], count = indices.shape[0] * indices.shape[1];
    size_t bytes = (size_t)(n * n) * clpti_type_size(patches.type);
    char *copy = clpti_malloc(count, bytes);
    if (!copy) return clpti_fail(task->message, CLPT_ERROR_MEMORY, "no memory for %lld patches", (long long)count);
    for (int64_t k = 0; k < count; k++)
        memcpy(copy + (size_t)k * bytes, (char *)patches.data + (size_t)((double *)indices.data)[k] * bytes, bytes);
    *groups = clpt_array_host(copy, patches.type, 4, CLPT_SHAPE(indices.shape[0], indices.shape[1], n, n));
    return CLPT_OK;
}

/* View of an image as a stack of one, or of a stack of stacks as one stack. */
static clpt_array of_rank(clpt_array view, int rank)
{
    while (view.rank > rank) {
        view.shape[1] *= view.shape[0];
        memmove(view.shape, view.shape + 1, (size_t)--view.rank * sizeof *view.shape);
    }
    while (view.rank < rank) {
        memmove(view.shape + 1, view.shape, (size_t)view.rank++ * sizeof *view.shape);
        view.shape[0] = 1;
    }
    return view;
}

/* Input of a call; *owned: memory that the caller frees. */
static clpt_status find_input(clpti_parity_task *task, const clpti_parity_call *how, const clpti_entry_array *array,
                              clpt_array *view, void **owned)
{
    const char *name = name_of(how, array->name), *colon = name ? strchr(name, ':') : NULL;
    char stage[64];
    clpt_status status = CLPT_OK;
    if (name && !strcmp(name, "groups")) {
        status = group_patches(task, view);
        if (status == CLPT_OK) *owned = view->data;
        return status;
    }
    snprintf(stage, sizeof stage, "%.*s", colon ? (int)(colon - name) : 0, name ? name : "");
    status = colon ? clpti_parity_result(task, stage, colon + 1, view)
                   : clpti_parity_input(task, name ? name : array->name, view);
    int rank = (int)strlen(array->shape);
    if (status == CLPT_OK && array->kind != CLPTI_ARRAY_NUMBERS) *view = of_rank(*view, rank);
    return status;
}

/* Sizes of the problem, for letters that the inputs of an operation do not determine. */
static void problem_sizes(const clpti_parity_task *task, clpti_sizes *z)
{
    const clpti_tensor *probe = clpti_parity_find(&task->problem->inputs, "probe");
    const clpti_tensor *cover = clpti_parity_find(&task->problem->inputs, "cover_center");
    if (probe) z->N = probe->shape[1];
    if (cover) z->M = cover->shape[1];
    z->crop = z->N / 2;
    z->G = task->problem->config.groups;
}

/* ---- results ---- */

static clpt_status add_result(clpti_parity_task *task, const clpti_entry *entry, const clpti_call *call, int k,
                              const char *name, clpt_array *view)
{
    bool wide = clpt_context_get_device(task->context)->type == CLPT_DEVICE_REFERENCE;
    int64_t shape[CLPT_MAX_RANK] = {0};
    clpt_type type;
    clpti_tensor *tensor;
    int rank = clpti_call_result(entry, call, k, wide, &type, shape);
    clpt_status status = clpti_parity_add(task->out, name, type, rank, shape, &tensor, task->message);
    if (status == CLPT_OK) *view = clpt_array_host(tensor->data, type, rank, shape);
    return status;
}

/* Integers are stored as float64. */
static void widen(const clpt_array *integers)
{
    int64_t count = 1;
    for (int axis = 0; axis < integers->rank; axis++) count *= integers->shape[axis];
    for (int64_t i = 0; i < count; i++) {
        int64_t whole;
        memcpy(&whole, (int64_t *)integers->data + i, sizeof whole);
        ((double *)integers->data)[i] = (double)whole;
    }
}

/* ---- calls ---- */

static clpt_status run_call(clpti_parity_task *task, const clpti_parity_call *how)
{
    const clpti_entry *entry = clpti_entry_find(how->operation);
    const clpti_parity_config *config = &task->problem->config;
    clpti_call call = {.context = task->context, .options = how->options, .message = task->message};
    clpt_array views[CLPTI_ENTRY_ARRAYS];
    void *owned = NULL;
    clpt_status status = CLPT_OK;
    problem_sizes(task, &call.sizes);
    call.options.model.propagation = clpti_parity_propagation(config);
    call.options.grouping = (clpt_groups_options){.size = sizeof(clpt_groups_options),
                                                  .grid = config->grid,
                                                  .neighbours = config->neighbours,
                                                  .seed = config->seed};
    for (int k = 0; entry->arrays[k]; k++) {
        if (entry->arrays[k]->content == CLPTI_CONTENT_RESULT || !clpti_entry_uses(entry, k, &call.options)) continue;
        CLPTI_TRY(find_input(task, how, entry->arrays[k], &views[k], &owned));
        clpti_array_bind(entry->arrays[k], &views[k], &call.sizes);
        call.a[k] = &views[k];
    }
    CLPTI_TRY(clpti_parity_pass_status(task, clpti_call_complete(entry, &call)));
    for (int k = 0; entry->arrays[k]; k++) {
        const char *name = name_of(how, entry->arrays[k]->name);
        if (entry->arrays[k]->content != CLPTI_CONTENT_RESULT || !name) continue;
        CLPTI_TRY(add_result(task, entry, &call, k, name, &views[k]));
        call.a[k] = &views[k];
    }
    status = clpti_call_run(entry, &call);
    if (!entry->host) CLPTI_TRY(clpti_parity_pass_status(task, status));
    for (int k = 0; status == CLPT_OK && entry->arrays[k]; k++)
        if (entry->arrays[k]->kind == CLPTI_ARRAY_INTEGERS) widen(&views[k]);
cleanup:
    free(owned);
    return status;
}

bool clpti_parity_computes(const clpti_parity_stage *stage)
{
    return stage->compute || stage->calls[0].operation;
}

clpt_status clpti_parity_compute(const clpti_parity_stage *stage, clpti_parity_task *task)
{
    clpt_status status = CLPT_OK;
    bool near = clpti_parity_propagation(&task->problem->config).kind != CLPT_PROPAGATION_FAR_FIELD;
    if (stage->compute) return stage->compute(task);
    for (const clpti_parity_call *call = stage->calls; call->operation && status == CLPT_OK; call++)
        if (call->field != (near ? CLPTI_PARITY_FAR_FIELD : CLPTI_PARITY_NEAR_FIELD)) status = run_call(task, call);
    return status;
}
