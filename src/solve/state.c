/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a reconstruction as a list of named arrays: those of every engine, and the entries of engine and
 * extensions. */
#include <stdlib.h>
#include <string.h>

#include "arrays/check.h"
#include "core/memory.h"
#include "shared/position.h"
#include "solve/extension.h"

typedef struct entries {
    int count;
    clpti_state_entry entry[clpti_state_capacity];
} entries;

int clpti_solver_states(clpt_solver *s, clpti_state_entry *entry)
{
    int count = 2;
    entry[0] = (clpti_state_entry){.name = "object",
                                   .rank = 2,
                                   .shape = {s->height, s->width},
                                   .buffer = s->object,
                                   .frame = CLPTI_FRAME_OBJECT,
                                   .scale = -1};
    entry[1] = (clpti_state_entry){.name = "probe",
                                   .rank = 3,
                                   .shape = {s->modes, s->side, s->side},
                                   .buffer = s->probe,
                                   .frame = CLPTI_FRAME_PROBE,
                                   .scale = 1,
                                   .by_mode = true};
    count += clpti_extensions_states(s, entry + count, clpti_state_capacity - count);
    if (s->engine->states) count += s->engine->states(s, entry + count, clpti_state_capacity - count);
    return count;
}

static void list(const clpt_solver *solver, entries *all)
{
    all->count = clpti_solver_states((clpt_solver *)(uintptr_t)solver, all->entry); /* read-only */
}

/* Indices and positions: in a buffer, but not fields. */
static bool is_whole(const clpti_state_entry *entry)
{
    return entry->buffer && entry->buffer->element != CLPTI_REAL && entry->buffer->element != CLPTI_COMPLEX;
}

/* Fields in the context's precision, all others as float64. */
static clpt_type type_of(const clpti_state_entry *entry)
{
    return entry->buffer && !is_whole(entry) ? clpt_buffer_get_type(entry->buffer) : CLPT_TYPE_F64;
}

static int64_t count_of(const clpti_state_entry *entry)
{
    int64_t count = 1;
    for (int axis = 0; axis < entry->rank; axis++) count *= entry->shape[axis];
    return count;
}

/* ---- conversion between an entry and host numbers of its own type ---- */

static void whole_to_numbers(const clpti_state_entry *entry, const void *from, double *to, int64_t count)
{
    const clpt_position *positions = from;
    if (entry->buffer->element == CLPTI_INDEX)
        for (int64_t i = 0; i < count; i++) to[i] = ((const int32_t *)from)[i];
    else
        for (int64_t i = 0; i < count / 4; i++) {
            const double one[4] = {positions[i].x, positions[i].y, (double)positions[i].fx, (double)positions[i].fy};
            memcpy(to + 4 * i, one, sizeof one);
        }
}

static void numbers_to_whole(const clpti_state_entry *entry, const double *from, void *to, int64_t count)
{
    clpt_position *positions = to;
    if (entry->buffer->element == CLPTI_INDEX)
        for (int64_t i = 0; i < count; i++) ((int32_t *)to)[i] = (int32_t)from[i];
    else
        for (int64_t i = 0; i < count / 4; i++)
            positions[i] =
                (clpt_position){(int)from[4 * i], (int)from[4 * i + 1], (float)from[4 * i + 2], (float)from[4 * i + 3]};
}

/* Buffers of integers and positions are transferred in their own representation. */
static clpt_status move_whole(const clpti_state_entry *entry, double *numbers, bool set)
{
    clpt_status status = CLPT_OK;
    int64_t count = count_of(entry), elements = entry->buffer->element == CLPTI_POSITION ? count / 4 : count;
    void *whole = clpti_malloc(elements, sizeof(clpt_position));
    if (!whole)
        return clpti_fail(&entry->buffer->context->message, CLPT_ERROR_MEMORY, "no host memory for the state '%s'",
                          entry->name);
    if (set) {
        numbers_to_whole(entry, numbers, whole, count);
        CLPTI_TRY(clpti_upload(clpti_view_of(entry->buffer), whole, elements));
    } else {
        CLPTI_TRY(clpti_download(clpti_view_of(entry->buffer), whole, elements));
        whole_to_numbers(entry, whole, numbers, count);
    }
cleanup:
    free(whole);
    return status;
}

