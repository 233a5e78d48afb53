/* SPDX-License-Identifier: Apache-2.0 */
/* Work of one benchmark: its arrays, its scan or solver, and one call. */
#include "bench/problem.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/words.h"

enum { MARGIN = 512, MIN_POSITIONS = 16 }; /* an object's side is N + 512 */

/* ---- benchmarks ---- */

const clpti_entry *clpti_bench_entry(const clpti_benchmark *benchmark)
{
    return clpti_entry_find(benchmark->operation ? benchmark->operation : benchmark->name);
}

double clpti_bench_tolerance(const clpti_benchmark *benchmark)
{
    return benchmark->tolerance > 0 ? benchmark->tolerance : clpti_bench_entry(benchmark)->tolerance;
}

const char *clpti_bench_summary(const clpti_benchmark *benchmark)
{
    return benchmark->summary ? benchmark->summary : clpti_bench_entry(benchmark)->summary;
}

static clpti_call_options options_of(const clpti_benchmark *benchmark)
{
    static const clpti_call_options unset;
    return memcmp(&benchmark->options, &unset, sizeof unset) ? benchmark->options : clpti_bench_entry(benchmark)->usual;
}

static clpti_sizes sizes_of(const clpti_benchmark *benchmark, const clpti_bench_size *size)
{
    const clpti_entry *entry = clpti_bench_entry(benchmark);
    int64_t side = size->side, grid = options_of(benchmark).grouping.grid;
    bool scan = clpti_entry_array_index(entry, "positions") >= 0;
    clpti_sizes z = {.B = 1, .P = 1, .C = grid ? grid * grid : 1, .N = side, .M = 3 * side / 2, .crop = side};
    z.H = z.W = scan ? side + MARGIN : side;
    z.S = size->count > MIN_POSITIONS ? size->count : MIN_POSITIONS; /* positions from which groups are drawn */
    clpti_size_set(&z, entry->items, size->count);
    clpti_size_set(&z, entry->parts, size->each);
    return z;
}

static bool is_used(const clpti_benchmark *benchmark, int k)
{
    const clpti_entry *entry = clpti_bench_entry(benchmark);
    const clpti_entry_array *a = entry->arrays[k];
    const clpti_call_options options = options_of(benchmark);
    if (!clpti_entry_uses(entry, k, &options)) return false;
    if (a->content != CLPTI_CONTENT_RESULT || !benchmark->results) return a->need != CLPTI_NEEDED_NEVER;
    return clpti_word_index(benchmark->results, a->name) >= 0;
}

bool clpti_bench_has_totals(const clpti_benchmark *benchmark)
{
    const clpti_entry *entry = clpti_bench_entry(benchmark);
    if (benchmark->collect) return true;
    for (int k = 0; entry->arrays[k]; k++)
        if (entry->arrays[k]->content == CLPTI_CONTENT_RESULT && is_used(benchmark, k) &&
            !clpti_entry_by_item(entry, k))
            return true;
    return false;
}

/* ---- arrays ---- */

static bool is_double(clpt_type type)
{
    return type == CLPT_TYPE_F64 || type == CLPT_TYPE_C128;
}

static size_t element_size(clpt_type type)
{
    return (is_double(type) ? sizeof(double) : sizeof(float)) *
           (type == CLPT_TYPE_C64 || type == CLPT_TYPE_C128 ? 2 : 1);
}

int64_t clpti_bench_elements(const clpti_bench_array *array)
{
    int64_t count = 1;
    for (int i = 0; i < array->rank; i++) count *= array->shape[i];
    return count;
}

/* In host memory; inputs are filled. */
static clpt_status make_array(clpti_bench_problem *p, int k, clpt_message *message)
{
    clpti_bench_array *array = &p->arrays[k];
    const clpti_entry_array *a = p->entry->arrays[k];
    if (array->used || !is_used(p->benchmark, k)) return CLPT_OK;
    *array = (clpti_bench_array){.used = true,
                                 .result = a->content == CLPTI_CONTENT_RESULT && a->kind != CLPTI_ARRAY_INTEGERS,
                                 .by_item = clpti_entry_by_item(p->entry, k),
                                 .type = clpti_array_type(a, false)};
    array->rank = clpti_array_shape(a, false, &p->call.sizes, array->shape);
    int64_t count = clpti_bench_elements(array);
    array->data = clpti_calloc(count, element_size(array->type));
    if (!array->data)
        return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for %lld numbers of %zu bytes", (long long)count,
                          element_size(array->type));
    array->array = clpt_array_host(array->data, array->type, array->rank, array->shape);
    if (a->content != CLPTI_CONTENT_RESULT)
        clpti_entry_fill(p->entry, k, &p->call.sizes, array->by_item ? p->first : 0, &array->array);
    return CLPT_OK;
}

