/* SPDX-License-Identifier: Apache-2.0 */
/* The accuracy gate of the benchmark: a figure counts only if its results agree with the double-precision reference. */
#include <stdlib.h>

#include "bench/problem.h"
#include "core/memory.h"

enum { ITEMS_COMPARED = 2 };                 /* from the start, and as many from the end */
static const int64_t whole_pixels = 1 << 24; /* maximum number of elements that the reference computes for a whole
                                              * problem */

/* Maximum difference of two arrays of `count` doubles (pairs if complex), relative to the maximum magnitude. */
static double difference_of(const double *got, const double *expected, int64_t count, bool complex)
{
    double worst = 0.0, maximum = 0.0;
    int parts = complex ? 2 : 1;
    for (int64_t i = 0; i < count; i++) {
        double difference = 0.0, size = 0.0;
        for (int k = 0; k < parts; k++) {
            double a = got[parts * i + k], b = expected[parts * i + k];
            difference = hypot(difference, a - b);
            size = hypot(size, b);
        }
        if (!isfinite(difference)) return (double)NAN;
        worst = fmax(worst, difference);
        maximum = fmax(maximum, size);
    }
    if (maximum > 0.0) return worst / maximum;
    return worst > 0.0 ? (double)INFINITY : 0.0;
}

static bool is_complex(const clpti_bench_array *array)
{
    return array->type == CLPT_TYPE_C64 || array->type == CLPT_TYPE_C128;
}

/* Items `from` … of a result as doubles, in newly allocated memory. */
static clpt_status read_result(const clpti_bench_problem *problem, int which, int64_t from, int64_t items,
                               double **numbers, clpt_message *message)
{
    const clpti_bench_array *a = &problem->arrays[which];
    int64_t each = a->by_item ? clpti_bench_elements(a) / a->shape[0] : clpti_bench_elements(a);
    int64_t count = a->by_item ? each * items : each, skipped = a->by_item ? each * from : 0;
    size_t size = (a->type == CLPT_TYPE_F32 || a->type == CLPT_TYPE_C64 ? sizeof(float) : sizeof(double)) *
                  (is_complex(a) ? 2 : 1);
    *numbers = clpti_malloc(count, (is_complex(a) ? 2 : 1) * sizeof **numbers);
    if (!*numbers) return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for %lld results", (long long)count);
    clpt_array to = clpt_array_host(*numbers, is_complex(a) ? CLPT_TYPE_C128 : CLPT_TYPE_F64, 1, &count);
    clpt_array source = a->buffer ? clpt_array_device(a->buffer, skipped, 1, &count)
                                  : clpt_array_host((char *)a->data + (size_t)skipped * size, a->type, 1, &count);
    return clpti_bench_pass_status(problem->context, clpt_array_copy(problem->context, &source, &to), message);
}

static clpt_status compare_array(const clpti_bench_problem *problem, const clpti_bench_problem *reference, int which,
                                 double *error, clpt_message *message)
{
    const clpti_bench_array *b = &reference->arrays[which];
    clpt_status status = CLPT_OK;
    double *got = NULL, *expected = NULL;
    int64_t from = reference->first - problem->first, items = reference->size.count;
    CLPTI_TRY(read_result(problem, which, from, items, &got, message));
    CLPTI_TRY(read_result(reference, which, 0, items, &expected, message));
    double found = difference_of(got, expected, clpti_bench_elements(b), is_complex(b));
    if (!(found <= *error)) *error = found; /* also where found is NAN */
cleanup:
    free(got);
    free(expected);
    return status;
}

/* ---- the reference's results ---- */

/* Runs items first … on the reference. Inputs are freed, since only results are needed. */
static clpt_status expect_part(const clpti_benchmark *benchmark, const char *name, clpt_context *reference,
                               clpti_bench_size size, int64_t first, clpti_bench_expected *expected,
                               clpt_message *message)
{
    clpti_bench_problem *part = &expected->parts[expected->count++];
    clpt_status status = clpti_bench_problem_open(part, benchmark, name, reference, size, first, message);
    if (status == CLPT_OK) status = clpti_bench_run_once(part, message);
    for (int k = 0; k < CLPTI_ENTRY_ARRAYS; k++)
        if (!part->arrays[k].result) clpt_buffer_destroy(&part->arrays[k].buffer);
    return status;
}

