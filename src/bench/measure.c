/* SPDX-License-Identifier: Apache-2.0 */
/* Measurement of one figure: its own context, a number of items that suits the device, samples, energy, and the
 * check. */
#include <stdio.h>
#include <stdlib.h>

#include "api/explain.h"
#include "bench/benchmarks.h"
#include "bench/sweep.h"
#include "core/clock.h"
#include "core/memory.h"

enum { SAMPLES_MIN = 3, CALLS_MAX = 2000, STEPS = 6 }; /* the first trial has 4^-STEPS of the items */

const clpti_bench_effort clpti_bench_efforts[3] = {{"quick", 5, 0.05, 1e-3, 10e-3, 0.0, 0.05, 0.0},
                                                   {"default", 50, 1.2, 5e-3, 40e-3, 0.5, 0.5, 90.0},
                                                   {"full", 50, 20.0, 10e-3, 0.0, 2.0, 2.0, 0.0}};

/* ---- samples ---- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Linear interpolation between neighbours, at index fraction·(count − 1). */
static double quantile(const double *sorted, int64_t count, double part)
{
    double at = part * (double)(count - 1);
    int64_t below = (int64_t)at;
    return below + 1 < count ? sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below])
                             : sorted[count - 1];
}

void clpti_bench_times_of(double *samples, int64_t count, clpti_bench_times *times)
{
    qsort(samples, (size_t)count, sizeof *samples, by_value);
    times->samples = count;
    times->minimum = samples[0];
    times->median = quantile(samples, count, 0.5);
    times->spread = quantile(samples, count, 0.75) - quantile(samples, count, 0.25);
}

/* Seconds per call, over `calls` enqueued one after another. */
static clpt_status time_calls(clpti_bench_problem *p, int64_t calls, double *seconds, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    if (p->benchmark->sample) return p->benchmark->sample(p, seconds, message);
    double start = clpti_seconds();
    for (int64_t i = 0; i < calls && status == CLPT_OK; i++) status = clpti_bench_run(p);
    if (status == CLPT_OK) status = clpt_context_finish(p->context);
    *seconds = (clpti_seconds() - start) / (double)calls;
    return clpti_bench_pass_status(p->context, status, message);
}

clpt_status clpti_bench_time_one(clpti_bench_problem *p, double *seconds, clpt_message *message)
{
    double start = clpti_seconds();
    clpt_status status = clpti_bench_run(p);
    if (status == CLPT_OK) status = clpt_context_finish(p->context);
    *seconds = clpti_seconds() - start;
    return clpti_bench_pass_status(p->context, status, message);
}

/* Joules per call, over enough calls for the counter's resolution. */
static clpt_status count_energy(clpti_bench_problem *p, double lasting, double once, clpti_bench_figure *figure,
                                clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_bench_energy energy;
    int64_t calls = (int64_t)(lasting / once) + 1, done = 0, each = figure->times.calls;
    double seconds = 0.0;
    clpti_bench_energy_open(&energy, p->context, clpt_context_get_device(p->context)->type);
    if (!energy.provider) return CLPT_OK;
    double before = clpti_bench_energy_read(&energy);
    for (; done < calls; done += each) CLPTI_TRY(time_calls(p, each, &seconds, message));
    figure->joules = (clpti_bench_energy_read(&energy) - before) / (double)done;
cleanup:
    clpti_bench_energy_close(&energy);
    return status;
}

static clpt_status sample(clpti_bench_problem *p, const clpti_bench_effort *effort, clpti_bench_figure *figure,
                          clpt_message *message)
{
    clpt_status status = CLPT_OK;
    double once = 0.0;
    int64_t count = 0, calls = 1;
    double *samples = clpti_malloc(effort->samples + SAMPLES_MIN, sizeof *samples);
    if (!samples) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for samples");
    CLPTI_TRY(time_calls(p, 1, &once, message)); /* programs and plans are created here */
    CLPTI_TRY(time_calls(p, 1, &once, message));
    if (!p->benchmark->sample && once < effort->sample) calls = (int64_t)(effort->sample / fmax(once, 1e-9)) + 1;
    if (calls > CALLS_MAX) calls = CALLS_MAX;
    for (double start = clpti_seconds();
         count < SAMPLES_MIN || (count < effort->samples && clpti_seconds() - start < effort->budget);)
        CLPTI_TRY(time_calls(p, calls, &samples[count++], message));
    clpti_bench_times_of(samples, count, &figure->times);
    figure->times.calls = calls;
    if (effort->energy > 0 && !p->benchmark->sample && !p->entry->host)
        CLPTI_TRY(count_energy(p, effort->energy, figure->times.median, figure, message));
cleanup:
    free(samples);
    return status;
}