/* Copies a field to the device. */
static clpt_status upload(clpti_bench_problem *p, clpti_bench_array *array)
{
    clpt_array host = array->array;
    clpt_status status = clpt_buffer_create(p->context, array->type, clpti_bench_elements(array), &array->buffer);
    if (status != CLPT_OK) return status;
    array->array = clpt_array_device(array->buffer, 0, array->rank, array->shape);
    if (!array->result) status = clpt_array_copy(p->context, &host, &array->array);
    free(array->data);
    array->data = NULL;
    return status;
}

static clpt_status make_scan(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int at = clpti_entry_array_index(p->entry, "positions");
    if (!p->entry->scans) return CLPT_OK;
    CLPTI_TRY(make_array(p, at, message));
    status = clpt_scan_create(p->context, p->arrays[at].data, p->arrays[at].shape[0], &p->call.scan);
    if (status == CLPT_OK) status = clpt_scan_get_canvas(p->call.scan, p->call.sizes.crop, &p->call.sizes.L, NULL);
    status = clpti_bench_pass_status(p->context, status, message);
cleanup:
    return status;
}

clpt_status clpti_bench_pass_status(clpt_context *context, clpt_status status, clpt_message *message)
{
    return status == CLPT_OK
               ? status
               : clpti_fail(message, status, "%s", clpti_message_sentence(clpt_context_get_message(context)));
}

clpt_status clpti_bench_problem_open(clpti_bench_problem *p, const clpti_benchmark *benchmark, const char *name,
                                     clpt_context *context, clpti_bench_size size, int64_t first, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    *p = (clpti_bench_problem){
        .benchmark = benchmark, .entry = clpti_bench_entry(benchmark), .name = name, .context = context};
    p->size = size;
    p->first = first;
    p->call = (clpti_call){.context = context, .sizes = sizes_of(benchmark, &size), .options = options_of(benchmark)};
    CLPTI_TRY(make_scan(p, message));
    for (int k = 0; p->entry->arrays[k]; k++) {
        CLPTI_TRY(make_array(p, k, message));
        if (p->arrays[k].used && clpti_array_is_field(p->entry->arrays[k]) &&
            !(benchmark->flags & CLPTI_BENCH_HOST_ARRAYS))
            CLPTI_TRY(clpti_bench_pass_status(context, upload(p, &p->arrays[k]), message));
        p->call.a[k] = p->arrays[k].used ? &p->arrays[k].array : NULL;
    }
    if (benchmark->prepare) CLPTI_TRY(benchmark->prepare(p, message));
cleanup:
    return status;
}

void clpti_bench_problem_close(clpti_bench_problem *p)
{
    clpt_solver_destroy(&p->solver);
    clpt_scan_destroy(&p->call.scan);
    for (int k = 0; k < CLPTI_ENTRY_ARRAYS; k++) {
        clpt_buffer_destroy(&p->arrays[k].buffer);
        free(p->arrays[k].data);
        p->arrays[k].data = NULL;
    }
}

/* ---- the call ---- */

clpt_status clpti_bench_run(clpti_bench_problem *p)
{
    return p->benchmark->run ? p->benchmark->run(p) : clpti_call_run(p->entry, &p->call);
}

clpt_status clpti_bench_run_once(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = clpti_bench_run(p);
    if (status == CLPT_OK) status = clpt_context_finish(p->context);
    if (status == CLPT_OK && p->benchmark->collect) status = p->benchmark->collect(p);
    return clpti_bench_pass_status(p->context, status, message);
}

double clpti_bench_flop(const clpti_bench_problem *p)
{
    if (p->benchmark->flop) return p->benchmark->flop(p);
    return p->benchmark->sample || !p->entry->flop ? 0.0 : p->entry->flop(&p->call);
}

double clpti_bench_bytes(const clpti_bench_problem *p)
{
    if (p->benchmark->bytes) return p->benchmark->bytes(p);
    return p->benchmark->sample ? 0.0 : clpti_call_bytes(p->entry, &p->call);
}