static clpt_status move_entry(clpt_context *context, const clpti_state_entry *entry, const clpt_array *given, bool set)
{
    clpt_status status = CLPT_OK;
    clpt_array mine = clpt_array_host(entry->host, CLPT_TYPE_F64, entry->rank, entry->shape);
    double *numbers = NULL;
    bool whole = is_whole(entry);
    if (entry->buffer && !whole) mine = clpt_array_device(entry->buffer, 0, entry->rank, entry->shape);
    if (whole) {
        if (!(numbers = clpti_malloc(count_of(entry), sizeof *numbers)))
            CLPTI_TRY(
                clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for the state '%s'", entry->name));
        mine.data = numbers;
        if (!set) CLPTI_TRY(move_whole(entry, numbers, false));
    }
    CLPTI_TRY(set ? clpt_array_copy(context, given, &mine) : clpt_array_copy(context, &mine, given));
    if (whole && set) CLPTI_TRY(move_whole(entry, numbers, true));
cleanup:
    free(numbers);
    return status;
}

/* ---- public ---- */

size_t clpt_solver_get_state_count(const clpt_solver *solver)
{
    entries all;
    if (!solver) return 0;
    list(solver, &all);
    return (size_t)all.count;
}

static clpt_status find(clpt_solver *solver, size_t index, const char *function, clpti_state_entry *entry)
{
    entries all;
    list(solver, &all);
    if (index >= (size_t)all.count)
        return clpti_fail(&solver->context->message, CLPT_ERROR_ARGUMENT,
                          "%s: array %zu does not exist; the state of a '%s' solver has %d", function, index,
                          solver->engine->name, all.count);
    *entry = all.entry[index];
    return CLPT_OK;
}

clpt_status clpt_solver_describe_state(clpt_solver *solver, size_t index, clpt_solver_array *description)
{
    clpti_state_entry entry;
    if (!solver || !description) return CLPT_ERROR_ARGUMENT;
    clpt_status status = find(solver, index, "clpt_solver_describe_state", &entry);
    if (status != CLPT_OK) return status;
    *description = (clpt_solver_array){.type = type_of(&entry), .rank = entry.rank};
    memcpy(description->name, entry.name, sizeof entry.name);
    memcpy(description->shape, entry.shape, sizeof entry.shape);
    return CLPT_OK;
}

static clpt_status check_numbers(clpt_context *context, const char *function, const clpti_state_entry *entry,
                                 const clpt_array *numbers)
{
    clpt_status status = CLPT_OK;
    clpti_kind kind = clpti_type_is_complex(type_of(entry)) ? CLPTI_KIND_COMPLEX : CLPTI_KIND_REAL;
    CLPTI_TRY(clpti_check_array(context, function, entry->name, numbers, entry->rank, entry->rank, kind));
    CLPTI_TRY(clpti_check_shape(context, function, entry->name, numbers, entry->rank, entry->shape, "as described"));
    if (!numbers->data)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: '%s' requires host memory, not a buffer",
                             function, entry->name));
cleanup:
    return status;
}

clpt_status clpt_solver_get_state(clpt_solver *solver, size_t index, const clpt_array *numbers)
{
    static const char *const function = "clpt_solver_get_state";
    clpti_state_entry entry;
    clpt_status status = CLPT_OK;
    if (!solver) return CLPT_ERROR_ARGUMENT;
    CLPTI_TRY(find(solver, index, function, &entry));
    CLPTI_TRY(check_numbers(solver->context, function, &entry, numbers));
    CLPTI_TRY(move_entry(solver->context, &entry, numbers, false));
cleanup:
    return status;
}

clpt_status clpt_solver_set_state(clpt_solver *solver, size_t index, const clpt_array *numbers)
{
    static const char *const function = "clpt_solver_set_state";
    clpti_state_entry entry;
    clpt_status status = CLPT_OK;
    if (!solver) return CLPT_ERROR_ARGUMENT;
    CLPTI_TRY(find(solver, index, function, &entry));
    CLPTI_TRY(check_numbers(solver->context, function, &entry, numbers));
    CLPTI_TRY(move_entry(solver->context, &entry, numbers, true));
    solver->version++;
    if (entry.changed) CLPTI_TRY(entry.changed(solver));
cleanup:
    return status;
}

int64_t clpt_solver_get_iteration(const clpt_solver *solver)
{
    return solver ? solver->iteration : 0;
}

clpt_status clpt_solver_set_iteration(clpt_solver *solver, int64_t iteration)
{
    if (!solver) return CLPT_ERROR_ARGUMENT;
    if (iteration < 0)
        return clpti_fail(&solver->context->message, CLPT_ERROR_ARGUMENT,
                          "clpt_solver_set_iteration: the number of iterations must be at least 0, not %lld",
                          (long long)iteration);
    solver->iteration = iteration;
    return CLPT_OK;
}
