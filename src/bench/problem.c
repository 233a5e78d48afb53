/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/problem.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

double clpti_bench_random(uint64_t seed, uint64_t index, double low, double high)
{
    uint64_t z =
        (seed + 1) * UINT64_C(0xd1342543de82ef95) + (index + 1) * UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return low + (high - low) * (double)(z >> 11) * 0x1p-53;
}

static bool is_complex(clpt_type type)
{
    return type == CLPT_TYPE_C64 || type == CLPT_TYPE_C128;
}

static bool is_double(clpt_type type)
{
    return type == CLPT_TYPE_F64 || type == CLPT_TYPE_C128;
}

static size_t element_size(clpt_type type)
{
    return (is_double(type) ? sizeof(double) : sizeof(float)) * (is_complex(type) ? 2 : 1);
}

int64_t clpti_bench_elements(const clpti_bench_array *array)
{
    int64_t count = 1;
    for (int i = 0; i < array->rank; i++) count *= array->shape[i];
    return count;
}

static clpti_bench_array *append(clpti_bench_problem *problem, clpti_bench_role role, clpt_type type, bool by_item,
                                 int rank, const int64_t *shape)
{
    clpti_bench_array *array = &problem->arrays[problem->array_count++];
    *array = (clpti_bench_array){.role = role, .by_item = by_item, .type = type, .rank = rank};
    memcpy(array->shape, shape, (size_t)rank * sizeof *shape);
    return array;
}

static clpt_status reserve(clpti_bench_array *array, clpt_message *message)
{
    int64_t count = clpti_bench_elements(array);
    array->data = clpti_calloc(count, element_size(array->type));
    if (array->data) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for %lld numbers of %zu bytes", (long long)count,
                      element_size(array->type));
}

static void fill(const clpti_bench_problem *problem, clpti_bench_array *array, double low, double high)
{
    int64_t numbers = clpti_bench_elements(array) * (is_complex(array->type) ? 2 : 1);
    int64_t each = array->by_item ? numbers / array->shape[0] : 0;
    uint64_t seed = (uint64_t)(array - problem->arrays), start = (uint64_t)(problem->first * each);
    for (int64_t i = 0; i < numbers; i++) {
        double number = clpti_bench_random(seed, start + (uint64_t)i, low, high);
        if (is_double(array->type))
            ((double *)array->data)[i] = number;
        else
            ((float *)array->data)[i] = (float)number;
    }
}

clpt_status clpti_bench_input(clpti_bench_problem *problem, clpt_type type, bool by_item, int rank,
                              const int64_t *shape, double low, double high, clpt_message *message)
{
    clpti_bench_array *array = append(problem, CLPTI_BENCH_INPUT, type, by_item, rank, shape);
    clpt_status status = reserve(array, message);
    if (status == CLPT_OK) fill(problem, array, low, high);
    return status;
}

clpt_status clpti_bench_geometry(clpti_bench_problem *problem, bool by_item, int rank, const int64_t *shape, double low,
                                 double high, clpt_message *message)
{
    clpti_bench_array *array = append(problem, CLPTI_BENCH_GEOMETRY, CLPT_TYPE_F64, by_item, rank, shape);
    clpt_status status = reserve(array, message);
    if (status == CLPT_OK) fill(problem, array, low, high);
    return status;
}

clpt_status clpti_bench_output(clpti_bench_problem *problem, clpt_type type, bool by_item, int rank,
                               const int64_t *shape)
{
    append(problem, CLPTI_BENCH_OUTPUT, type, by_item, rank, shape);
    return CLPT_OK;
}

clpt_status clpti_bench_numbers(clpti_bench_problem *problem, clpt_type type, bool by_item, int rank,
                                const int64_t *shape, clpt_message *message)
{
    return reserve(append(problem, CLPTI_BENCH_NUMBERS, type, by_item, rank, shape), message);
}

/* Puts an array where the operation takes it from. */
static clpt_status place(clpti_bench_problem *problem, clpti_bench_array *array)
{
    clpt_array host = clpt_array_host(array->data, array->type, array->rank, array->shape);
    array->array = host;
    if (array->role == CLPTI_BENCH_GEOMETRY || array->role == CLPTI_BENCH_NUMBERS) return CLPT_OK;
    clpt_status status = clpt_buffer_create(problem->context, array->type, clpti_bench_elements(array), &array->buffer);
    if (status != CLPT_OK) return status;
    array->array = clpt_array_device(array->buffer, 0, array->rank, array->shape);
    if (array->role == CLPTI_BENCH_INPUT) status = clpt_array_copy(problem->context, &host, &array->array);
    free(array->data);
    array->data = NULL;
    return status;
}

clpt_status clpti_bench_said(clpt_context *context, clpt_status status, clpt_message *message)
{
    return status == CLPT_OK ? status : clpti_fail(message, status, "%s", clpt_context_get_message(context));
}

clpt_status clpti_bench_problem_open(clpti_bench_problem *problem, const clpti_bench_row *row, const char *name,
                                     clpt_context *context, clpti_bench_size size, int64_t first, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    *problem = (clpti_bench_problem){.row = row, .name = name, .context = context, .size = size, .first = first};
    CLPTI_TRY(row->set_up(problem, message));
    for (int k = 0; k < problem->array_count; k++)
        CLPTI_TRY(clpti_bench_said(context, place(problem, &problem->arrays[k]), message));
    if (problem->positions && !problem->scan)
        CLPTI_TRY(clpti_bench_said(context, clpt_scan_create(context, problem->positions, size.count, &problem->scan),
                                   message));
cleanup:
    return status;
}

void clpti_bench_problem_close(clpti_bench_problem *problem)
{
    clpt_solver_destroy(&problem->solver);
    clpt_scan_destroy(&problem->scan);
    for (int k = 0; k < problem->array_count; k++) {
        clpt_buffer_destroy(&problem->arrays[k].buffer);
        free(problem->arrays[k].data);
    }
    problem->array_count = 0;
}
