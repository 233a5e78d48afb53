/* SPDX-License-Identifier: Apache-2.0 */
/* The sweep: devices × rows × sizes, each measured, checked and reported; nothing that fails stops the rest. */
#ifndef CLPTI_BENCH_SWEEP_H
#define CLPTI_BENCH_SWEEP_H

#include "bench/energy.h"
#include "bench/problem.h"

/* How long to measure. */
typedef struct clpti_bench_effort {
    const char *name;
    int64_t samples; /* wanted */
    double budget;   /* seconds of sampling after which fewer have to do, at least 3 */
    double sample;   /* seconds that a sample should last: calls are repeated */
    double call;     /* seconds that a call should take at most: the number of items is divided by 4 until it does; 0:
                        take the row's number */
    double energy;   /* seconds of calls that energy is counted over; 0: not counted */
    double roofs;    /* seconds for each roof */
    double device;   /* seconds on a device after which the rows that are left are measured quickly; 0: never */
} clpti_bench_effort;
/* By level: quick, default, full. */
extern const clpti_bench_effort clpti_bench_efforts[3];

enum { CLPTI_BENCH_NAMES = 16 };

typedef struct clpti_bench_request {
    const char *devices[CLPTI_BENCH_NAMES]; /* none: every device there is */
    int device_count;
    const char *operations;           /* "forward,warp*": names or patterns; NULL: all */
    int64_t sides[CLPTI_BENCH_NAMES]; /* none: the rows' own */
    int side_count;
    int64_t count;   /* items; 0: the rows' own */
    int64_t samples; /* 0: the effort's */
    int level;
    const clpti_bench_report *earlier; /* the same numbers of items as there, to be comparable; may be NULL */
    void (*device_begins)(void *user, const clpti_bench_device *device); /* once its roofs are known; may be NULL */
    void (*figure_done)(void *user, const clpti_bench_device *device, const clpti_bench_figure *figure);
    /* With clpt_context_explain of the figure's context; may be NULL. */
    void (*explained)(void *user, const clpti_bench_figure *figure, const char *text);
    clpt_log_function log;
    void *user;                /* of all four */
    clpt_build_function build; /* clpt_context_options */
    void *build_user;
} clpti_bench_request;

/* Adds what it finds to a report that has begun. Fails only where there is no memory, no device list or no reference.
 */
clpt_status clpti_bench_sweep(const clpti_bench_request *request, clpti_bench_report *report, clpt_message *message);

/* The k-th of all operations and engines there are; NULL beyond the last. */
const clpti_bench_row *clpti_bench_operation(size_t index, const char **name);
/* The row of an operation's or engine's name; NULL: none. */
const clpti_bench_row *clpti_bench_find(const char *name);

/* Whether `name` fits one of the comma-separated patterns; NULL fits everything. */
bool clpti_bench_fits(const char *patterns, const char *name);

/* ---- measure.c ---- */

/* Measures and checks one row at one size on a context opened for it. What fails is said in the figure.
 * @param fixed  take size.count as it is; otherwise reduce it as the effort says */
void clpti_bench_measure(const clpti_bench_row *row, const char *name, const clpt_context_options *device,
                         clpt_context *reference, clpti_bench_size size, bool fixed, const clpti_bench_effort *effort,
                         clpti_bench_figure *figure);
/* Median, spread and least of samples, which it sorts. */
void clpti_bench_times_of(double *samples, int64_t count, clpti_bench_times *times);

#endif