/* ---- number of items ---- */

/* Also for a sample whose duration exceeds the measured interval. */
static clpt_status time_once(const clpti_benchmark *benchmark, const char *name, clpt_context *context,
                             clpti_bench_size size, double *seconds, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_bench_problem p;
    CLPTI_TRY(clpti_bench_problem_open(&p, benchmark, name, context, size, 0, message));
    CLPTI_TRY(time_calls(&p, 1, seconds, message));
    double start = clpti_seconds();
    CLPTI_TRY(time_calls(&p, 1, seconds, message));
    *seconds = clpti_seconds() - start;
cleanup:
    clpti_bench_problem_close(&p);
    return status;
}

/* Starts with a small fraction of the items, and multiplies by four while the time of four times as many stays within
 * the limit. */
static clpt_status reduce(const clpti_benchmark *benchmark, const char *name, clpt_context *context, double limit,
                          clpti_bench_size *size, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int64_t full_count = size->count;
    if (benchmark->flags & CLPTI_BENCH_COUNT_STAYS || full_count < 8) return CLPT_OK;
    for (int step = STEPS; step > 0; step--) {
        double seconds = 0.0;
        clpti_bench_size part = *size;
        part.count = full_count >> (2 * step);
        if (part.count < 2) continue;
        CLPTI_TRY(time_once(benchmark, name, context, part, &seconds, message));
        size->count = part.count;
        if (4.0 * seconds > limit) return CLPT_OK;
        size->count = full_count;
    }
cleanup:
    return status;
}

/* ---- a figure ---- */

static clpt_status judge(clpti_bench_problem *p, clpt_context *reference, clpti_bench_figure *figure,
                         clpt_message *message)
{
    char is[32], limit[32];
    clpt_status status = clpti_bench_check(p, reference, &figure->error, message);
    if (status != CLPT_OK) return status;
    bool good = figure->error <= figure->tolerance; /* also false for NAN */
    figure->state = good ? CLPTI_BENCH_GOOD : CLPTI_BENCH_WRONG;
    snprintf(is, sizeof is, "%.2g", figure->error);
    snprintf(limit, sizeof limit, "%.2g", figure->tolerance);
    if (!good)
        snprintf(figure->reason, sizeof figure->reason, "differs from the reference by %s, tolerance %s", is, limit);
    return status;
}

static clpt_status measure(const clpti_benchmark *benchmark, const char *name, const clpt_context_options *device,
                           clpt_context *reference, bool fixed, const clpti_bench_effort *effort,
                           clpti_bench_figure *figure, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpt_context *context = NULL;
    clpti_bench_problem p = {0};
    CLPTI_TRY(clpt_context_create(device, &context, message));
    if (!fixed && effort->call > 0)
        CLPTI_TRY(reduce(benchmark, name, context, benchmark->name ? effort->call : 4 * effort->call, &figure->size,
                         message));
    CLPTI_TRY(clpti_bench_problem_open(&p, benchmark, name, context, figure->size, 0, message));
    p.device = device->device;
    CLPTI_TRY(sample(&p, effort, figure, message));
    figure->flop = clpti_bench_flop(&p);
    figure->bytes = clpti_bench_bytes(&p);
    if (benchmark->sample)
        CLPTI_TRY(clpti_bench_pass_status(context, clpti_bench_run(&p), message)); /* something to check */
    figure->choices = clpti_strdup(clpti_choices_summary(context));
    figure->explanation = clpti_strdup(clpt_context_explain(context));
    CLPTI_TRY(judge(&p, reference, figure, message));
cleanup:
    clpti_bench_problem_close(&p);
    clpt_context_destroy(&context);
    return status;
}

void clpti_bench_measure(const clpti_benchmark *benchmark, const char *name, const clpt_context_options *device,
                         clpt_context *reference, clpti_bench_size size, bool fixed, const clpti_bench_effort *effort,
                         clpti_bench_figure *figure)
{
    clpt_message message = {0};
    *figure = (clpti_bench_figure){
        .size = size, .tolerance = clpti_bench_tolerance(benchmark), .error = (double)NAN, .joules = (double)NAN};
    snprintf(figure->operation, sizeof figure->operation, "%s", name);
    snprintf(figure->item, sizeof figure->item, "%s", benchmark->item);
    snprintf(figure->each, sizeof figure->each, "%s", benchmark->each ? benchmark->each : "");
    clpt_status status = measure(benchmark, name, device, reference, fixed, effort, figure, &message);
    if (status == CLPT_OK) return;
    figure->state = CLPTI_BENCH_ERROR;
    snprintf(figure->reason, sizeof figure->reason, "%s: %.500s", clpt_status_name(status), message.text);
}
