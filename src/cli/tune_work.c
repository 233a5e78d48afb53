/* SPDX-License-Identifier: Apache-2.0 */
/* Work timed for tuning: benchmarks, on contexts with their own tuning. */
#include <math.h>
#include <string.h>

#include "bench/sweep.h"
#include "cli/progress.h"
#include "cli/tune.h"

enum { LONGEST_ROUND = 200, ITEMS_COMPARED = 32 }; /* calls; items at either end, if results are per item */
static const double round_seconds = 0.01;

static clpt_status open_context(const clpt_context_options *device, const char *tuning, clpt_context **context,
                                clpt_message *message)
{
    clpt_context_options options = *device;
    options.variants = "";
    options.fft = "auto";
    options.tuning = *tuning ? tuning : "off";
    return clpt_context_create(&options, context, message);
}

static clpti_bench_size size_of(const clpti_tune_work *work)
{
    return (clpti_bench_size){.side = work->side, .count = work->count, .each = 1};
}

clpt_status clpti_tune_run_open(const clpt_context_options *device, const clpti_tune_work *work, const char *tuning,
                                clpti_tune_run *run, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    *run = (clpti_tune_run){.work = work, .calls = 1};
    CLPTI_TRY(open_context(device, tuning, &run->context, message));
    CLPTI_TRY(clpti_bench_problem_open(&run->problem, clpti_bench_find(work->benchmark), work->benchmark, run->context,
                                       size_of(work), 0, message));
cleanup:
    if (status != CLPT_OK) clpti_tune_run_close(run);
    return status;
}

void clpti_tune_run_close(clpti_tune_run *run)
{
    clpti_bench_problem_close(&run->problem);
    clpt_context_destroy(&run->context);
}

static clpt_status time_calls(clpti_tune_run *run, int calls, double *seconds)
{
    clpt_status status = CLPT_OK;
    double start = clpti_seconds();
    for (int i = 0; i < calls; i++) CLPTI_TRY(clpti_bench_run(&run->problem));
    CLPTI_TRY(clpt_context_finish(run->context));
    *seconds = (clpti_seconds() - start) / calls;
cleanup:
    return status;
}

clpt_status clpti_tune_run_time(clpti_tune_run *run, double *seconds)
{
    clpt_status status = time_calls(run, run->calls, seconds);
    if (status != CLPT_OK || *seconds * run->calls >= round_seconds / 2 || run->calls >= LONGEST_ROUND) return status;
    /* Too short for accurate timing: this round and the following ones make more calls. */
    double calls = ceil(round_seconds / fmax(*seconds, 1e-7));
    run->calls = calls < LONGEST_ROUND ? (int)calls : LONGEST_ROUND;
    return time_calls(run, run->calls, seconds);
}

clpt_status clpti_tune_expect(const clpti_tune_work *work, clpt_context *reference, clpti_bench_expected *expected,
                              clpt_message *message)
{
    const clpti_benchmark *benchmark = clpti_bench_find(work->benchmark);
    int64_t items =
        clpti_bench_has_totals(benchmark) || work->count <= 2 * ITEMS_COMPARED ? work->count : ITEMS_COMPARED;
    return clpti_bench_expect(benchmark, work->benchmark, reference, size_of(work), items, expected, message);
}

/* For an engine's probe, as in the tests of engines. */
static double tolerance_of(const clpti_bench_problem *problem, int array)
{
    if (problem->solver && !strcmp(problem->entry->arrays[array]->name, "probe")) return 1e-5;
    return problem->arrays[array].rank ? clpti_bench_tolerance(problem->benchmark) : CLPTI_ACCURACY_LOSS;
}

clpt_status clpti_tune_run_check(clpti_tune_run *run, const clpti_bench_expected *expected, double *error,
                                 clpt_message *message)
{
    clpt_status status = CLPT_OK;
    double errors[CLPTI_ENTRY_ARRAYS];
    *error = 0;
    CLPTI_TRY(clpti_bench_run_once(&run->problem, message));
    CLPTI_TRY(clpti_bench_errors(&run->problem, expected, errors, message));
    for (int k = 0; run->problem.entry->arrays[k]; k++) {
        double found = errors[k] / tolerance_of(&run->problem, k);
        if (!(found <= *error) && !isnan(*error)) *error = found; /* also where found is NAN */
    }
cleanup:
    return status;
}
