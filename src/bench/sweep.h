/* SPDX-License-Identifier: Apache-2.0 */
/* The benchmark sweep: devices × benchmarks × sizes, each measured, checked and reported; a failure does not stop the
 * others. */
#ifndef CLPTI_BENCH_SWEEP_H
#define CLPTI_BENCH_SWEEP_H

#include "bench/energy.h"
#include "bench/problem.h"

/* Duration of measurements. */
typedef struct clpti_bench_effort {
    const char *name;
    int64_t samples; /* requested */
    double budget;   /* seconds of sampling after which fewer samples suffice, at least 3 */
    double sample;   /* target duration of a sample in seconds: calls are repeated */
    double call;     /* maximum seconds per call: the number of items is divided by 4 until it is reached; 0: use the
                      * benchmark's number */
    double energy;   /* seconds of calls for measuring energy; 0: not measured */
    double roofs;    /* seconds per roof */
    double device;   /* seconds on a device after which the remaining benchmarks are measured quickly; 0: never */
} clpti_bench_effort;
/* By level: quick, default, full. */
extern const clpti_bench_effort clpti_bench_efforts[3];

enum { CLPTI_BENCH_NAMES = 16 };

typedef struct clpti_bench_request {
    const char *devices[CLPTI_BENCH_NAMES]; /* none: all devices */
    int device_count;
    const char *operations;           /* "forward,warp*": names or patterns; NULL: all */
    int64_t sides[CLPTI_BENCH_NAMES]; /* none: those of the benchmarks */
    int side_count;
    int64_t count;   /* items; 0: those of the benchmarks */
    int64_t samples; /* 0: those of the effort */
    int level;
    const clpti_bench_report *earlier; /* use its numbers of items, for comparison; may be NULL */
    void (*device_begins)(void *user, const clpti_bench_device *device); /* called when its roofs are known; may be
                                                                          * NULL */
    void (*figure_done)(void *user, const clpti_bench_device *device, const clpti_bench_figure *figure);
    /* Called with clpt_context_explain of the figure's context; may be NULL. */
    void (*explained)(void *user, const clpti_bench_figure *figure, const char *text);
    clpt_log_function log;
    void *user;                /* argument of all four */
    clpt_build_function build; /* clpt_context_options */
    void *build_user;
} clpti_bench_request;

/* Adds results to a report that has begun. Fails only if out of memory, or without a device list or reference. */
clpt_status clpti_bench_sweep(const clpti_bench_request *request, clpti_bench_report *report, clpt_message *message);

/* The k-th of all operations and engines; NULL beyond the last. */
const clpti_benchmark *clpti_bench_operation(size_t index, const char **name);
/* The benchmark of an operation's or engine's name; NULL: none. */
const clpti_benchmark *clpti_bench_find(const char *name);

/* True if `name` matches one of the comma-separated patterns; NULL matches everything. */
bool clpti_bench_fits(const char *patterns, const char *name);

/* ---- measure.c ---- */

/* Measures and checks one benchmark at one size on its own context. Failures are recorded in the figure.
 *  @param fixed  use size.count unchanged; otherwise reduce it according to the effort */
void clpti_bench_measure(const clpti_benchmark *benchmark, const char *name, const clpt_context_options *device,
                         clpt_context *reference, clpti_bench_size size, bool fixed, const clpti_bench_effort *effort,
                         clpti_bench_figure *figure);
/* Median, spread and minimum of samples, which it sorts. */
void clpti_bench_times_of(double *samples, int64_t count, clpti_bench_times *times);

#endif