clpt_status clpti_bench_expect(const clpti_benchmark *benchmark, const char *name, clpt_context *reference,
                               clpti_bench_size size, int64_t items, clpti_bench_expected *expected,
                               clpt_message *message)
{
    clpti_bench_size end = size;
    *expected = (clpti_bench_expected){.count = 0};
    if (items < size.count) end.count = items;
    clpt_status status = expect_part(benchmark, name, reference, end, 0, expected, message);
    if (status != CLPT_OK || end.count == size.count) return status;
    return expect_part(benchmark, name, reference, end, size.count - end.count, expected, message);
}

void clpti_bench_expected_free(clpti_bench_expected *expected)
{
    for (int i = 0; i < expected->count; i++) clpti_bench_problem_close(&expected->parts[i]);
    expected->count = 0;
}

clpt_status clpti_bench_errors(const clpti_bench_problem *problem, const clpti_bench_expected *expected,
                               double errors[CLPTI_ENTRY_ARRAYS], clpt_message *message)
{
    clpt_status status = CLPT_OK;
    for (int k = 0; k < CLPTI_ENTRY_ARRAYS; k++) {
        errors[k] = 0.0;
        for (int i = 0; i < expected->count && problem->arrays[k].result && !isnan(errors[k]); i++) {
            bool whole = expected->parts[i].size.count == problem->size.count;
            if (whole || problem->arrays[k].by_item)
                CLPTI_TRY(compare_array(problem, &expected->parts[i], k, &errors[k], message));
        }
    }
cleanup:
    return status;
}

/* ---- a figure ---- */

/* The maximum error, with single numbers scaled so that the benchmark's tolerance applies to them too. */
static double worst_of(const clpti_bench_problem *problem, const double errors[CLPTI_ENTRY_ARRAYS])
{
    double worst = 0.0;
    for (int k = 0; k < CLPTI_ENTRY_ARRAYS && !isnan(worst); k++) {
        double error =
            errors[k] *
            (problem->arrays[k].rank == 0 ? clpti_bench_tolerance(problem->benchmark) / CLPTI_ACCURACY_LOSS : 1.0);
        if (!(error <= worst)) worst = error;
    }
    return worst;
}

static clpt_status check_items(const clpti_bench_problem *problem, clpt_context *reference, int64_t items,
                               double *error, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    double errors[CLPTI_ENTRY_ARRAYS];
    clpti_bench_expected expected;
    CLPTI_TRY(
        clpti_bench_expect(problem->benchmark, problem->name, reference, problem->size, items, &expected, message));
    CLPTI_TRY(clpti_bench_errors(problem, &expected, errors, message));
    double found = worst_of(problem, errors);
    if (!(found <= *error)) *error = found;
cleanup:
    clpti_bench_expected_free(&expected);
    return status;
}

/* A smaller problem, run on both. */
static clpt_status check_smaller(clpti_bench_problem *problem, clpt_context *reference, int64_t count, double *error,
                                 clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_bench_problem smaller;
    clpti_bench_size size = problem->size;
    if (count < size.count) size.count = count;
    CLPTI_TRY(
        clpti_bench_problem_open(&smaller, problem->benchmark, problem->name, problem->context, size, 0, message));
    CLPTI_TRY(clpti_bench_run_once(&smaller, message));
    CLPTI_TRY(check_items(&smaller, reference, size.count, error, message));
cleanup:
    clpti_bench_problem_close(&smaller);
    return status;
}

clpt_status clpti_bench_check(clpti_bench_problem *problem, clpt_context *reference, double *error,
                              clpt_message *message)
{
    const clpti_bench_size *s = &problem->size;
    int64_t pixels = s->side * s->side * s->each, maximum = whole_pixels / pixels > 0 ? whole_pixels / pixels : 1;
    *error = 0.0;
    clpt_status status = CLPT_OK;
    if (problem->benchmark->checked)
        return check_smaller(problem, reference, problem->benchmark->checked, error, message);
    if (!clpti_bench_has_totals(problem->benchmark))
        return check_items(problem, reference, ITEMS_COMPARED, error, message);
    if (s->count <= maximum) return check_items(problem, reference, s->count, error, message);
    CLPTI_TRY(check_smaller(problem, reference, maximum, error, message));
    if (!isnan(*error)) CLPTI_TRY(check_items(problem, reference, ITEMS_COMPARED, error, message));
cleanup:
    return status;
}
