/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a network: weights, moments, counters. */
#include <stdio.h>
#include <string.h>

#include "arrays/check.h"
#include "network/arrays.h"

enum { STATE_COUNT = 4 };

static clpti_network_entry entry_of(const clpt_network *n, size_t index)
{
    static const char *const names[STATE_COUNT] = {"weights", "mean", "square", "counters"};
    clpt_buffer *const buffers[STATE_COUNT] = {n->values, n->mean, n->square, NULL};
    clpti_network_entry entry = {.buffer = buffers[index]};
    entry.array.type = entry.buffer ? clpt_buffer_get_type(entry.buffer) : CLPT_TYPE_F64;
    entry.array.rank = 1;
    entry.array.shape[0] = entry.buffer ? n->plan.parameters : CLPTI_COUNTERS;
    snprintf(entry.array.name, sizeof entry.array.name, "%s", names[index]);
    return entry;
}

static clpt_status copy_counters(clpt_network *n, const char *function, const clpt_array *numbers, bool set)
{
    clpt_array own = clpt_array_host(n->counters, CLPT_TYPE_F64, 1, CLPT_SHAPE(CLPTI_COUNTERS));
    if (!numbers->data || numbers->type != CLPT_TYPE_F64)
        return clpti_fail(&n->context->message, CLPT_ERROR_ARGUMENT, "%s: counters are float64 in host memory",
                          function);
    memcpy(set ? own.data : numbers->data, set ? numbers->data : own.data, sizeof n->counters);
    return CLPT_OK;
}

clpt_status clpti_network_entry_copy(clpt_network *n, const char *function, const clpti_network_entry *entry,
                                     const clpt_array *numbers, bool set)
{
    clpt_status status = CLPT_OK;
    const clpt_network_array *a = &entry->array;
    CLPTI_TRY(clpti_check_array(n->context, function, a->name, numbers, a->rank, a->rank, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_shape(n->context, function, a->name, numbers, a->rank, a->shape, "the network's own shape"));
    if (!entry->buffer) return copy_counters(n, function, numbers, set);
    clpt_array own = clpt_array_device(entry->buffer, entry->offset, a->rank, a->shape);
    CLPTI_TRY(clpt_array_copy(n->context, set ? numbers : &own, set ? &own : numbers));
cleanup:
    return status;
}

size_t clpt_network_get_state_count(const clpt_network *network)
{
    return network ? STATE_COUNT : 0;
}

static clpt_status check_index(clpt_network *n, const char *function, size_t index)
{
    if (index < STATE_COUNT) return CLPT_OK;
    return clpti_fail(&n->context->message, CLPT_ERROR_ARGUMENT, "%s: the state has %d arrays, not %zu", function,
                      (int)STATE_COUNT, index + 1);
}

clpt_status clpt_network_describe_state(clpt_network *network, size_t index, clpt_network_array *description)
{
    if (!network || !description) return CLPT_ERROR_ARGUMENT;
    clpt_status status = check_index(network, "clpt_network_describe_state", index);
    if (status == CLPT_OK) *description = entry_of(network, index).array;
    return status;
}

static clpt_status copy_state(clpt_network *n, const char *function, size_t index, const clpt_array *numbers, bool set)
{
    clpt_status status = check_index(n, function, index);
    if (status != CLPT_OK) return status;
    clpti_network_entry entry = entry_of(n, index);
    return clpti_network_entry_copy(n, function, &entry, numbers, set);
}

clpt_status clpt_network_get_state(clpt_network *network, size_t index, const clpt_array *numbers)
{
    return network ? copy_state(network, "clpt_network_get_state", index, numbers, false) : CLPT_ERROR_ARGUMENT;
}

clpt_status clpt_network_set_state(clpt_network *network, size_t index, const clpt_array *numbers)
{
    return network ? copy_state(network, "clpt_network_set_state", index, numbers, true) : CLPT_ERROR_ARGUMENT;
}
