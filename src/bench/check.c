/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: a figure counts only when its results agree with the double-precision reference. */
#include <stdlib.h>

#include "bench/problem.h"
#include "core/memory.h"

enum { ITEMS_COMPARED = 2 };                 /* from the front, and as many from the back */
static const double value_tolerance = 1e-6;  /* of losses and other numbers that a call returns */
static const int64_t whole_pixels = 1 << 24; /* numbers up to which the reference takes on a whole problem */

double clpti_bench_difference(const double *got, const double *want, int64_t count, bool complex)
{
    double worst = 0.0, most = 0.0;
    int parts = complex ? 2 : 1;
    for (int64_t i = 0; i < count; i++) {
        double difference = 0.0, size = 0.0;
        for (int k = 0; k < parts; k++) {
            double a = got[parts * i + k], b = want[parts * i + k];
            difference = hypot(difference, a - b);
            size = hypot(size, b);
        }
        if (!isfinite(difference)) return (double)NAN;
        worst = fmax(worst, difference);
        most = fmax(most, size);
    }
    if (most > 0.0) return worst / most;
    return worst > 0.0 ? (double)INFINITY : 0.0;
}

/* Items `from` … of an output as doubles, into memory of its own. */
static clpt_status read_output(const clpti_bench_problem *problem, int which, int64_t from, int64_t items,
                               double **numbers, clpt_message *message)
{
    const clpti_bench_array *a = &problem->arrays[which];
    bool complex = a->type == CLPT_TYPE_C64 || a->type == CLPT_TYPE_C128;
    int64_t each = a->by_item ? clpti_bench_elements(a) / a->shape[0] : clpti_bench_elements(a);
    int64_t count = a->by_item ? each * items : each, skipped = a->by_item ? each * from : 0;
    *numbers = clpti_malloc(count, (complex ? 2 : 1) * sizeof **numbers);
    if (!*numbers) return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for %lld results", (long long)count);
    clpt_array to = clpt_array_host(*numbers, complex ? CLPT_TYPE_C128 : CLPT_TYPE_F64, 1, &count);
    clpt_array source =
        a->buffer ? clpt_array_device(a->buffer, skipped, 1, &count)
                  : clpt_array_host((char *)a->data + (size_t)skipped * (complex ? 16 : 8), a->type, 1, &count);
    return clpti_bench_said(problem->context, clpt_array_copy(problem->context, &source, &to), message);
}

static clpt_status compare_array(const clpti_bench_problem *problem, const clpti_bench_problem *reference, int which,
                                 double *error, clpt_message *message)
{
    const clpti_bench_array *b = &reference->arrays[which];
    clpt_status status = CLPT_OK;
    double *got = NULL, *want = NULL;
    int64_t from = reference->first - problem->first, items = reference->size.count;
    CLPTI_TRY(read_output(problem, which, from, items, &got, message));
    CLPTI_TRY(read_output(reference, which, 0, items, &want, message));
    double found = clpti_bench_difference(got, want, clpti_bench_elements(b),
                                          b->type == CLPT_TYPE_C64 || b->type == CLPT_TYPE_C128);
    if (!(found <= *error)) *error = found; /* also where found is NAN */
cleanup:
    free(got);
    free(want);
    return status;
}

/* Every output of `problem` against the same of `reference`, which holds all or some of its items. */
static clpt_status compare(const clpti_bench_problem *problem, const clpti_bench_problem *reference, double *error,
                           clpt_message *message)
{
    clpt_status status = CLPT_OK;
    bool all = reference->size.count == problem->size.count;
    for (int k = 0; k < problem->array_count && !isnan(*error); k++) {
        const clpti_bench_array *a = &problem->arrays[k];
        if (a->role != CLPTI_BENCH_OUTPUT && a->role != CLPTI_BENCH_NUMBERS) continue;
        if (a->by_item || all) CLPTI_TRY(compare_array(problem, reference, k, error, message));
    }
    for (int k = 0; all && k < problem->value_count && !isnan(*error); k++) {
        double found = clpti_bench_difference(&problem->values[k], &reference->values[k], 1, false);
        found *= problem->row->tolerance / value_tolerance; /* so that one tolerance judges all */
        if (!(found <= *error)) *error = found;
    }
cleanup:
    return status;
}

static clpt_status run_once(clpti_bench_problem *problem, clpt_message *message)
{
    clpt_status status = problem->row->run(problem);
    if (status == CLPT_OK) status = clpt_context_finish(problem->context);
    return clpti_bench_said(problem->context, status, message);
}

/* Runs items first … on the reference and compares `problem` with that. */
static clpt_status check_part(const clpti_bench_problem *problem, clpt_context *context, int64_t first, int64_t count,
                              double *error, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_bench_problem reference;
    clpti_bench_size size = problem->size;
    size.count = count;
    CLPTI_TRY(clpti_bench_problem_open(&reference, problem->row, problem->name, context, size, first, message));
    CLPTI_TRY(run_once(&reference, message));
    CLPTI_TRY(compare(problem, &reference, error, message));
cleanup:
    clpti_bench_problem_close(&reference);
    return status;
}

/* Whether some result is of all items together. */
static bool has_totals(const clpti_bench_problem *problem)
{
    bool found = problem->value_count > 0;
    for (int k = 0; k < problem->array_count; k++) {
        const clpti_bench_array *a = &problem->arrays[k];
        found = found || (!a->by_item && (a->role == CLPTI_BENCH_OUTPUT || a->role == CLPTI_BENCH_NUMBERS));
    }
    return found;
}

/* A smaller problem, run on both. */
static clpt_status check_smaller(clpti_bench_problem *problem, clpt_context *context, int64_t count, double *error,
                                 clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_bench_problem smaller;
    clpti_bench_size size = problem->size;
    size.count = count;
    CLPTI_TRY(clpti_bench_problem_open(&smaller, problem->row, problem->name, problem->context, size, 0, message));
    CLPTI_TRY(run_once(&smaller, message));
    CLPTI_TRY(check_part(&smaller, context, 0, count, error, message));
cleanup:
    clpti_bench_problem_close(&smaller);
    return status;
}

clpt_status clpti_bench_check(clpti_bench_problem *problem, clpt_context *reference, double *error,
                              clpt_message *message)
{
    clpt_status status = CLPT_OK;
    const clpti_bench_size *s = &problem->size;
    int64_t count = s->count, pixels = s->side * s->side * s->each;
    *error = 0.0;
    if (problem->row->check) return problem->row->check(problem, reference, error, message);
    if (has_totals(problem)) {
        if (count * pixels <= whole_pixels) return check_part(problem, reference, 0, count, error, message);
        int64_t smaller = whole_pixels / pixels > 0 ? whole_pixels / pixels : 1;
        CLPTI_TRY(check_smaller(problem, reference, smaller, error, message));
    }
    int64_t part = count < ITEMS_COMPARED ? count : ITEMS_COMPARED;
    CLPTI_TRY(check_part(problem, reference, 0, part, error, message));
    if (!isnan(*error)) CLPTI_TRY(check_part(problem, reference, count - part, part, error, message));
cleanup:
    return status;
}
