/* SPDX-License-Identifier: Apache-2.0 */
/* Work of one benchmark on one context: the arrays of its operation, and a scan or a solver. Numbers depend only on
 * the array and the element's index, so a problem of the first (or last) few items is a subset of the whole one,
 * identical on device and reference. */
#ifndef CLPTI_BENCH_PROBLEM_H
#define CLPTI_BENCH_PROBLEM_H

#include "bench/report.h"
#include "catalogue/catalogue.h"

typedef struct clpti_bench_array {
    bool used;      /* otherwise the argument is NULL */
    bool result;    /* compared */
    bool by_item;   /* the leading axis is that of the items; otherwise a result combines all items */
    clpt_type type; /* of the host memory */
    int rank;
    int64_t shape[CLPT_MAX_RANK];
    void *data;          /* host memory; NULL once it is on the device */
    clpt_buffer *buffer; /* NULL for host arrays */
    clpt_array array;    /* the argument of the operation */
} clpti_bench_array;

struct clpti_benchmark;

typedef struct clpti_bench_problem {
    const struct clpti_benchmark *benchmark;
    const clpti_entry *entry;
    const char *name;   /* of the benchmark, or of the engine */
    const char *device; /* as in clpt_context_options.device, for a benchmark that opens its own contexts */
    clpt_context *context;
    clpti_bench_size size;
    int64_t first; /* this problem has items first … first + size.count − 1 of a larger one */
    clpti_bench_array arrays[CLPTI_ENTRY_ARRAYS]; /* in the entry's order */
    clpti_call call;
    clpt_solver *solver; /* of an engine */
} clpti_bench_problem;

typedef struct clpti_bench_case {
    clpti_bench_size size;
    int level; /* 0: also with --quick; 1: by default; 2: with --full; < 0 ends the table */
} clpti_bench_case;

enum {
    CLPTI_BENCH_COUNT_STAYS = 1, /* the number of items is fixed: options or slow devices do not change it */
    CLPTI_BENCH_HOST_ARRAYS = 2  /* all arrays are host memory */
};

/* A benchmark: an operation of the catalogue, with options and sizes worth timing. */
typedef struct clpti_benchmark {
    const char *name;      /* NULL: one benchmark per engine, with the engine's name */
    const char *operation; /* of the catalogue; NULL: the operation `name` */
    const char *item;      /* name of an item, "pattern" */
    const char *each;      /* name of the parts of an item, "modes"; NULL: none */
    const char *summary;   /* NULL: the operation's */
    const clpti_bench_case *cases;
    clpti_call_options options; /* all 0: the operation's defaults */
    const char *results;        /* requested results, "d_object|d_probe"; NULL: all that are always computed */
    unsigned flags;
    /* Overrides of the catalogue's entry, if set: */
    double tolerance;
    clpt_status (*prepare)(clpti_bench_problem *problem, clpt_message *message); /* called at the end of opening */
    clpt_status (*run)(clpti_bench_problem *problem);                            /* one call of the library */
    clpt_status (*collect)(clpti_bench_problem *problem); /* copies results into the arrays after a call */
    double (*flop)(const clpti_bench_problem *problem);
    double (*bytes)(const clpti_bench_problem *problem);
    /* Seconds of one sample, for benchmarks that are not a repeated call. Such a benchmark has no floating-point
     * operations or bytes. */
    clpt_status (*sample)(clpti_bench_problem *problem, double *seconds, clpt_message *message);
    int64_t checked; /* items of the smaller problem that is compared with the reference; 0: as many as the reference
                      * can compute */
} clpti_benchmark;

/* The table; ends with a benchmark without cases. */
extern const clpti_benchmark clpti_benchmarks[];

/* ---- problem.c ---- */

const clpti_entry *clpti_bench_entry(const clpti_benchmark *benchmark);
double clpti_bench_tolerance(const clpti_benchmark *benchmark);
const char *clpti_bench_summary(const clpti_benchmark *benchmark);
/* True if some result combines all items, as those of an engine do. */
bool clpti_bench_has_totals(const clpti_benchmark *benchmark);

/* Creates, on `context`, the arrays of items first … first + size.count − 1. On failure the message is the context's or
 * in `message`. */
clpt_status clpti_bench_problem_open(clpti_bench_problem *problem, const clpti_benchmark *benchmark, const char *name,
                                     clpt_context *context, clpti_bench_size size, int64_t first,
                                     clpt_message *message);
void clpti_bench_problem_close(clpti_bench_problem *problem);
/* One call. A failure's message is the context's. */
clpt_status clpti_bench_run(clpti_bench_problem *problem);
/* One call; the results are then in the arrays. */
clpt_status clpti_bench_run_once(clpti_bench_problem *problem, clpt_message *message);
double clpti_bench_flop(const clpti_bench_problem *problem);
double clpti_bench_bytes(const clpti_bench_problem *problem);

int64_t clpti_bench_elements(const clpti_bench_array *array);

/* Returns a call's status, and copies the context's message on failure. */
clpt_status clpti_bench_pass_status(clpt_context *context, clpt_status status, clpt_message *message);

/* ---- check.c ---- */

/* Results of the reference: of all items of a problem, or of its first and last ones. */
typedef struct clpti_bench_expected {
    clpti_bench_problem parts[2];
    int count;
} clpti_bench_expected;

/* Runs the first and the last `items` items on the reference, or all if there are no more. Results that combine all
 * items are compared only in the latter case. */
clpt_status clpti_bench_expect(const clpti_benchmark *benchmark, const char *name, clpt_context *reference,
                               clpti_bench_size size, int64_t items, clpti_bench_expected *expected,
                               clpt_message *message);
void clpti_bench_expected_free(clpti_bench_expected *expected);
/* Compares the results of `problem` after its run. errors[k] is the maximum difference in array k, relative to the
 * reference's maximum magnitude; NAN or infinite if a result is not finite; 0 if nothing is compared. */
clpt_status clpti_bench_errors(const clpti_bench_problem *problem, const clpti_bench_expected *expected,
                               double errors[CLPTI_ENTRY_ARRAYS], clpt_message *message);

/* Compares the results of `problem` after its run with the reference: on a subset of the items if results are per item;
 * otherwise on all of them, or, if that takes the reference too long, on a smaller problem that both run. *error is the
 * maximum difference over all arrays, single numbers by their own accuracy. */
clpt_status clpti_bench_check(clpti_bench_problem *problem, clpt_context *reference, double *error,
                              clpt_message *message);

#endif
